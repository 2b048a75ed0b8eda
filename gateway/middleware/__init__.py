"""What happens to every request before and after its page or API route: plain ASGI, one file per concern."""
