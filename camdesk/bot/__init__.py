"""The guided dialogue: a pure engine, understanding of free text, and the sessions that run it."""
