"""Who uses campus: users with roles, organisations, bearer tokens."""
