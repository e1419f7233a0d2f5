"""Finding tickets by words: all of them, newest first."""

from collections.abc import Collection

from django.db import OperationalError, connection
from django.db.models import QuerySet

from camdesk.lib.numbers import whole_number
from camdesk.lib.prepared import Prepared
from camdesk.lib.text import terms
from camdesk.tickets.models import Ticket
from camdesk.tickets.search.index import AMONG_AGENTS

# Asked of the index per page; a customer's page filters these by what they may see and asks again if needed.
_BATCH = 200
# PostgreSQL is asked without an order first: with one and a limit it takes a word it knows nothing of for a usual
# one and walks through all tickets, newest first, instead of asking the index. More than so many: a usual word indeed.
_FEW = 500
MOST_WORDS = 32  # of a query; a page pasted into the field is looked for by its beginning
_MATCHING = "SELECT ticket_id FROM tickets_search WHERE words @@ to_tsquery('simple', %s) AND ticket_id < %s"


_NOT_HIDDEN = Prepared(
    lambda numbers, hidden: Ticket.objects.not_of(hidden).filter(pk__in=numbers).values_list("pk", flat=True),
    list[int],
    list[int],
)


def find(
    query: str,
    *,
    within: QuerySet[Ticket] | None = None,
    hidden: Collection[int] = (),
    before: int | None = None,
    limit: int = 50,
    notes: bool = False,
) -> list[int]:
    """Numbers of the tickets with all the words of `query`, newest first, at most `limit`, below number `before`.

    `within`: a Ticket queryset that says what may be seen (None: everything, for agents); `hidden`: teams whose tickets
    are left out beside. Both are applied inside the search, so an outsider cannot learn from counts or gaps that
    something else was found.
    `notes`: words of notes count too; for agents only.
    """
    wanted = [term for term in dict.fromkeys(terms(query)) if AMONG_AGENTS not in term][:MOST_WORDS]
    if not wanted:
        return []
    found: list[int] = []
    size = limit if within is None else _BATCH
    while len(found) < limit:
        batch = _matching(wanted, notes, before=before, limit=size)
        if not batch:
            break
        before = batch[-1]
        shown = batch if within is None else set(within.filter(pk__in=batch).values_list("pk", flat=True))
        if hidden:
            shown = set(shown).intersection(_NOT_HIDDEN.all(batch, sorted(hidden)))
        found += [number for number in batch if number in shown]
        if len(batch) < size:
            break
    return found[:limit]


def by_number(query: str) -> int | None:
    """A query that is just a ticket number («№ 1042», «1042») finds that ticket first."""
    return whole_number(query.strip().lstrip("№#").strip(), digits=15)


def tickets_in_order(numbers: list[int]) -> list[Ticket]:
    rows = Ticket.objects.select_related("topic", "person", "assignee__person", "organisation").in_bulk(numbers)
    return [rows[number] for number in numbers if number in rows]


def _matching(words: list[str], notes: bool, *, before: int | None, limit: int) -> list[int]:
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            groups = [[f'"{one.replace(chr(34), chr(34) * 2)}"' for one in _spellings(word, notes)] for word in words]
            phrase = " AND ".join(f"({' OR '.join(group)})" for group in groups)
            try:
                cursor.execute(
                    "SELECT rowid FROM tickets_search WHERE tickets_search MATCH %s AND rowid < %s"
                    " ORDER BY rowid DESC LIMIT %s",
                    [phrase, before or 2**62, limit],
                )
            except OperationalError as refused:
                if "phrase queries" not in str(refused):
                    raise
                return []  # a letter which this SQLite does not know for one: no entry has the word as it is typed
        else:
            groups = [
                ["'" + one.replace("\\", "").replace("'", "''") + "'" for one in _spellings(w, notes)] for w in words
            ]
            phrase = " & ".join(f"({' | '.join(group)})" for group in groups)
            cursor.execute(_MATCHING + " LIMIT %s", [phrase, before or 2**62, _FEW + 1])
            few = [row[0] for row in cursor.fetchall()]
            if len(few) <= _FEW:
                return sorted(few, reverse=True)[:limit]
            cursor.execute(_MATCHING + " ORDER BY ticket_id DESC LIMIT %s", [phrase, before or 2**62, limit])
        return [row[0] for row in cursor.fetchall()]


def _spellings(word: str, notes: bool) -> list[str]:
    return [word, AMONG_AGENTS + word] if notes else [word]
