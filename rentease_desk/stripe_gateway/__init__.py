"""The only place that speaks with Stripe: JSON in, domain values out."""
