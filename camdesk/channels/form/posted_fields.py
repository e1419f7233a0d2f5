"""Reads the form's fields as they were posted. Nothing is judged here (channels/intake.py does), nothing is lost."""

import re
from collections.abc import Mapping
from typing import Any, Protocol

from camdesk.channels.intake import Asked

_CAMERA_FACT = re.compile(r"camera-(\d{1,18})-fact-([a-z0-9_-]{1,80})(-other)?\Z")
_FACT = re.compile(r"fact-([a-z0-9_-]{1,80}?)(-other)?\Z")
_ID = re.compile(r"\d{1,18}\Z")


class Posted(Protocol):
    """What Django's QueryDict offers."""

    def getlist(self, name: str, /) -> list[str]: ...
    def keys(self) -> Any: ...


def read(posted: Posted) -> Asked:
    """The posted fields as Asked. Ids that are no numbers are dropped: no list of ours offered them."""
    facts: dict[str, Any] = {}
    camera_facts: dict[int, dict[str, Any]] = {}
    for name in list(posted.keys()):
        if match := _CAMERA_FACT.match(name):
            own = camera_facts.setdefault(int(match[1]), {})
            _put(own, match[2], match[3], posted.getlist(name))
        elif match := _FACT.match(name):
            _put(facts, match[1], match[2], posted.getlist(name))
    return Asked(
        topic=_one(posted, "topic"),
        text=_one(posted, "text"),
        name=_one(posted, "name"),
        phone=_one(posted, "phone"),
        email=_one(posted, "email"),
        address=_one(posted, "address"),
        camera_ids=[int(raw) for raw in posted.getlist("cameras") if _ID.match(raw)],
        facts=facts,
        camera_facts={pk: own for pk, own in camera_facts.items() if own},
        attachments=[raw for raw in posted.getlist("attachments") if raw],
    )


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


def to_draft(asked: Asked) -> dict[str, Any]:
    """What is kept of a half-filled form; JSON-able."""
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


def from_draft(content: Mapping[str, Any]) -> Asked:
    """The form as it was left. Tolerates what an older version wrote."""
    return Asked(
        **{name: str(content.get(name, "")) for name in ("topic", "text", "name", "phone", "email", "address")},
        camera_ids=[pk for pk in content.get("cameras", []) if isinstance(pk, int)],
        facts=content.get("facts", {}),
        camera_facts={int(pk): own for pk, own in content.get("camera_facts", {}).items()},
        attachments=[str(one) for one in content.get("attachments", [])],
    )
