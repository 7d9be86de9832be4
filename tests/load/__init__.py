"""Many desks on one PostgreSQL, with everything that goes wrong: run by hand, `python -m tests.load`."""
