"""TwinSpaces: the members' home, their pages, and the pages shown to everybody."""
