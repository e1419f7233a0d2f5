"""What is searchable, kept by the deeds in their own transactions."""

from collections.abc import Iterable

from django.db import connection

from camdesk.lib.prepared import write
from camdesk.lib.text import terms

AMONG_AGENTS = "\ufb00"
"""Stands before the words of notes. No word anybody types begins with it: lib.text folds it into two letters."""

# Bytes. PostgreSQL keeps an entry of 1 MB at most and refuses the deed that would make a larger one; where in a text a
# word stands is not kept. What is said in a request whose entry is full is not found by its new words.
_MOST_AT_ONCE, _FULL = 300_000, 600_000

_SQLITE_INSERT = "INSERT INTO tickets_search (rowid, words) VALUES (%s, %s)"
_POSTGRES_ADD = (
    "INSERT INTO tickets_search (ticket_id, words) VALUES (%s, strip(to_tsvector('simple', %s)))"
    " ON CONFLICT (ticket_id) DO UPDATE SET words = CASE"
    " WHEN pg_column_size(strip(tickets_search.words)) < %s"
    " THEN strip(tickets_search.words) || excluded.words ELSE tickets_search.words END"
)


def add(ticket_number: int, texts: Iterable[str], *, among_agents: bool = False) -> None:
    """Adds words to a ticket's entry. Every ticket has one entry, so that all the words of a query may stand in
    different messages of it. `among_agents`: a customer's search must not find them, not even by guessing."""
    mark = AMONG_AGENTS if among_agents else ""
    if words := _bounded(mark + term for text in texts if text for term in terms(text)):
        _add(ticket_number, words)


def begin(ticket_number: int, texts: Iterable[str]) -> None:
    """The first words of a ticket that was just made."""
    words = _bounded(term for text in texts if text for term in terms(text))
    if not words:
        return
    if connection.vendor == "sqlite":
        write(_SQLITE_INSERT, [ticket_number, words])
    else:
        _add(ticket_number, words)


def _add(ticket_number: int, words: str) -> None:
    if connection.vendor != "sqlite":
        write(_POSTGRES_ADD, [ticket_number, words, _FULL])
        return
    with connection.cursor() as cursor:
        cursor.execute("UPDATE tickets_search SET words = words || ' ' || %s WHERE rowid = %s", [words, ticket_number])
        if cursor.rowcount == 0:
            cursor.execute(_SQLITE_INSERT, [ticket_number, words])


def _bounded(words: Iterable[str]) -> str:
    """Each word once, in order, as many as fit."""
    kept, size = [], 0
    for word in dict.fromkeys(words):
        size += len(word.encode()) + 1
        if size > _MOST_AT_ONCE:
            break
        kept.append(word)
    return " ".join(kept)


def remove(ticket_number: int) -> None:
    """Takes the ticket's entry away."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("DELETE FROM tickets_search WHERE rowid = %s", [ticket_number])
        else:
            cursor.execute("DELETE FROM tickets_search WHERE ticket_id = %s", [ticket_number])
