"""Letters on their way out: composed, put together, written and given to the mail server."""
