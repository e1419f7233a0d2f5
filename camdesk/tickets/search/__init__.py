"""Full-text search: FTS5 on SQLite, tsvector on PostgreSQL, one analyser (lib.text.terms) for both."""
