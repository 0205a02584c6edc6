"""The HTTP API: one module a resource, each a table of routes."""
