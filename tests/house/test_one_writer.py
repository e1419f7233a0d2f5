"""A ticket's state has one writer, tickets/state.py: whoever else would write it is named here.

What an AST shows is looked for: assignments, keyword arguments of writing calls, setattr, statements in SQL. Whatever
else has a field of such a name stands in NOT_A_TICKET, and who builds worlds past the deeds in BUILDERS.
"""

import ast
import re
from collections.abc import Iterator

import pytest

from tests.house.sources import sources

WRITER = "tickets/state.py"

FIELDS = frozenset(
    [
        "turn",
        "turn_since",
        "promised_at",
        "next_due_at",
        "first_replied_at",
        "resolved_at",
        "closed_at",
        "reopenings",
    ]  # of a ticket
)
ROWS = {"Clock": "clocks", "Rating": "ratings"}  # whole models, and how a ticket calls them
WRITES = frozenset(
    ["create", "bulk_create", "bulk_update", "update", "delete", "save", "get_or_create", "update_or_create"]
)
SQL = re.compile(r"(?i)\b(update|insert\s+into|delete\s+from)\s+\W?tickets_(ticket|clock|rating)\b")

# (file, what was found) → why it is no ticket's state.
NOT_A_TICKET = {
    ("outages/lifecycle.py", ".closed_at ="): "an outage is over",
    ("bot/engine/reducer.py", ".turn ="): "how many events a dialogue has played",
}
BUILDERS = {
    "tickets/clocks.py": "works out clocks in memory for state.py, which writes them",
    "camdesk_demo/crowd.py": "a big world for measuring, in bulk: clocks as the deeds would have left them",
}


def found_in(source: str) -> Iterator[str]:
    """What in this module writes a ticket's state, in short."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Assign | ast.AnnAssign | ast.AugAssign | ast.For | ast.withitem | ast.NamedExpr):
            yield from _assigned(node)
        elif isinstance(node, ast.Call):
            yield from _called(node)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and SQL.search(node.value):
            yield f"SQL: {SQL.search(node.value)[0].lower()}"  # type: ignore[index]


def _assigned(node: ast.AST) -> Iterator[str]:
    targets = getattr(node, "targets", None) or [getattr(node, "target", None) or getattr(node, "optional_vars", None)]
    for target in filter(None, targets):
        for part in ast.walk(target):
            if isinstance(part, ast.Attribute) and isinstance(part.ctx, ast.Store) and part.attr in FIELDS:
                yield f".{part.attr} ="


def _called(node: ast.Call) -> Iterator[str]:
    *owners, name = _names(node.func)
    if name == "setattr" and len(node.args) > 1:
        yield from (f"setattr({word})" for word in _words(node.args[1]) if word in FIELDS)
    if name in ROWS and not owners:
        yield f"{name}()"
    if name in WRITES and (row := next((row for row in (*ROWS, *ROWS.values()) if row in owners), None)):
        yield f"{row}.{name}()"
    model = owners[0] if owners else name
    if (name in WRITES or name == "Ticket") and (model == "Ticket" or not model[:1].isupper()):
        given = [keyword.arg or "" for keyword in node.keywords]
        if name in ("update_or_create", "get_or_create", "bulk_update"):  # defaults={"turn": …}, ["turn"]
            given += [word for part in (*node.args, *node.keywords) for word in _words(part)]
        yield from (f"{name}({field}=)" for field in given if field in FIELDS)


def _names(func: ast.expr) -> list[str]:
    """`Ticket.objects.filter(…).update` as its names, outermost last."""
    match func:
        case ast.Name(id=name):
            return [name]
        case ast.Attribute(value=value, attr=name):
            return [*_names(value), name]
        case ast.Call(func=inner):
            return _names(inner)
    return [""]


def _words(node: ast.AST) -> list[str]:
    return [part.value for part in ast.walk(node) if isinstance(part, ast.Constant) and isinstance(part.value, str)]


@pytest.mark.parametrize(
    "source, found",
    [
        ("ticket.turn = 'us'", ".turn ="),
        ("locked.reopenings += 1", ".reopenings ="),
        ("a.resolved_at = a.closed_at = now", ".resolved_at ="),
        ("ticket.promised_at, ticket.next_due_at = due, due", ".next_due_at ="),
        ("ticket.turn: str = 'us'", ".turn ="),
        ("setattr(ticket, 'turn', 'us')", "setattr(turn)"),
        ("Ticket(subject='x', turn='us')", "Ticket(turn=)"),
        ("Ticket.objects.create(turn_since=now)", "create(turn_since=)"),
        ("Ticket.objects.filter(pk=1).update(closed_at=now)", "update(closed_at=)"),
        ("mine.update(first_replied_at=now)", "update(first_replied_at=)"),
        ("Ticket.objects.update_or_create(pk=1, defaults={'turn': 'us'})", "update_or_create(turn=)"),
        ("Ticket.objects.bulk_update(rows, ['turn', 'subject'])", "bulk_update(turn=)"),
        ("Clock.objects.create(ticket=t)", "Clock.create()"),
        ("Clock.objects.filter(ticket=t).update(met_at=now)", "Clock.update()"),
        ("ticket.clocks.all().delete()", "clocks.delete()"),
        ("Clock(ticket=t).save()", "Clock()"),
        ("ticket.ratings.create(stars=5)", "ratings.create()"),
        ("cursor.execute('UPDATE tickets_ticket SET turn = 1')", "SQL: update tickets_ticket"),
        ('cursor.execute("insert into \\"tickets_clock\\" values (1)")', 'SQL: insert into "tickets_clock'),
    ],
)
def test_the_look_sees_every_way_of_writing(source, found):
    assert found in list(found_in(source))


@pytest.mark.parametrize(
    "source",
    [
        "turn = ticket.turn",
        "Ticket.objects.filter(turn='us', closed_at=None)",
        "NewTicket(turn='bot')",
        "RawLetter.objects.filter(pk=1).update(turn=3)",
        "Ticket(subject='x')",
        "ticket.clocks.live()",
        "'SELECT turn FROM tickets_ticket'",
    ],
)
def test_the_look_lets_reading_be(source):
    assert list(found_in(source)) == []


def everywhere() -> set[tuple[str, str]]:
    return {
        (name, found)
        for name, path in sources()
        if "migrations" not in path.parts
        for found in found_in(path.read_text())
    }


def test_state_is_written_by_its_one_writer():
    found = everywhere()
    written = {(path, what) for path, what in found if path != WRITER and path not in BUILDERS} - set(NOT_A_TICKET)
    assert sorted(written) == [], f"through {WRITER}, please"


def test_no_exception_outlives_its_reason():
    found = everywhere()
    assert set(NOT_A_TICKET) <= found
    assert set(BUILDERS) <= {path for path, _ in found}
    assert {"SQL: insert into tickets_clock", "Rating.create()", ".resolved_at ="} <= {
        what for path, what in found if path == WRITER
    }
