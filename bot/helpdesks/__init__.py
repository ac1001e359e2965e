"""Helpdesks: one module per vendor; `verify` and `read` are pure functions over bytes and headers."""
