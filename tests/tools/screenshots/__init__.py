"""Pictures of every screen, taken from practice mode: ``python -m tests.tools.screenshots FOLDER``.

The window is driven by keys, as at a desk.
"""
