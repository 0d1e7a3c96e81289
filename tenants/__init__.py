"""Many tenants, one run per tenant: the list in one file, and what each run needs to know."""
