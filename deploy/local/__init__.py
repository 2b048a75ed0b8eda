"""The stack without Docker: real PostgreSQL and RabbitMQ as supervised processes of this checkout's own."""
