"""The room where agents work."""
