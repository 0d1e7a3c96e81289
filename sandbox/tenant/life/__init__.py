"""The initial state of the tenant, and what changes in it day by day."""
