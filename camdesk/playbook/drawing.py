"""A flow as a Mermaid flowchart: text that any Markdown page draws."""

from __future__ import annotations

from camdesk.playbook.flow_paths import END, PERSON_END, RETURN_END, arrows
from camdesk.playbook.flows import Flow, Step

_ENDS = {END: "the end", PERSON_END: "a person", RETURN_END: "back"}
_MAX_LABEL = 60


def mermaid(flow: Flow) -> str:
    """The flow, its beginning on top. Steps are drawn by kind: questions slanted, decisions as rhombs, ends round."""
    names = {step.id: f"s{number}" for number, step in enumerate(flow.steps)}
    names |= {end: f"end{number}" for number, end in enumerate(_ENDS)}
    lines = ["flowchart TD", *(f"  {names[step.id]}{_shape(step)}" for step in flow.steps)]
    used = set()
    for step in flow.steps:
        for why, where in arrows(flow, step):
            label = f'|"{_label(why)}"|' if why else ""
            lines.append(f"  {names[step.id]} -->{label} {names[where]}")
            used.add(where)
    lines += [f'  {names[end]}(("{word}"))' for end, word in _ENDS.items() if end in used]
    return "\n".join(lines)


def _shape(step: Step) -> str:
    text = _label(f"{step.id}: {step.text.ru or step.confirm.ru or step.say.ru or step.kind}")
    if step.kind == "ask":
        return f'[/"{text}"/]'
    if step.kind in ("branch", "confirm") or step.confirm:
        return f'{{"{text}"}}'
    return f'["{text}"]'


def _label(text: str) -> str:
    short = " ".join(text.split())
    if len(short) > _MAX_LABEL:
        short = short[: _MAX_LABEL - 1] + "…"
    return short.replace("&", "#amp;").replace('"', "#quot;").replace("<", "#lt;").replace(">", "#gt;")
