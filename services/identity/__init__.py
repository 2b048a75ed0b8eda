"""People, schools and affiliations, contacts and follows, roles, sessions, countries and support organisations."""
