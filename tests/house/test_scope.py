"""Rights have a scope: what the desk and the API read of requests is read as somebody who sees them, and nobody asks
for a role by its name."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps

from camdesk.tickets.models import Message, Ticket

CAMDESK = Path(__file__).parents[2] / "camdesk"
ROOMS = ("desk", "api")
SCOPED = {"for_agent", "for_key", "not_of", "hidden"}
# A question about a request that was fetched in scope; or one that looks for what is hidden, in order to leave it out.
OF_ONE = {"ticket", "ticket_id", "ticket__in", "ticket_id__in", "message_id__in", "ticket__team_id__in"}
# (file, function): why it may.
MAY = {
    ("api/tickets.py", "_opened"): "what the key has opened itself",
    ("desk/letters_in.py", "held"): "a held letter is of no request",
    ("desk/letters_in.py", "held_senders"): "a held letter is of no request",
}


def hang_on_requests() -> set[str]:
    """Models with a relation to a request or to its messages."""
    return {
        model.__name__
        for model in apps.get_models()
        if model is not Ticket
        and any(field.related_model in (Ticket, Message) for field in model._meta.fields if field.is_relation)
    }


def readings(source: str) -> Iterator[tuple[str, str, set[str], set[str], set[str]]]:
    """(function, model, methods called on its rows, keywords they are filtered by, functions they are given to)."""
    tree = ast.parse(source)
    parents = {child: node for node in ast.walk(tree) for child in ast.iter_child_nodes(node)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr == "objects" and isinstance(node.value, ast.Name):
            model, top = node.value.id, node
        elif isinstance(node, ast.Call) and getattr(node.func, "id", "").startswith("get_object"):
            model, top = getattr(node.args[0], "id", ""), node.args[0]
        else:
            continue
        methods: list[str] = []
        keywords: set[str] = set()
        while isinstance(parents[top], ast.Attribute | ast.Call) and top not in getattr(parents[top], "args", ()):
            top = parents[top]
            if isinstance(top, ast.Attribute):
                methods.append(top.attr)
            else:
                keywords |= {one.arg for one in top.keywords if one.arg}
        given: set[str] = set()
        inside = "module"
        while top in parents:
            top = parents[top]
            if isinstance(top, ast.Call):
                given.add(getattr(top.func, "id", getattr(top.func, "attr", "")))
            if isinstance(top, ast.FunctionDef):
                inside = top.name
                break
        yield inside, model, set(methods[:1]), keywords, given


def unscoped(file: str, source: str, hanging: set[str]) -> list[str]:
    found = []
    for function, model, first, keywords, given in readings(source):
        fine = first & SCOPED if model == Ticket.__name__ else keywords & OF_ONE or given & {"in_scope", "Prefetch"}
        if model in hanging | {Ticket.__name__} and not fine and (file, function) not in MAY:
            found.append(f"{file}: {function} reads {model}")
    return found


def test_what_is_read_of_requests_is_read_in_scope():
    hanging = hang_on_requests()
    assert {"Message", "Call", "CallBack", "RawLetter", "Delivery", "OutageTicket", "TicketCamera"} <= hanging
    found = [
        line
        for room in ROOMS
        for path in sorted((CAMDESK / room).rglob("*.py"))
        for line in unscoped(str(path.relative_to(CAMDESK)), path.read_text(), hanging)
    ]
    assert found == []


@pytest.mark.parametrize(
    ("source", "faults"),
    [
        ("def f(): return Ticket.objects.filter(pk=1)", 1),
        ("def f(agent): return Ticket.objects.for_agent(agent).filter(pk=1)", 0),
        ("def f(): return Ticket.objects.filter(pk=1).for_agent(None)", 1),
        ("def f(): return Call.objects.filter(pk=1)", 1),
        ("def f(agent): return in_scope(Call.objects.filter(pk=1), agent)", 0),
        ("def f(ticket): return Message.objects.filter(ticket=ticket)", 0),
        ("def f(): return get_object_or_404(CallBack, pk=1)", 1),
        ("def f(): return get_object_or_404(in_scope(CallBack.objects.all(), agent), pk=1)", 0),
        ("def f(): return Camera.objects.all()", 0),
    ],
)
def test_the_reading_of_sources_sees_what_is_not_scoped(source, faults):
    assert len(unscoped("x.py", source, {"Call", "CallBack", "Message"})) == faults


def test_every_exception_is_still_needed():
    for file, function in MAY:
        source = (CAMDESK / file).read_text()
        assert function in {one[0] for one in readings(source)}, (file, function)


NAMED = re.compile(r"""\brole\s*(==|!=|\bin\b|not\s+in)\s*["'(\[{]|(==|!=|\bin)\s*[\w.]*Role\.[A-Z]""")


def test_no_view_asks_for_a_role_by_name():
    """Views ask for a right: `may(agent, "outage.manage")`; which roles have it stands in people/roles.py."""
    rooms = [*(CAMDESK / "desk").rglob("*"), *(CAMDESK / "cabinet").rglob("*"), *(CAMDESK / "api").rglob("*")]
    found = [
        f"{path.relative_to(CAMDESK)}:{number}"
        for path in rooms
        if path.suffix in (".py", ".html")
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if NAMED.search(line) and " for role in " not in line
    ]
    assert found == []
