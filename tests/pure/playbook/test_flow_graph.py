"""The picture of a flow: every step and arrow is there, nothing overlaps, nothing of the text is markup."""

import re
from itertools import combinations
from xml.etree import ElementTree

from hypothesis import given, settings
from hypothesis import strategies as st

from camdesk.playbook.document import Text
from camdesk.playbook.flow_graph import Counts, edges, mermaid, svg
from camdesk.playbook.flow_layout import arrange
from camdesk.playbook.flows import Branch, Flow, Handover, Step, Target

FLOW = Flow(
    "probe",
    Text("Проба <b>", "Probe"),
    (
        Step("a", "ask", ask=("details",), text=Text("Что <script>alert(1)</script> «видно»?", "What?")),
        Step("b", "confirm", confirm=Text("Помогло?", "Helped?"), yes=Target("z"), no=Target("a")),
        Step("c", "say", branch=(Branch(Target("operator"), "has(details, 'x')"),)),
        Step("z", "resolve"),
        Step("h", "handover", handover=Handover()),
    ),
)


def test_every_step_and_arrow_is_drawn() -> None:
    root = ElementTree.fromstring(svg(FLOW))  # noqa: S314  our own output
    space = "{http://www.w3.org/2000/svg}"
    drawn = [one.get("data-step") for one in root.iter(f"{space}g") if one.get("data-step")]
    assert drawn == ["a", "b", "c", "z", "h"]
    lines = [one for one in root.iter(f"{space}path") if one.get("class") == "flow-line"]
    assert len(lines) == len({(source, to) for source, to, _ in edges(FLOW)})


def test_what_an_author_wrote_is_never_markup_and_nothing_is_inline_style() -> None:
    drawn = svg(FLOW)
    assert "<script" not in drawn
    assert "style=" not in drawn
    assert "<b>" not in drawn


def test_counts_stand_in_the_boxes() -> None:
    drawn = svg(FLOW, "ru", {"a": Counts(entered=1240, left=7, reopened=3)})
    assert "вошли 1240 · ушли 7" in drawn
    assert "вернулись 3" in drawn


def test_mermaid_names_every_step_and_reason() -> None:
    text = mermaid(FLOW)
    assert text.startswith("flowchart TD\n")
    assert re.findall(r'-->\|"([^"]+)"\|', text)[:2] == ["да", "нет"]
    assert all(f"s_{step.id}" in text for step in FLOW.steps)


@settings(max_examples=80, deadline=None)
@given(st.integers(1, 14), st.data())
def test_boxes_never_overlap_whatever_leads_where(count: int, data: st.DataObject) -> None:
    names = [f"n{number}" for number in range(count)]
    pair = st.tuples(st.sampled_from(names), st.sampled_from(names))
    pairs = data.draw(st.lists(pair, max_size=30))
    layout = arrange(names, pairs, dict.fromkeys(names, 60.0))
    for one, other in combinations(layout.boxes.values(), 2):
        apart = one.x + one.width <= other.x + 0.01 or other.x + other.width <= one.x + 0.01
        assert apart or one.y + one.height <= other.y or other.y + other.height <= one.y
    for box in layout.boxes.values():
        assert box.x >= 0
        assert box.x + box.width <= layout.width
    assert set(layout.paths) == {pair for pair in pairs if pair[0] != pair[1]}


def test_what_is_known_only_in_a_conversation_is_no_brace_in_the_picture() -> None:
    text = Text("Камера приостановлена: {diag.summary}. Ответим {hours.now|завтра}.", "Suspended")
    drawn = svg(Flow("probe", Text("Проба", "Probe"), (Step("a", "say", say=text), Step("z", "resolve"))))
    assert "{" not in drawn
    assert "приостановлена: …" in drawn
    assert "…." not in drawn
