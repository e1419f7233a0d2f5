"""The bot's own sentences obey the operator's words, as the playbook's do."""

from datetime import UTC, datetime
from pathlib import Path

from camdesk.bot.engine.words import SAYS
from camdesk.bot.utterances.heard import SpeechAct
from camdesk.bot.utterances.reader import hear
from camdesk.playbook.fields import Fields
from camdesk.playbook.wording import ShownText, check, wording_of
from camdesk.playbook.yaml_source import Mark, Node, Problem, read_yaml

PLAYBOOK = Path(__file__).parents[3] / "playbook"


def test_no_sentence_of_its_own_says_what_a_playbook_may_not() -> None:
    problems: list[Problem] = []
    node = read_yaml(PLAYBOOK / "wording.yaml", "wording.yaml", problems)
    assert isinstance(node, Node)
    rules = wording_of(Fields(node, "wording", problems))
    said = [
        ShownText(Mark(key, 1), language, getattr(text, language))
        for key, text in SAYS.items()
        for language in ("ru", "en")
    ]
    assert check(iter(said), rules, rules.terms, frozenset()) == []


def test_every_sentence_is_said_in_both_languages_and_ends() -> None:
    for key, text in SAYS.items():
        assert text.ru, key
        assert text.en, key
        assert text.ru[-1] in ".?!:…" or text.en[-1] not in ".?!:…", key


def test_the_words_it_proposes_are_understood() -> None:
    now = datetime(2026, 3, 17, 9, 30, tzinfo=UTC)
    for words in ("позовите человека", "talk to a person"):
        assert words in SAYS["i_am_a_bot"].ru + SAYS["i_am_a_bot"].en
        assert SpeechAct.PERSON in hear(words, now=now).acts
    assert "не знаю" in SAYS["yes_no_or_unknown"].ru
    assert SpeechAct.DONT_KNOW in hear("не знаю", now=now).acts
