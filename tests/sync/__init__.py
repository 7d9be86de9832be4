"""The sync from end to end."""
