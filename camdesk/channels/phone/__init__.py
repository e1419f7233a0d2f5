"""The telephone: what an exchange tells us becomes calls, messages and call-backs."""
