"""The processes that serve from one database: who they are, and which may not be there together."""
