"""The pages of the window: one file, one model, one test each."""
