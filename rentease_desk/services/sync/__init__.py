"""Pulling card payments from Stripe."""
