"""A directory becomes a playbook, a playbook becomes JSON and comes back the same."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from camdesk.playbook.document import Contacts, Fact, FactLimits, Option, Playbook, Promise, Span, Text, TopicSpec
from camdesk.playbook.encoding import decode, encode
from camdesk.playbook.facts import facts_for
from camdesk.playbook.loading import load

SMALL = Path(__file__).parent / "small"


def small() -> Playbook:
    loaded = load(SMALL)
    assert loaded.problems == ()
    assert loaded.playbook is not None
    return loaded.playbook


def test_a_small_playbook_loads_whole() -> None:
    playbook = small()
    assert list(playbook.sections) == ["camera", "other"]
    assert list(playbook.topics) == ["camera-offline", "other"]
    topic = playbook.topic("A1")
    assert topic is playbook.topic("camera-offline") is playbook.topics["camera-offline"]
    assert [fact.id for fact in facts_for(playbook, topic)] == ["internet", "provider", "photo"]
    assert [option.value for option in playbook.facts["internet"].options] == ["yes", "no", "unknown"]
    assert playbook.facts["internet"].contradictions == (("yes", "no"),)
    assert playbook.flow_of(topic) == "common"
    assert playbook.flows["common"]["steps"][0]["id"] == "details"
    assert playbook.articles["about"].title == Text("О поддержке", "About support")
    assert playbook.articles["camera-offline"].body.ru.startswith("# Что проверить")
    assert playbook.contacts.phone_link == "+78000000000"
    assert playbook.hours.week[0] == (Span(540, 1260),)
    assert playbook.promises["urgent"] == Promise(
        "urgent",
        Text("Срочный", "Urgent"),
        15,
        480,
        within_hours=False,
        next_update=120,
        waits={"customer": 90, "provider": 2880},
    )
    assert (playbook.promises["normal"].next_update, playbook.promises["normal"].waits) == (0, {}), "left out"
    assert playbook.lexicon.synonyms == {"камера": ("камерка", "видеокамера")}
    assert playbook.topics_of(playbook.sections["camera"]) == (topic,)


def test_a_text_falls_back_to_russian() -> None:
    assert (Text("да", "yes").get("en-gb"), Text("да").get("en"), Text("да", "yes").get("ru")) == ("yes", "да", "да")


def test_json_brings_the_same_playbook_back() -> None:
    playbook = small()
    again = Playbook.from_json(playbook.to_json())
    assert again == playbook
    assert again.digest == playbook.digest


def test_a_version_of_another_program_is_still_read() -> None:
    data = json.loads(small().to_json())
    del data["lexicon"], data["topics"]["other"]["synonyms"]
    data["invented_later"] = 1
    playbook = Playbook.from_json(json.dumps(data))
    assert playbook.lexicon.out_of_scope == ()
    assert playbook.topics["other"].synonyms == ()


@pytest.mark.parametrize("text", ["[]", "1", '{"title": 1}', '{"title": {}, "topics": 3}'])
def test_other_json_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        Playbook.from_json(text)


def test_any_change_changes_the_digest(tmp_path: Path) -> None:
    directory = tmp_path / "playbook"
    shutil.copytree(SMALL, directory)
    article = directory / "articles" / "about.ru.md"
    article.write_text(article.read_text() + "И ночью.\n")
    changed = load(directory).playbook
    assert changed is not None
    assert changed.digest != small().digest


@pytest.mark.parametrize(("resolution", "codes"), [("15m", []), ("14m", ["bad-duration"])])
def test_what_is_answered_at_once_may_be_solved_at_once_and_no_sooner(
    tmp_path: Path, resolution: str, codes: list[str]
) -> None:
    shutil.copytree(SMALL, directory := tmp_path / "playbook")
    promises = directory / "promises.yaml"
    before = "first_reply: 4h, resolution: 24h"
    text = promises.read_text()
    assert before in text
    promises.write_text(text.replace(before, f"first_reply: 15m, resolution: {resolution}"))
    assert [one.code for one in load(directory).problems] == codes


def test_the_directory_itself_may_be_missing(tmp_path: Path) -> None:
    loaded = load(tmp_path / "nothing")
    assert loaded.playbook is None
    assert any(problem.code == "unreadable" for problem in loaded.problems)


words = st.text(max_size=8)
texts = st.builds(Text, words, words)
facts = st.builds(
    Fact,
    words,
    texts,
    words,
    texts,
    texts,
    st.lists(st.builds(Option, words, texts, st.booleans()), max_size=3).map(tuple),
    limits=st.builds(FactLimits, st.integers(), st.none() | st.integers(), st.none() | st.integers()),
    contradictions=st.lists(st.lists(words, max_size=2).map(tuple), max_size=2).map(tuple),
)
topics = st.builds(
    TopicSpec,
    words,
    words,
    words,
    texts,
    texts,
    words,
    words,
    words,
    words,
    facts=st.lists(words, max_size=3).map(tuple),
    steps=st.lists(texts, max_size=3).map(tuple),
    in_form=st.booleans(),
)
json_data = st.recursive(
    st.none() | st.booleans() | st.integers() | words,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(words, inner, max_size=3),
    max_leaves=10,
)


@settings(max_examples=60)
@given(
    st.builds(
        Playbook,
        texts,
        words,
        words,
        topics=st.dictionaries(words, topics, max_size=3),
        facts=st.dictionaries(words, facts, max_size=3),
        flows=st.dictionaries(words, json_data, max_size=3),
        contacts=st.builds(Contacts, words, addresses=st.lists(texts, max_size=2).map(tuple)),
        texts=st.dictionaries(words, texts, max_size=3),
    )
)
def test_every_playbook_survives_json(playbook: Playbook) -> None:
    again = Playbook.from_json(playbook.to_json())
    assert again == playbook
    assert again.digest == playbook.digest
    assert decode(Playbook, encode(playbook)) == playbook
