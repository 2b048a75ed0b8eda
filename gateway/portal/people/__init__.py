"""The People tab: looking people up, profiles, contacts, schools."""
