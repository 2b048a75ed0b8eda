"""The microservice chassis every service stands on; knows nothing of schools."""
