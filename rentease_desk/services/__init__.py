"""What the desk can do. Each write is one call, one transaction, and returns what changed."""
