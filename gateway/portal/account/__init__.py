"""Registering, logging in and out, and everything one keeps about oneself."""
