"""The stack without Docker: real PostgreSQL, RabbitMQ and Elasticsearch as supervised processes of this checkout's own."""
