"""The pages: employees, applications, insights and status, for people who do not write SQL.

They show what the views hold. All computing is done in the views; a page selects, filters, sorts and turns pages.
"""
