"""Which questions the form shows, and what is known already: nothing is asked that the passport or account tells."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from camdesk.cameras.models import Camera
from camdesk.cameras.passports import known_of
from camdesk.playbook.document import Fact, Playbook, TopicSpec
from camdesk.playbook.facts import facts_for

# The four of the seed, in its order (S30-S33): shown while no topic is chosen, so that the form reads as it is known.
SEED_FACTS = ("provider", "internet", "height", "supplier")
# What the platform has seen answers the question about internet access.
_INTERNET_BY_STATUS: Mapping[str, str] = {Camera.Status.ONLINE: "yes", Camera.Status.UNSTABLE: "unstable"}


@dataclass(frozen=True)
class KnownFact:
    """What we know of one fact for one camera, and where from: `passport` or `status`."""

    value: str
    source: str


@dataclass(frozen=True)
class Question:
    """One fact as the form shows it. `values`: what is ticked; `per_camera`: {camera id: values} where they differ."""

    fact: Fact
    required: bool
    values: tuple[str, ...] = ()
    other: str = ""
    known: bool = False  # ticked by us, from what is known: shown as such, with «изменить»
    source: str = ""
    per_camera: Mapping[int, tuple[str, ...]] = field(default_factory=dict)
    apart: bool = False  # answers differ from camera to camera: asked one by one


def known_facts(camera: Camera, document: Playbook) -> dict[str, KnownFact]:
    """{fact id: KnownFact} of one camera. Its passport must be loaded."""
    passport = known_of(camera)
    known = {}
    for fact in document.facts.values():
        if fact.scope != "camera":
            continue
        value = passport.get(fact.passport, "") if fact.passport else ""
        if value and fact.option(value):
            known[fact.id] = KnownFact(value, "passport")
        elif fact.id == "internet" and (seen := _INTERNET_BY_STATUS.get(camera.status)) and fact.option(seen):
            known[fact.id] = KnownFact(seen, "status")
    return known


def questions(
    topic: TopicSpec | None,
    cameras: Sequence[Camera],
    document: Playbook,
    *,
    answers: Mapping[str, Any],
    camera_answers: Mapping[int, Mapping[str, Any]],
) -> list[Question]:
    """The questions of this topic about these cameras, with what was answered before, else with what is known."""
    facts = facts_for(document, topic) if topic else [document.facts[f] for f in SEED_FACTS if f in document.facts]
    facts = sorted(facts, key=lambda fact: SEED_FACTS.index(fact.id) if fact.id in SEED_FACTS else len(SEED_FACTS))
    known = {camera.pk: known_facts(camera, document) for camera in cameras}
    required = topic.required_facts if topic else ()
    return [
        _question(fact, fact.id in required, cameras, known, answers, camera_answers)
        for fact in facts
        if fact.type not in ("files", "camera")
    ]


def _question(
    fact: Fact,
    required: bool,
    cameras: Sequence[Camera],
    known: Mapping[int, Mapping[str, KnownFact]],
    answers: Mapping[str, Any],
    camera_answers: Mapping[int, Mapping[str, Any]],
) -> Question:
    said = _listed(answers.get(fact.id))
    other = str(answers.get(f"{fact.id}.other", ""))
    if fact.scope != "camera" or not cameras:
        return Question(fact, required, said, other)
    told = {pk: _listed(own.get(fact.id)) for pk, own in camera_answers.items() if _listed(own.get(fact.id))}
    if told:
        each = {camera.pk: told.get(camera.pk, said) for camera in cameras}
        return Question(fact, required, other=other, per_camera=each, apart=True)
    if said:
        return Question(fact, required, said, other)
    seen = {camera.pk: known[camera.pk].get(fact.id) for camera in cameras}
    if not any(seen.values()):
        return Question(fact, required)
    source = next(one.source for one in seen.values() if one)
    values = {one.value if one else "" for one in seen.values()}
    if len(values) == 1:
        return Question(fact, required, (values.pop(),), known=True, source=source)
    per_camera = {pk: (one.value,) if one else () for pk, one in seen.items()}
    return Question(fact, required, known=True, source=source, per_camera=per_camera, apart=True)


def _listed(raw: Any) -> tuple[str, ...]:
    if raw in (None, "", []):
        return ()
    return tuple(str(one) for one in raw) if isinstance(raw, (list, tuple)) else (str(raw),)
