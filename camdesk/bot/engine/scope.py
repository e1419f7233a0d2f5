"""What a flow's conditions and texts can see: answers, what is known, checks, the customer, outages, hours."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from camdesk.bot.engine.state import DialogueState, StateDraft
from camdesk.bot.engine.told import told_of
from camdesk.playbook.document import Fact, Text
from camdesk.playbook.expressions import truth
from camdesk.playbook.flows import RETIRED, ROOTS, SUBSTITUTION, Flow

Ctx = Mapping[str, Any]
MAX_SHOWN = 500  # letters of a value in a sentence


def mapping(value: Any) -> Mapping[str, Any]:
    """`value` when it is a mapping, else nothing: ctx may lack any part."""
    return value if isinstance(value, (dict, Mapping)) else {}


def cameras_of(ctx: Ctx) -> list[Mapping[str, Any]]:
    """The cameras the customer may see."""
    found = mapping(ctx.get("customer")).get("cameras")
    return [one for one in found if isinstance(one, Mapping) and one.get("id") is not None] if found else []


def in_language(value: Any, lang: str) -> Any:
    """A Text or {"ru", "en"} as a string of that language; anything else as it is."""
    if isinstance(value, Text):
        return value.get(lang)
    if isinstance(value, Mapping) and "ru" in value and value.keys() <= {"ru", "en"}:
        return (value.get("en") if lang == "en" else None) or value["ru"]
    return value


def known(ctx: Ctx, fact: Fact, camera: str | None) -> tuple[Any, str] | None:
    """(value, where from) of what we know without asking; None when we do not."""
    if camera is not None:
        found = mapping(mapping(ctx.get("known_cameras")).get(camera)).get(fact.id)
    else:
        found = mapping(ctx.get("known")).get(fact.id)
        if found is None and fact.type == "cameras" and len(cameras_of(ctx)) == 1:
            found = {"value": [str(cameras_of(ctx)[0]["id"])], "source": "only"}
    if isinstance(found, Mapping) and "value" in found:
        found, source = found["value"], str(found.get("source", "known"))
    else:
        source = "known"
    return None if found is None or found == "" or found == [] else (found, source)


_FUNCTIONS = frozenset({"outage_for()", "picked()", "can()", "answered()"})


class FlowScope:
    """Looks names up for one turn; `get` is all that conditions use."""

    def __init__(self, flow: Flow | None, state: DialogueState | StateDraft, ctx: Ctx, lang: str) -> None:
        self.flow = flow
        self.state = state
        self.ctx = ctx
        self.lang = lang

    def get(self, name: str) -> Any:
        """The value of a name without its attributes; None when there is none."""
        if name in _FUNCTIONS:
            return getattr(self, name[:-2])
        if self.flow and name in self.flow.slot:
            return self.fact(name)
        if name in self.state.vars:
            return self.state.vars[name]
        if name == "topic":
            return self.topic()
        if name == "outage":
            return self.outage_for()
        if name == "request":
            return self.request()
        if name == "promised":
            return self.promised()
        if name == "open":
            return self.ctx.get("open", True)
        return self.lang if name == "lang" else self.ctx.get(name) if name in ROOTS else None

    # ---------------------------------------------------------------- facts

    def chosen(self) -> list[str]:
        """Ids of the cameras the conversation is about."""
        found = self.state.facts.get("cameras")
        if found is None and self.flow:
            told = self.known(self.flow.slot["cameras"])
            found = told[0] if told else None
        return [str(one) for one in found] if isinstance(found, (list, tuple)) else []

    def value(self, fact: Fact, camera: str | None = None) -> Any:
        """What was answered, else what is known; None when neither. camera: of that camera only."""
        if fact.scope == "camera" and camera is not None:
            by_camera = mapping(self.state.facts.get(fact.id))
            found = by_camera.get(camera, by_camera.get("*"))
        else:
            found = self.state.facts.get(fact.id)
        if found is None:
            told = self.known(fact, camera if fact.scope == "camera" else None)
            found = told[0] if told else None
        return found

    def known(self, fact: Fact, camera: str | None = None) -> tuple[Any, str] | None:
        """(value, where from) of what need not be asked: the customer's own words before what we have on record."""
        if self.state.told:
            told = told_of(fact, self.state.told, [str(one["id"]) for one in cameras_of(self.ctx)])
            if told is not None:
                return told, "said"
        return known(self.ctx, fact, camera)

    def by_camera(self, fact: Fact) -> dict[str, Any]:
        """The fact for each camera it is known of; {"*": value} when no camera is chosen."""
        cameras = self.chosen()
        if not cameras:
            found = dict(mapping(self.state.facts.get(fact.id)))
            told = None if found or not self.state.told else self.known(fact)
            return found if told is None else {"*": told[0]}
        pairs = ((camera, self.value(fact, camera)) for camera in cameras)
        return {camera: value for camera, value in pairs if value is not None}

    def fact(self, name: str) -> Any:
        """For conditions: the one value when there is one, for all cameras alike; else the list of values."""
        assert self.flow
        fact = self.flow.slot[name]
        found = list(self.by_camera(fact).values()) if fact.scope == "camera" else [self.value(fact)]
        single = fact.type != "choices" or fact.one_value
        if not single or fact.scope == "camera":
            parts = [part for one in found for part in (one if isinstance(one, (list, tuple)) else [one])]
            found = [part for index, part in enumerate(parts) if part is not None and part not in parts[:index]]
            return found[0] if single and len(found) == 1 else found or None
        value = found[0]
        return value[0] if fact.type == "choices" and isinstance(value, (list, tuple)) and len(value) == 1 else value

    # ---------------------------------------------------------------- functions of conditions

    def picked(self, ids: Any = None) -> list[Mapping[str, Any]]:
        wanted = {str(one) for one in ids} if isinstance(ids, (list, tuple)) else set(self.chosen())
        return [one for one in cameras_of(self.ctx) if str(one["id"]) in wanted]

    def outage_for(self, ids: Any = None) -> Mapping[str, Any] | None:
        """The first known outage that touches one of the cameras (without cameras: that touches none in particular)."""
        wanted = {str(one) for one in ids} if isinstance(ids, (list, tuple)) else set(self.chosen())
        for outage in self.ctx.get("outages") or ():
            touched = {str(one) for one in mapping(outage).get("cameras") or ()}
            if touched & wanted:
                return mapping(outage)
        return None

    def request(self) -> Mapping[str, Any] | None:
        """The open request about the chosen cameras that the last look has found."""
        found = (mapping(mapping(one).get("request")) for one in reversed(list(self.state.vars.values())))
        return next((one for one in found if one), None)

    def promised(self) -> str:
        """Until when a person answers, in words, when they get the conversation now; "" when that is not known."""
        told = self.ctx.get("promised")
        return str((told(self.flow.topic if self.flow else "") if callable(told) else told) or "")

    def can(self, right: Any = None) -> bool:
        rights = mapping(self.ctx.get("customer")).get("rights")
        return isinstance(rights, (list, tuple, set, frozenset)) and right in rights

    def answered(self, name: Any = None) -> bool:
        return bool(self.flow and name in self.flow.slot and self.fact(name) is not None)

    def topic(self) -> dict[str, Any]:
        about = self.flow.about if self.flow else None
        if about is None:
            return {}
        names = ("id", "title", "steps", "article", "cameras", "kind", "team", "priority")
        return {name: in_language(getattr(about, name), self.lang) for name in names}

    # ---------------------------------------------------------------- texts

    def fill(self, text: Text) -> str:
        """The text in the turn's language with its listed names replaced, once; everything else stays as written."""
        written = text.get(self.lang)
        return SUBSTITUTION.sub(self._hole, written) if "{" in written else written

    def _hole(self, match: Any) -> str:
        root, *attributes = match[1].split(".")
        if not self._listed(root):
            return str(match[0])
        value = self.get(root)
        for attribute in attributes:
            value = value.get(attribute) if isinstance(value, Mapping) else None
        shown = self.shown(value, self.flow.slot.get(root) if self.flow and not attributes else None)
        return shown or (match[2] if match[2] is not None else "—")

    def _listed(self, root: str) -> bool:
        flow = self.flow
        general = root in ROOTS or root in RETIRED
        return general or root in self.state.vars or bool(flow and (root in flow.slot or root in flow.saved()))

    def shown(self, value: Any, fact: Fact | None = None) -> str:
        """A value as people read it."""
        value = in_language(value, self.lang)
        if value is None or isinstance(value, Mapping):
            return ""
        if isinstance(value, (list, tuple)):
            return ", ".join(filter(None, (self.shown(one, fact) for one in value)))[:MAX_SHOWN]
        if isinstance(value, bool):
            return {True: "да", False: "нет"}[value] if self.lang != "en" else {True: "yes", False: "no"}[value]
        option = fact.option(value) if fact and isinstance(value, str) else None
        if option:
            return option.title.get(self.lang)
        if fact and fact.type in ("camera", "cameras"):
            return self.camera_title(str(value))
        return str(value)[:MAX_SHOWN]

    def camera_title(self, camera: str) -> str:
        found = next((one for one in cameras_of(self.ctx) if str(one["id"]) == camera), None)
        return str(in_language(found.get("title"), self.lang) or camera) if found else camera


def visible(flow: Flow, ctx: Ctx) -> bool:
    """Whether the flow is offered to this customer (`show_if` over cameras, rights and account)."""
    return not flow.part and truth(flow.show_if, FlowScope(flow, DialogueState(), ctx, str(ctx.get("lang", "ru"))))
