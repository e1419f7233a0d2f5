"""A flow as a picture: Mermaid text for documents, and an SVG of our own for pages.

The SVG is drawn without any library and needs no style sheet: lines and letters are `currentColor`, the ground is
`Canvas`, so it is right on a light and on a dark page; classes (`flow-step`, `flow-step--ask` …) let the page say more.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from html import escape

from camdesk.playbook.condition_words import in_words
from camdesk.playbook.document import Text
from camdesk.playbook.flow_layout import NODE_WIDTH, Box, Layout, arrange
from camdesk.playbook.flow_paths import END, PERSON_END, RETURN_END, arrows
from camdesk.playbook.flows import Flow, Step

LETTERS = 32  # of one line in a box
LINES = 3
LINE, PAD = 17, 11
_WORDS = {
    "yes": Text("да", "yes"),
    "no": Text("нет", "no"),
    "else": Text("иначе", "else"),
    "error": Text("сбой", "failed"),
    "skip": Text("мимо", "passed over"),
    PERSON_END: Text("К человеку", "To a person"),
    RETURN_END: Text("Возврат", "Return"),
    END: Text("Конец", "End"),
    "entered": Text("вошли", "entered"),
    "left": Text("ушли", "left"),
    "handed": Text("человеку", "to a person"),
    "solved": Text("решено", "solved"),
    "reopened": Text("вернулись", "reopened"),
    "ask": Text("вопрос", "question"),
    "say": Text("слова", "words"),
    "branch": Text("развилка", "branch"),
    "confirm": Text("да или нет", "yes or no"),
    "article": Text("статья", "article"),
    "call": Text("проверка", "check"),
    "link": Text("другой диалог", "another flow"),
    "handover": Text("человек", "person"),
    "resolve": Text("решено", "solved"),
    "wait": Text("ждём", "we wait"),
}


@dataclass(frozen=True, slots=True)
class Counts:
    """How many conversations entered a step, left there, were handed over, solved, reopened after being solved."""

    entered: int = 0
    left: int = 0
    handed: int = 0
    solved: int = 0
    reopened: int = 0


def edges(flow: Flow) -> list[tuple[str, str, str]]:
    """(from, to, why) of every arrow worth drawing; the ends of hand-overs and solutions are their own steps."""
    found = []
    for step in flow.steps:
        for why, where in arrows(flow, step):
            own_end = (step.kind == "handover" and where == PERSON_END) or (step.kind == "resolve" and where == END)
            if not own_end:
                found.append((step.id, where, why))
    return list(dict.fromkeys(found))


def mermaid(flow: Flow, lang: str = "ru") -> str:
    """The flow as Mermaid `flowchart` text."""
    lines = ["flowchart TD"]
    for step in flow.steps:
        label = "<br/>".join([step.id, *summary(step, flow, lang)]).replace('"', "'")
        lines.append(f"  {_name(step.id)}{_MERMAID.get(step.kind, _PLAIN).replace('{}', label)}")
    links = edges(flow)
    for end in dict.fromkeys(to for _, to, _ in links if to not in flow.by_id):
        lines.append(f'  {_name(end)}(("{_WORDS[end].get(lang)}"))')
    for source, to, why in links:
        words = _why(why, lang, flow).replace('"', "'").replace("|", "/")
        label = f'|"{words}"|' if words else ""
        lines.append(f"  {_name(source)} -->{label} {_name(to)}")
    return "\n".join(lines) + "\n"


def svg(flow: Flow, lang: str = "ru", counts: Mapping[str, Counts] | None = None) -> str:
    """The flow as one inline `<svg>`; counts: step id → its Counts, shown inside the boxes."""
    links = edges(flow)
    names = [step.id for step in flow.steps]
    ends = [end for end in dict.fromkeys(to for _, to, _ in links) if end not in flow.by_id]
    texts = {step.id: summary(step, flow, lang) for step in flow.steps} | {end: [] for end in ends}
    extra = 2 if counts else 0
    heights = {name: PAD * 2 + LINE * (1 + len(text) + extra) - 3 for name, text in texts.items()}
    layout = arrange([*names, *ends], [(source, to) for source, to, _ in links], heights)
    title = f"{escape(flow.title.get(lang))}"
    parts = [
        f'<svg class="flow" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {layout.width:.0f} {layout.height:.0f}" '
        f'width="{layout.width:.0f}" height="{layout.height:.0f}" role="img" aria-label="{title}" '
        'font-family="inherit" font-size="13">',
        f"<title>{title}</title>",
        '<defs><marker id="flow-arrow" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" '
        'orient="auto-start-reverse"><path d="M0 0 8 4 0 8z" fill="currentColor"/></marker></defs>',
    ]
    parts += _lines(layout, links, lang, flow)
    parts += [part for step in flow.steps for part in _box(layout.boxes[step.id], step, texts[step.id], lang, counts)]
    parts += [part for end in ends for part in _end(layout.boxes[end], end, lang)]
    return "".join([*parts, "</svg>"])


_PLAIN = '["{}"]'
_MERMAID = {"ask": '(["{}"])', "confirm": '{{"{}"}}', "branch": '{{"{}"}}', "call": '[["{}"]]', "handover": '(("{}"))'}


# {diag.summary}, {hours.now|night}: known only in a conversation.
_FILLED_IN = re.compile(r"\{[^{}]{1,200}\}")


def summary(step: Step, flow: Flow, lang: str) -> list[str]:
    """What the step says or asks, as at most LINES lines."""
    question = ", ".join(flow.slot[name].title.get(lang) if name in flow.slot else name for name in step.ask)
    said = {
        "ask": step.text.get(lang) or question,
        "confirm": " ".join(filter(None, (step.say.get(lang), step.confirm.get(lang)))),
        "article": " ".join(filter(None, (f"«{step.article}»", step.confirm.get(lang)))),
        "call": step.say.get(lang) or (step.call.name if step.call else ""),
        "link": step.link,
        "handover": step.handover.open.get(lang) if step.handover else "",
    }.get(step.kind, step.say.get(lang))
    said = _FILLED_IN.sub("…", said).replace("….", "…")
    return textwrap.wrap(said, LETTERS, max_lines=LINES, placeholder=" …") if said else []


def _name(step: str) -> str:
    return "s_" + "".join(letter if letter.isalnum() else "_" for letter in step)


def _why(why: str, lang: str, flow: Flow | None = None) -> str:
    """The reason of an arrow as people read it."""
    return _WORDS[why].get(lang) if why in _WORDS else in_words(why, flow, lang) if why else ""


# ------------------------------------------------------------------------------------------- boxes


def _box(box: Box, step: Step, text: list[str], lang: str, counts: Mapping[str, Counts] | None) -> Iterator[str]:
    round_corners = {"ask": 16, "confirm": 16, "branch": 3, "handover": 22, "resolve": 22, "wait": 16}.get(step.kind, 6)
    heavy = "2.2" if step.kind in ("handover", "resolve") else "1.2"
    dashes = ' stroke-dasharray="5 3"' if step.kind in ("branch", "call") else ""
    shape = f'x="{box.x:.0f}" y="{box.y:.0f}" width="{NODE_WIDTH}" height="{box.height:.0f}" rx="{round_corners}"'
    yield f'<g class="flow-step flow-step--{step.kind}" data-step="{escape(step.id)}">'
    yield f'<rect class="flow-ground" {shape} fill="Canvas"/>'
    yield f'<rect class="flow-box" {shape} fill="currentColor" fill-opacity="{_TINTS.get(step.kind, ".04")}" '
    yield f'stroke="currentColor" stroke-opacity=".55" stroke-width="{heavy}"{dashes}/>'
    y = box.y + PAD + 10
    yield f'<text class="flow-kind" x="{box.x + 12:.0f}" y="{y:.0f}" fill="currentColor" fill-opacity=".62" '
    yield f'font-size="11">{escape(_WORDS[step.kind].get(lang))} · {escape(step.id)}</text>'
    for line in text:
        y += LINE
        yield f'<text x="{box.x + 12:.0f}" y="{y:.0f}" fill="currentColor">{escape(line)}</text>'
    for line in _counted(counts.get(step.id, Counts()), lang) if counts else ():
        y += LINE
        yield f'<text class="flow-counts" x="{box.x + 12:.0f}" y="{y:.0f}" fill="currentColor" font-size="11" '
        yield f'font-weight="600">{escape(line)}</text>'
    yield "</g>"


_TINTS = {"ask": ".1", "confirm": ".1", "handover": ".16", "resolve": ".16"}


def _counted(found: Counts, lang: str) -> list[str]:
    lines = []
    for names in (("entered", "left"), ("handed", "solved", "reopened")):
        pairs = [(name, getattr(found, name)) for name in names]
        shown = [f"{_WORDS[name].get(lang)} {number}" for name, number in pairs if number or name == "entered"]
        lines.append(" · ".join(shown))
    return lines


def _end(box: Box, end: str, lang: str) -> Iterator[str]:
    shape = f'x="{box.x:.0f}" y="{box.y:.0f}" width="{NODE_WIDTH}" height="{box.height:.0f}" rx="{box.height / 2:.0f}"'
    yield f'<g class="flow-end"><rect {shape} fill="Canvas" stroke="currentColor" stroke-width="2"/>'
    yield f'<text x="{box.x + NODE_WIDTH / 2:.0f}" y="{box.y + box.height / 2 + 4:.0f}" text-anchor="middle" '
    yield f'fill="currentColor">{escape(_WORDS[end].get(lang))}</text></g>'


# ------------------------------------------------------------------------------------------- lines


def _lines(layout: Layout, links: list[tuple[str, str, str]], lang: str, flow: Flow) -> Iterator[str]:
    """All arrows, then all their words, so that no line crosses a word. Two reasons for one way share an arrow."""
    reasons: dict[tuple[str, str], list[str]] = {}
    for source, to, why in links:
        reasons.setdefault((source, to), []).append(_why(why, lang, flow))
    # A step that comes back to itself (a question asked again) needs no line.
    reasons = {pair: whys for pair, whys in reasons.items() if pair in layout.paths}
    for pair in reasons:
        points = layout.paths[pair]
        yield f'<path class="flow-line" d="{_curve(points)}" fill="none" stroke="currentColor" stroke-opacity=".5" '
        yield 'stroke-width="1.3" marker-end="url(#flow-arrow)"/>'
    for pair, whys in reasons.items():
        words = " / ".join(filter(None, whys))
        if words:
            yield from _label(layout.labels[pair], words)


def _label(at: tuple[float, float], words: str) -> Iterator[str]:
    shown = words if len(words) <= 26 else words[:25] + "…"
    width = len(shown) * 5.9 + 6
    x, y = at
    yield f'<g class="flow-label"><title>{escape(words)}</title><rect x="{x - width / 2:.0f}" y="{y - 10:.0f}" '
    yield f'width="{width:.0f}" height="15" rx="4" fill="Canvas" fill-opacity=".88"/>'
    yield f'<text x="{x:.0f}" y="{y + 1:.0f}" text-anchor="middle" font-size="11" fill="currentColor" '
    yield f'fill-opacity=".8">{escape(shown)}</text></g>'


def _curve(points: list[tuple[float, float]]) -> str:
    """A smooth line down through the points."""
    x, y = points[0]
    found = [f"M{x:.0f} {y:.0f}"]
    for next_x, next_y in points[1:]:
        bend = (next_y - y) / 2
        found.append(f"C{x:.0f} {y + bend:.0f} {next_x:.0f} {next_y - bend:.0f} {next_x:.0f} {next_y:.0f}")
        x, y = next_x, next_y
    return "".join(found)
