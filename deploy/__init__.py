"""How Schoolbridge is brought up, here and elsewhere: processes, databases, broker, settings."""
