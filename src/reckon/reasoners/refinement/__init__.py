"""Write, test, read what failed, write again; alone or in roles."""
