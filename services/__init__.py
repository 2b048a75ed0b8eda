"""The services, one folder and one team each; of another service only its `contract` may be imported."""
