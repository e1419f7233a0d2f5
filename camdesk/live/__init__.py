"""The event-stream hub: hints that a ticket moved on, nothing more."""
