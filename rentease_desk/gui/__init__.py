"""The window. It knows services and domain values; every wait happens in ``tasks``, never in the GUI thread."""
