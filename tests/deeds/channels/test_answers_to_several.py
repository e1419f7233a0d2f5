"""An answer to the one letter that stands for several finds the request it is about."""

import re

import pytest

from camdesk.tickets.models import Delivery, Ticket
from tests.deeds.channels.letters import letter
from tests.deeds.channels.test_letters_in import bring
from tests.deeds.channels.test_letters_together import leave, many


@pytest.fixture(autouse=True)
def _mail(data_folder, settings):
    """Letters are files, and our own server says who is genuine."""
    settings.MAIL_AUTHSERV = "mx.example.org"


def digest_of_four(world, now) -> tuple[list[Ticket], Delivery]:
    tickets = many(world, now, 4)
    leave(now)
    return tickets, Delivery.objects.get(kind="digest")


def test_an_answer_by_the_link_under_a_request_comes_home(world, now):
    tickets, gathered = digest_of_four(world, now)
    for ticket in tickets:
        [link] = re.findall(rf'href="mailto:([^"?]*\+{ticket.pk}\.[^"?]*)\?subject=', gathered.letter.html)
        row = bring(letter(f"Про {ticket.pk}", to=link, subject="Ответ", message_id=f"<{ticket.pk}@x>"), now)
        assert row.ticket == ticket


@pytest.mark.parametrize(
    ("words", "joins"),
    [
        ("По № {0} уже работает", 0),
        ("обращение {2}: не помогло", 2),
        ("Спасибо", None),
        ("{0} и № {1}, обращение {2}", None),
    ],
)
def test_an_answer_to_the_whole_joins_the_one_it_names(world, now, words, joins):
    tickets, gathered = digest_of_four(world, now)
    said = words.format(*(f"№ {ticket.pk}" for ticket in tickets)).replace("Обращение № ", "обращение ")
    row = bring(letter(said, subject="Re: Новости", in_reply_to=f"<{gathered.letter.letter_id}>"), now)
    assert row.ticket == tickets[joins] if joins is not None else row.ticket not in tickets


def test_naming_somebody_elses_request_joins_nothing(world, now):
    tickets, gathered = digest_of_four(world, now)
    words = f"По № {tickets[0].pk}: закройте"
    row = bring(letter(words, sender="eve@evil.example", in_reply_to=f"<{gathered.letter.letter_id}>"), now)
    assert row.ticket not in tickets
