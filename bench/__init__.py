"""Measures the running system, beside tuned peers where there are any."""
