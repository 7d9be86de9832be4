"""Table models: rows of domain values, fetched a page at a time."""
