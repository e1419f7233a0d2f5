"""Reads the form's fields as they were posted. Nothing is judged here (channels/intake.py does), nothing is lost.

What the page showed as known («из паспорта») is posted beside its control as known-NAME: an answer that equals it was
not said by anybody and is not taken for one, so that it goes with the camera it was known of.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from camdesk.channels.intake import Asked

_CAMERA_FACT = re.compile(r"camera-(\d{1,18})-fact-([a-z0-9_-]{1,80}?)(-other)?\Z")
_FACT = re.compile(r"fact-([a-z0-9_-]{1,80}?)(-other)?\Z")
_ID = re.compile(r"\d{1,18}\Z")
_KNOWN = "known-"


class Posted(Protocol):
    """What Django's QueryDict offers."""

    def getlist(self, name: str, /) -> list[str]: ...
    def keys(self) -> Any: ...


@dataclass(frozen=True)
class Filled(Asked):
    """The form as it stands. `about`: the cameras its common answers were asked of; `apart`: the rows of the table that
    were opened to answer one by one, as camera ids, or "all"."""

    about: Sequence[int] = ()
    apart: Sequence[str] = ()


def read(posted: Posted) -> Filled:
    """The posted fields. Ids that are no numbers are dropped: no list of ours offered them; so are the answers about a
    camera that is not ticked (any more)."""
    facts: dict[str, Any] = {}
    camera_facts: dict[int, dict[str, Any]] = {}
    cameras = _ids(posted.getlist("cameras"))
    chosen = set(cameras)
    for name in list(posted.keys()):
        values = posted.getlist(name)
        if sorted(values) == sorted(posted.getlist(_KNOWN + name)):
            continue
        if match := _CAMERA_FACT.match(name):
            if int(match[1]) in chosen:
                _put(camera_facts.setdefault(int(match[1]), {}), match[2], match[3], values)
        elif match := _FACT.match(name):
            _put(facts, match[1], match[2], values)
    return Filled(
        topic=_one(posted, "topic"),
        text=_one(posted, "text"),
        name=_one(posted, "name"),
        phone=_one(posted, "phone"),
        email=_one(posted, "email"),
        address=_one(posted, "address"),
        camera_ids=cameras,
        facts=facts,
        camera_facts={pk: own for pk, own in camera_facts.items() if own},
        attachments=[raw for raw in posted.getlist("attachments") if raw],
        about=_ids(_one(posted, "about").split(",")),
        apart=[raw for raw in posted.getlist("apart") + posted.getlist("open_row") if raw == "all" or _ID.match(raw)],
    )


def _ids(raws: Sequence[str]) -> list[int]:
    return [int(raw) for raw in raws if _ID.match(raw)]


def _one(posted: Posted, name: str) -> str:
    return next(reversed(posted.getlist(name)), "")


def _put(facts: dict[str, Any], name: str, other: str | None, values: list[str]) -> None:
    filled = [value for value in values if value.strip()]
    if not filled:
        return
    if other:
        facts[f"{name}.other"] = filled[0]
    else:
        facts[name] = filled if len(filled) > 1 else filled[0]


def said(asked: Asked) -> dict[str, Any]:
    """What the person said, JSON-able: two forms that say the same are the same."""
    return {
        "topic": asked.topic,
        "text": asked.text,
        "name": asked.name,
        "phone": asked.phone,
        "email": asked.email,
        "address": asked.address,
        "cameras": list(asked.camera_ids),
        "facts": dict(asked.facts),
        "camera_facts": {str(pk): dict(own) for pk, own in asked.camera_facts.items()},
        "attachments": list(asked.attachments),
    }


def to_draft(filled: Filled) -> dict[str, Any]:
    """What is kept of a half-filled form; JSON-able."""
    return said(filled) | {"about": list(filled.about), "apart": list(filled.apart)}


def from_draft(content: Mapping[str, Any]) -> Filled:
    """The form as it was left. Tolerates what an older version wrote."""
    return Filled(
        **{name: str(content.get(name, "")) for name in ("topic", "text", "name", "phone", "email", "address")},
        camera_ids=[pk for pk in content.get("cameras", []) if isinstance(pk, int)],
        facts=content.get("facts", {}),
        camera_facts={int(pk): own for pk, own in content.get("camera_facts", {}).items()},
        attachments=[str(one) for one in content.get("attachments", [])],
        about=[pk for pk in content.get("about", []) if isinstance(pk, int)],
        apart=[str(one) for one in content.get("apart", [])],
    )
