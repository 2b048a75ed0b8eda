"""The progress bar, its five areas, badges, and the modules one learns from by oneself."""
