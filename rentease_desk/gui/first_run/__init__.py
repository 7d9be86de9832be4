"""The first run, in a window of its own: there is no desk yet."""
