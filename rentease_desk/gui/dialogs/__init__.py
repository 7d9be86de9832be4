"""Dialogs, where a decision is made."""
