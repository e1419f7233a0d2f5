"""Ways in and out. One folder a channel: verify, parse, take in, deliver."""
