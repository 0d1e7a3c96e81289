"""Messages to people who do not look at the pages: by mail, chat or webhook, each change once."""
