"""The ticket: conversation, attachments, timeline, promises, outbox, search."""
