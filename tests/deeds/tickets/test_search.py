"""Finding requests by words."""

import unicodedata

import pytest

from camdesk.tickets import conversation
from camdesk.tickets.events import Audience
from camdesk.tickets.models import Ticket
from camdesk.tickets.search import index, lookup
from camdesk.tickets.search.snippets import snippets
from tests.deeds.tickets.test_opening import new, open_ticket


@pytest.fixture
def three(world, now):
    texts = ["Камера во дворе не работает", "Нет звука на калитке", "Двор: камера мигает и не работает звук"]
    return [open_ticket(new(world, text=text), by=world.anna, now=now).ticket for text in texts]


@pytest.mark.parametrize(
    "query, found",
    [
        ("звук", [2, 1]),
        ("ЗВУКА", [2, 1]),
        ("звук мигает", [2]),
        ("pder", [2, 1]),  # «звук» typed in the other layout
        ("zvuk", [2, 1]),
        ("погода", []),
        ("", []),
        ("'\" OR 1=1 --", []),
        ("звук*", [2, 1]),
        ('"звук" AND (', [2, 1]),
    ],
)
def test_all_words_newest_first(three, query, found):
    assert lookup.find(query) == [three[index].pk for index in found]


def test_what_hidden_teams_have_is_left_out_and_the_page_is_full_all_the_same(world, now, three):
    Ticket.objects.filter(pk=three[2].pk).update(team=world.first_line)
    assert lookup.find("звук", hidden=[world.first_line.pk], limit=1) == [three[1].pk]
    assert lookup.find("звук", hidden=[world.first_line.pk], within=Ticket.objects.all()) == [three[1].pk]
    assert lookup.find("звук", hidden=[world.first_line.pk + 1], limit=1) == [three[2].pk]


def test_a_word_in_latin_letters_is_shown_in_every_hit(world, now):
    """As it is typed: read word by word are only the first hits of a page."""
    tickets = [open_ticket(new(world, text=f"Модель zyxgrault {n}"), by=world.anna, now=now).ticket for n in range(30)]
    shown = snippets("zyxgrault", [ticket.pk for ticket in tickets], Audience.AGENT)
    assert len(shown) == 30
    assert all([piece.text for piece in pieces if piece.marked] == ["zyxgrault"] for pieces in shown.values())


def test_words_of_different_messages_count_together(world, now, three):
    conversation.reply(ticket=three[1], text="Проверьте микрофон", by=world.ira, now=now)
    assert lookup.find("калитка микрофон") == [three[1].pk]


def test_a_customer_finds_only_what_they_may_see(world, now, three):
    mine = open_ticket(new(world, person=world.oleg, text="Нет звука", cameras=[]), by=world.oleg, now=now).ticket
    assert lookup.find("звук", within=Ticket.objects.visible_to(world.oleg)) == [mine.pk]
    assert lookup.find("звук", within=Ticket.objects.visible_to(world.boris)) == []


@pytest.mark.parametrize("few", [1, 500])
def test_pages_follow_each_other_without_gaps(three, few, monkeypatch):
    monkeypatch.setattr(lookup, "_FEW", few)  # on PostgreSQL a usual word is asked for in another way
    first = lookup.find("звук", limit=1)
    second = lookup.find("звук", limit=1, before=first[-1])
    assert first + second == [three[2].pk, three[1].pk]


@pytest.mark.parametrize("query, number", [("1042", 1042), ("№ 1042", 1042), ("#7", 7), ("камера 5", None), ("", None)])
def test_a_number_is_understood(query, number):
    assert lookup.by_number(query) == number


def test_a_request_of_a_million_words_is_still_answered(world, now):
    """PostgreSQL holds no entry above 1 MB: the letter that would pass it was refused, and every later one with it."""
    ticket = open_ticket(new(world), by=world.anna, now=now).ticket
    for letter in range(10):
        index.add(ticket.pk, [" ".join(f"слово{letter}x{number:06d}" for number in range(9_000)) for _ in range(3)])
    assert lookup.find("слово0x000001") == [ticket.pk]
    index.add(ticket.pk, ["последнее"])


def test_a_query_is_as_long_as_a_person_types(world, now):
    ticket = open_ticket(new(world), by=world.anna, now=now).ticket
    index.add(ticket.pk, [" ".join(f"слово{number}" for number in range(lookup.MOST_WORDS))])
    asked = " ".join(f"слово{number}" for number in range(50_000))
    assert lookup.find(asked) == [ticket.pk], "what is beyond the first words is not asked for"


@pytest.mark.parametrize("within", [None, Ticket.objects.all()], ids=["of all", "of what one may see"])
def test_a_full_page_is_not_asked_for_twice(three, within, django_assert_num_queries):
    with django_assert_num_queries(1 if within is None else 2):
        assert len(lookup.find("звук", within=within, limit=1)) == 1


def test_every_letter_of_the_world_can_be_looked_for(world, now, client_of):
    """«½» and two hundred others fold into several words, which the index refused: the page of the search was a 500."""
    signs = [chr(code) for code in range(0x80, 0x110000) if chr(code).isalnum()]
    folded = [sign for sign in signs if not unicodedata.normalize("NFKC", sign).isalnum()]
    assert "½" in folded
    assert len(folded) > 150
    ticket = open_ticket(new(world, text="Кабель ½ дюйма"), by=world.anna, now=now).ticket
    assert lookup.find("½ дюйма") == [ticket.pk]
    newer = "\u19b0"  # a letter, which the SQLite of many a machine takes for a mark
    for sign in [*folded, newer]:
        lookup.find(f"аб{sign}вг", notes=True)
    assert client_of(world.ira).get("/desk/rows", {"q": "½"}).status_code == 200
