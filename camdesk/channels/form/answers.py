"""Whose answer it is: what the form says about one camera, else what its passport and status tell. Pure.

One answer may be given for all cameras at once, or for one; the one for one camera wins. A common answer speaks of the
cameras it was asked of: it goes when the last of them goes, and says nothing against what is known of one added later.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from camdesk.cameras.models import Camera
from camdesk.cameras.passports import known_of
from camdesk.channels.form.posted_fields import Filled
from camdesk.playbook.document import Fact, Playbook
from camdesk.playbook.facts import facts_for

# What the platform has seen answers the question about internet access.
_INTERNET_BY_STATUS: Mapping[str, str] = {Camera.Status.ONLINE: "yes", Camera.Status.UNSTABLE: "flaky"}
_NOTHING: Mapping[str, Any] = {}


@dataclass(frozen=True)
class CameraAnswer:
    """`source`: "" when the person said it, else where we know it from: `passport` or `status`."""

    values: tuple[str, ...] = ()
    source: str = ""


def known_facts(camera: Camera, document: Playbook) -> dict[str, CameraAnswer]:
    """{fact id: CameraAnswer} of one camera, from what we know. Its passport must be loaded."""
    passport = known_of(camera)
    known = {}
    for fact in document.facts.values():
        if fact.scope != "camera":
            continue
        value = passport.get(fact.passport, "") if fact.passport else ""
        if value and (not fact.options or fact.option(value)):
            known[fact.id] = CameraAnswer((value,), "passport")
        elif fact.id == "internet" and (seen := _INTERNET_BY_STATUS.get(camera.status)) and fact.option(seen):
            known[fact.id] = CameraAnswer((seen,), "status")
    return known


def without_the_unticked(filled: Filled, document: Playbook) -> Filled:
    """The form without common answers about cameras of which none is ticked any more."""
    if not filled.about or set(filled.about) & set(filled.camera_ids):
        return filled
    of_camera = {fact.id for fact in document.facts.values() if fact.scope == "camera"}
    kept = {name: value for name, value in filled.facts.items() if name.removesuffix(".other") not in of_camera}
    return replace(filled, facts=kept, about=())


def answers(
    fact: Fact, cameras: Sequence[Camera], known: Mapping[int, Mapping[str, CameraAnswer]], filled: Filled
) -> dict[int, CameraAnswer]:
    """{camera id: what holds for it}."""
    return {camera.pk: _of(fact, camera.pk, known.get(camera.pk, {}), filled) for camera in cameras}


def _of(fact: Fact, camera: int, known: Mapping[str, CameraAnswer], filled: Filled) -> CameraAnswer:
    if own := listed(filled.camera_facts.get(camera, _NOTHING).get(fact.id)):
        return CameraAnswer(own)
    common, seen = listed(filled.facts.get(fact.id)), known.get(fact.id)
    added = bool(filled.about) and camera not in filled.about
    if common and not (seen and added):
        return CameraAnswer(common)
    return seen or CameraAnswer()


def completed(filled: Filled, cameras: Iterable[Camera], document: Playbook) -> Filled:
    """The form with what is known of its cameras where nothing was said: nobody has to say it again."""
    topic = document.topic(filled.topic) if filled.topic else None
    if topic is None:
        return filled
    own = {pk: dict(given) for pk, given in filled.camera_facts.items()}
    facts = [fact for fact in facts_for(document, topic) if fact.scope == "camera"]
    for camera in cameras:
        known = known_facts(camera, document)
        for fact in facts:
            holds = _of(fact, camera.pk, known, filled)
            if holds.source:
                own.setdefault(camera.pk, {})[fact.id] = holds.values[0]
    return replace(filled, camera_facts=own)


def listed(raw: Any) -> tuple[str, ...]:
    """An answer as its values, whatever its shape."""
    if raw in (None, "", []):
        return ()
    return tuple(str(one) for one in raw) if isinstance(raw, (list, tuple)) else (str(raw),)
