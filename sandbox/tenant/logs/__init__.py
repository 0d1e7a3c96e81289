"""Log rows: sign-ins, audits, and the activity that causes them."""
