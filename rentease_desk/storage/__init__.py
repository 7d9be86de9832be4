"""The database: SQLite or PostgreSQL, by SQLAlchemy Core. Nothing outside this package sees a connection."""
