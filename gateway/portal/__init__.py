"""The web pages: one folder per tab with its views and templates."""
