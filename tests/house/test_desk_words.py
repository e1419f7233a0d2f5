"""A customer is spoken to, in words of their own: nothing of how the desk talks about them stands in the cabinet.

Held by tables: every string of the catalogues that the cabinet shows, in both languages, and every sentence of an event
that a customer sees, against the words of the desk.
"""

import re
from collections import defaultdict
from collections.abc import Iterator

import pytest
from babel.messages.pofile import read_po
from django.utils import translation

from camdesk.config import translations
from camdesk.tickets.events import KINDS, Audience
from camdesk.tickets.models.ticket import Turn
from camdesk.tickets.turn_words import turn_word

DESK = re.compile(
    r"клиент|тикет|\bочеред|агент|исполнител|регламент|сценари|перв(ая|ой|ую) лини|эскал|\bSLA\b|инцидент|заявк|"
    r"\bход за\b|диспетчер|"
    r"\bticket|\bqueue|assignee|playbook|escalat|first line|\bclients?\b|\bthe customer\b(?! account)|\bcabinet\b|"
    r"(?<!support )agent\b",
    re.IGNORECASE,
)
# Shown to the staff alone, though in the same catalogue.
STAFF = {"Рабочее место"}
# The parts of `ui` that customers see: what stands in the desk's shell and the gallery does not count.
SHELLS = re.compile(r"jinja2/(ui/(base|cabinet|public|error|account)|[45]\d\d|ui/components/(?!message))")


def catalogue(app: str) -> Iterator[tuple[str, str]]:
    """(where, string) of an app's strings, Russian and English."""
    for message in read_po((translations.APPS / app / "locale/en/LC_MESSAGES/django.po").open("rb")):
        ids = [message.id] if isinstance(message.id, str) else list(message.id)
        if not message.id or set(ids) & STAFF or "@example.org" in ids[0]:
            continue
        places = [place for place, _line in message.locations]
        if app == "ui" and not any(SHELLS.search(place) for place in places):
            continue
        said = [message.string] if isinstance(message.string, str) else list(message.string)
        yield from ((f"{app}: {places[0]}", one) for one in (*ids, *said))


@pytest.mark.parametrize("app", ["cabinet", "ui", "outages", "bot"])
def test_no_word_of_the_desk_stands_in_the_cabinet(app):
    strings = list(catalogue(app))
    assert len(strings) > 10
    assert [(where, said) for where, said in strings if DESK.search(said)] == []


@pytest.mark.parametrize("language", ["ru", "en"])
def test_no_state_and_no_event_is_told_to_a_customer_in_words_of_the_desk(language):
    with translation.override(language):
        said = {turn: turn_word(turn, to_customer=True) for turn in Turn}
        for name, kind in KINDS.items():
            if kind.public is False or Audience.CUSTOMER in kind.told:
                continue
            try:
                said[name] = (kind.to_customer or kind.sentence)(defaultdict(lambda: "us"))
            except (KeyError, ValueError, TypeError):
                continue  # a sentence of a time or a number; its words stand in the catalogue
    assert len(said) > 20
    assert {name: words for name, words in said.items() if DESK.search(words)} == {}
