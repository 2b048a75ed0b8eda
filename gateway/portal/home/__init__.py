"""The start page, the guide, and the desktop."""
