"""A playbook written back as files loads to the same digest; what changed is said thing by thing."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from camdesk.playbook.difference import difference, in_words
from camdesk.playbook.document import Article, CannedReply, Playbook, Text
from camdesk.playbook.export import export, files_of
from camdesk.playbook.flow_graph import mermaid
from camdesk.playbook.flow_reading import flow_of
from camdesk.playbook.loading import load
from camdesk.playbook.yaml_source import parse_yaml, plain

SMALL = Path(__file__).parent / "small"
SHIPPED = Path(__file__).parents[3] / "playbook"


def loaded(directory: Path) -> Playbook:
    found = load(directory)
    assert found.problems == ()
    assert found.playbook is not None
    return found.playbook


@pytest.mark.parametrize("directory", [SMALL, SHIPPED], ids=["small", "shipped"])
def test_an_exported_playbook_loads_to_the_same_digest(directory: Path, tmp_path: Path) -> None:
    playbook = loaded(directory)
    export(playbook, tmp_path / "out")
    again = loaded(tmp_path / "out")
    assert difference(playbook, again) == ()
    assert again.digest == playbook.digest


def test_nothing_is_written_over(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("x")
    with pytest.raises(FileExistsError):
        export(loaded(SMALL), tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


# What an author can write: any line of text without control characters; blanks at the edges do not survive reading.
lines = st.text(st.characters(exclude_categories=("Cs", "Cc", "Zl", "Zp")), min_size=1, max_size=30).map(str.strip)
lines = lines.filter(bool)
blocks = st.lists(lines, min_size=1, max_size=3).map("\n".join)
texts = st.builds(Text, blocks, st.just("") | blocks)
scalars = st.none() | st.booleans() | st.integers(-(10**9), 10**9) | st.sampled_from([0.5, 1.25, 0.00001]) | lines
flow_data = st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(lines.filter(lambda key: key != "<<"), inner, max_size=3)
    ),
    max_leaves=8,
)


@settings(max_examples=40, deadline=None)
@given(steps=st.lists(texts, max_size=3), body=blocks, words=st.lists(lines, max_size=3, unique=True), reply=lines)
def test_what_an_author_writes_survives_an_export(
    tmp_path_factory: pytest.TempPathFactory, steps: list[Text], body: str, words: list[str], reply: str
) -> None:
    small = loaded(SMALL)
    topic = dataclasses.replace(small.topics["other"], steps=tuple(steps), synonyms=tuple(words))
    page = Article("about", Text("О поддержке", "About"), Text(body + "\n", body + "\n"), tuple(words))
    answer = CannedReply("hello", Text("Ответ", "Answer"), Text(reply.replace("{", "(")))
    playbook = dataclasses.replace(
        small,
        topics=small.topics | {"other": topic},
        articles=small.articles | {"about": page},
        replies=(answer,),
    )
    directory = tmp_path_factory.mktemp("export") / "out"
    export(playbook, directory)
    found = load(directory)
    broken = [problem for problem in found.problems if problem.code != "unknown-article"]  # a body may look like a link
    assert broken == []
    if found.playbook:
        assert found.playbook.digest == playbook.digest


@settings(max_examples=150, deadline=None)
@given(st.dictionaries(lines.filter(lambda key: key != "<<"), flow_data, min_size=1, max_size=3))
def test_the_words_of_a_flow_survive_an_export(data: dict[str, Any]) -> None:
    playbook = Playbook(Text("x"), "f", "o", flows={"f": data})
    problems: list[Any] = []
    assert plain(parse_yaml(files_of(playbook)["flows/f.yaml"], "f.yaml", problems)) == data
    assert problems == []


def test_what_changed_is_said_thing_by_thing() -> None:
    old = loaded(SMALL)
    topic = old.topics["camera-offline"]
    changed = dataclasses.replace(topic, title=Text("Камера молчит", "Silent"), steps=(*topic.steps, Text("Ждите.")))
    fresh = dataclasses.replace(topic, id="fresh", ref="A2")
    new = dataclasses.replace(
        old,
        topics={"camera-offline": changed, "fresh": fresh},
        limits=dataclasses.replace(old.limits, max_files=5),
        flows={"common": {**old.flows["common"], "title": "Иначе"}},
    )
    found = {(one.kind, one.id): one for one in difference(old, new)}
    assert {key: one.how for key, one in found.items()} == {
        ("topic", "camera-offline"): "changed",
        ("topic", "fresh"): "added",
        ("topic", "other"): "removed",
        ("flow", "common"): "changed",
        ("limits", ""): "changed",
    }
    assert [field.name for field in found["topic", "camera-offline"].fields] == ["title", "steps"]
    said = "\n".join(line for one in found.values() for line in in_words(one))
    assert "topic fresh «Камера не в сети»: added" in said
    assert "+ ru: Ждите." in said
    assert "- 10" in said
    assert difference(old, old) == ()


def test_a_flow_is_drawn_with_all_its_steps() -> None:
    drawn = mermaid(flow_of(loaded(SHIPPED).flows["common"]))
    assert drawn.startswith("flowchart TD\n")
    for step in ("which", "outage", "instructions", "operator", "solved"):
        assert f"s_{step}" in drawn
    assert '-->|"да"|' in drawn
