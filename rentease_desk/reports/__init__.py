"""Tables of figures as files: pure, streaming, without a database or a window."""
