"""The table of events: what it says of each to whom, and what it refuses."""

import pytest
from django.utils import translation

from camdesk.tickets.events import KINDS, Audience, UnknownEvent, icon_of, is_line, publicity, sentence

AT = "2026-05-12T07:30:00+00:00"
EVERYTHING = {
    "address": "a@example.org", "agent": 7, "at": AT, "channel": "form", "delivery": 3, "eta": AT, "from": AT,
    "last": True, "letter": 5, "name": "Ира", "names": "a.exe", "permanent": True, "phone": "+79265551234",
    "reason": "550 no such user", "seconds": 65, "signature": "Eicar", "stars": 4, "subject": "Я в отпуске",
    "title": "Район без связи", "title_en": "No link in the district", "to": "b@example.org", "turn": "customer",
    "until": AT,
}  # fmt: skip


@pytest.mark.parametrize("language", ["ru", "en"])
@pytest.mark.parametrize("audience", Audience)
@pytest.mark.parametrize("name", KINDS)
def test_every_event_can_be_said(name, audience, language):
    with translation.override(language):
        said = sentence(name, EVERYTHING, audience)
    assert type(said) is str
    assert said
    assert "%(" not in said
    assert name not in said


@pytest.mark.parametrize(
    "name, to_agents, to_customers",
    [
        ("turn.changed", "Ход за клиентом", "Ваш ход"),
        ("call.received", "Входящий звонок, 1\u00a0мин\u00a05\u00a0с", "Вы позвонили нам, 1\u00a0мин\u00a05\u00a0с"),
        ("callback.asked", "Просят перезвонить: 12 мая, 10:30", "Перезвоним: 12 мая, 10:30"),
        ("ticket.rated", "Оценка: 4 из 5", "Ваша оценка: 4 из 5"),
        ("ticket.resolved", "Обращение решено", "Обращение решено"),
    ],
)
def test_a_customer_is_spoken_to(name, to_agents, to_customers):
    with translation.override("ru"):
        assert sentence(name, EVERYTHING) == sentence(name, EVERYTHING, Audience.INTEGRATION) == to_agents
        assert sentence(name, EVERYTHING, Audience.CUSTOMER) == to_customers


def test_no_event_a_customer_sees_speaks_of_them_as_of_a_third():
    with translation.override("ru"):
        said = {name: sentence(name, EVERYTHING, Audience.CUSTOMER) for name, kind in KINDS.items() if kind.public}
    told = {name: words for name, words in said.items() if is_line(name, Audience.CUSTOMER)}
    assert {name: words for name, words in told.items() if "клиент" in words.lower()} == {}


@pytest.mark.parametrize(
    "name, said, seen",
    [
        ("ticket.resolved", None, True),
        ("note.written", None, False),
        ("attachment.infected", True, True),
        ("attachment.infected", False, False),
    ],
)
def test_the_table_says_who_sees_it_and_the_deed_only_where_it_is_left_to_it(name, said, seen):
    assert publicity(name, said) is seen


@pytest.mark.parametrize("name, said", [("note.written", True), ("ticket.resolved", True), ("callback.dropped", None)])
def test_nobody_says_it_twice_or_not_at_all(name, said):
    with pytest.raises(ValueError, match=name):
        publicity(name, said)


def test_what_is_not_in_the_table_is_no_event():
    with pytest.raises(UnknownEvent):
        publicity("ticket.exploded", None)


def test_an_event_of_a_newer_version_is_shown_by_its_name():
    """After a step back to an older version its rows are still there."""
    assert sentence("ticket.merged", {"into": 7}) == "ticket.merged"
    assert icon_of("ticket.merged") == "circle-dot"
    assert is_line("ticket.merged", Audience.AGENT)
    assert not is_line("ticket.merged", Audience.CUSTOMER)
