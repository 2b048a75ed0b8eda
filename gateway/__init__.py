"""The HTTP door: a JSON API and the web portal; no tables and no rules of its own."""
