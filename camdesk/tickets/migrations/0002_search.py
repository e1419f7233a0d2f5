"""The search table: FTS5 on SQLite, tsvector with GIN on PostgreSQL."""

from django.db import migrations

_SQLITE = "CREATE VIRTUAL TABLE tickets_search USING fts5(words, tokenize = \"unicode61 remove_diacritics 0 tokenchars '_'\", detail = none)"
_POSTGRES = [
    "CREATE TABLE tickets_search (ticket_id bigint PRIMARY KEY, words tsvector NOT NULL)",
    "CREATE INDEX tickets_search_words ON tickets_search USING gin (words)",
]


def make(apps, schema_editor):
    for statement in [_SQLITE] if schema_editor.connection.vendor == "sqlite" else _POSTGRES:
        schema_editor.execute(statement)


def drop(apps, schema_editor):
    schema_editor.execute("DROP TABLE tickets_search")


class Migration(migrations.Migration):
    dependencies = [("tickets", "0001_initial")]
    operations = [migrations.RunPython(make, drop)]
