"""Elasticsearch of a local stack: a home folder from Maven Central, a node with data and ports of its own."""
