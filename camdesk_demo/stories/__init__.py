"""The requests of the demo, told as conversations."""
