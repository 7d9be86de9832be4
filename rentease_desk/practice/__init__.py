"""The practice server: one or more Stripe-like accounts on this computer, and a sample property to learn with.

It behaves as Stripe does towards the real ``stripe`` package, so that learners and tests meet Stripe's own rules. It
runs as a process of its own and imports nothing heavy: the standard library and orjson.
"""
