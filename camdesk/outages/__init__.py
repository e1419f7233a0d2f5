"""Outages: one fault that many cameras share, declared by a person; whom it touches and what they are told."""
