"""Projects from the first idea to the last day."""
