"""A page asks the database as often for many as for few: exact numbers, so that a new question is a decision."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from camdesk.outages import open_outages
from camdesk.playbook import current
from camdesk.tickets import conversation
from camdesk.tickets.models import Attachment, Ticket
from camdesk.tickets.opening import NewTicket, open_ticket
from tests.pages.test_chat import Panel
from tests.pages.test_form import filled
from tests.untrained import untrained  # noqa: F401
from tests.world import customer_says


@pytest.fixture(autouse=True)
def _nothing_is_looked_for_again(monkeypatch):
    """Every few seconds a process asks whether a newer playbook is published, or an outage declared: one query of no
    page."""
    monkeypatch.setattr(current, "RECHECK_SECONDS", 1e9)
    monkeypatch.setattr(open_outages, "RECHECK_SECONDS", 1e9)


def open_many(world, now, number: int) -> list[Ticket]:
    cameras = [world.camera_gate, world.camera_yard, world.camera_door]
    made = []
    for index in range(number):
        new = NewTicket(
            topic="camera-offline",
            text=f"Нет картинки {index}",
            channel="form",
            person=world.anna,
            contact_name="Анна",
            contact_email="anna@example.org",
            cameras=cameras[: 1 + index % 3],
        )
        made.append(open_ticket(new, by=world.anna, now=now + timedelta(minutes=index)).ticket)
    return made


def talk(ticket: Ticket, world, now, times: int) -> None:
    for index in range(times):
        message = customer_says(
            ticket=ticket, text=f"Ещё {index}", by=world.anna, now=now + timedelta(hours=index + 1), channel="form"
        )
        Attachment.objects.create(
            message=message,
            uploaded_by=world.anna,
            name="a.txt",
            size=1,
            storage_key=f"{index:040x}",
            content_type="text/plain",
            created_at=now,
        )
        conversation.reply(ticket=ticket, text="Смотрим", by=world.ira, now=now + timedelta(hours=index + 1))


SIGNED_IN = 2  # the session; the user with person, agent and scope
TOP_PANEL = 1  # the organisations one may choose among
RAIL = 2  # the teams; the numbers


def asked(client, address: str) -> int:
    client.get(address)  # what a process looks up once is looked up
    with CaptureQueriesContext(connection) as queries:
        answer = client.get(address)
    assert answer.status_code == 200
    return len(queries)


@pytest.mark.parametrize("number", [1, 35])
def test_lists_and_the_form(world, client_of, data_folder, now, number):
    open_many(world, now, number)
    anna, ira = client_of(world.anna), client_of(world.ira)
    counts = {
        "the form": asked(anna, "/support/write/"),
        "requests of a customer": asked(anna, "/requests/"),
        "the queue": asked(ira, "/desk/"),
        "the queue of what waits for customers": asked(ira, "/desk/?turn=customer"),
        "a search": asked(ira, "/desk/?q=картинки"),
    }
    assert counts == {
        "the form": 5,
        "requests of a customer": 5,
        "the queue": 7,
        "the queue of what waits for customers": 5,
        "a search": 8,  # where the words stand: one
    }


@pytest.mark.parametrize("times", [1, 12])
def test_one_ticket(world, client_of, data_folder, now, times):
    ticket = open_many(world, now, times + 2)[times]  # 2 cameras, or 1; others wait beside it
    talk(ticket, world, now, times)
    anna, ira = client_of(world.anna), client_of(world.ira)
    counts = {
        "after sending": asked(anna, f"/support/sent/{ticket.pk}/"),
        "to the customer": asked(anna, f"/requests/{ticket.pk}/"),
        "to the agent": asked(ira, f"/desk/tickets/{ticket.pk}/"),
    }
    assert counts == {"after sending": 7, "to the customer": 13, "to the agent": 14}


def test_a_turn_of_the_bot_with_a_look_at_the_camera(world, client_of, data_folder):
    """What it costs beside signing in. The answer and what the check found are one move: it locks the ticket with its
    conversation, cameras, rights and the queue are read once for both, an open request about the camera is looked for
    with them, what was said and what happened is written at once, and the page that has seen all before it is shown
    what the move holds."""
    panel = Panel(client_of(world.anna), world.anna)
    panel.start(topic="camera-offline")
    ticket, question = panel.ticket, panel.question
    seen = str(ticket.last_seq)
    with CaptureQueriesContext(connection) as queries:
        answer = panel.send(ticket, after=seen, press="answer", question=question, value=str(world.camera_yard.pk))
    kinds = panel.ticket.messages.order_by("seq").values_list("kind", flat=True)
    assert list(kinds)[-3:] == ["customer", "bot", "bot"], "the choice, that it is looked at, and what was seen"
    assert [said in answer.content.decode() for said in ("Двор", "Проверяю камеру", "Камера не отвечает")] == [True] * 3
    assert len(queries) - SIGNED_IN == 16


def test_a_submission(world, client_of, data_folder):
    """What it costs beside signing in and the page's frame. One unit of work: what may be known is read before it, the
    key and the team in it, then each row that stands for something is written once."""
    anna = client_of(world.anna)
    form = asked(anna, "/support/write/") - SIGNED_IN - TOP_PANEL
    assert form == 2, "the draft, the cameras; whom an outage touches: two more"
    sent = []
    for key in ("first", "second"):
        with CaptureQueriesContext(connection) as queries:
            answer = anna.post("/support/write/", filled(world, key=key))
        assert answer.status_code == 302
        sent.append(len(queries) - SIGNED_IN)
    assert form + sent[1] == 18
    assert sent[0] - sent[1] == 3, "what the passport did not know yet: looked for, made, filled in"
    assert sum("SAVEPOINT" in query["sql"] for query in queries) <= 2, "of the test's own transaction"


def test_a_file_with_a_submission(world, client_of, data_folder):
    """What a file in the form's own body costs beside: whether an agent sends it, the quota before it is kept and under
    the person's lock when it is written down (five, with its own transaction), what is in it, and that it is bound."""
    anna = client_of(world.anna)
    anna.post("/support/write/", filled(world, key="first"))
    sent = []
    for key, files in (("second", []), ("third", [SimpleUploadedFile("a.txt", b"hello")])):
        with CaptureQueriesContext(connection) as queries:
            answer = anna.post("/support/write/", filled(world, key=key) | {"files": files})
        assert answer.status_code == 302
        sent.append(len(queries))
    assert Attachment.objects.filter(message__isnull=False).count() == 1
    assert sent[1] - sent[0] == 10


def test_a_ticket_beside_the_frame_of_the_desk(world, client_of, data_folder, now):
    ticket = open_many(world, now, 3)[1]
    talk(ticket, world, now, 3)
    assert asked(client_of(world.ira), f"/desk/tickets/{ticket.pk}/") - SIGNED_IN - RAIL == 10
