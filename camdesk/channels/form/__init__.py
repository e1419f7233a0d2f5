"""The feedback form «Написать в поддержку»: what it asks, how it is read, how it becomes a ticket (S21-S41)."""
