"""The shell around the pure engine: conversations, their effects, their alarms, their way to a person."""
