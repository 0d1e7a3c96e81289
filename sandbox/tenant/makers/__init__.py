"""Objects as Graph describes them, and what they are made from."""
