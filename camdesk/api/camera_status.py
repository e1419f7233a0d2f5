"""What the operator's platform says of its cameras, and what is known of one."""

from datetime import timedelta
from typing import Any

from django.shortcuts import get_object_or_404
from django.utils import timezone
from ninja import Router
from pydantic import ValidationError

from camdesk.api.keys import ApiRequest, require
from camdesk.api.schemas import HealthOut, StatusTaken
from camdesk.api.status_items import StatusItem, StatusItems
from camdesk.cameras import readings, status
from camdesk.cameras.health import machine
from camdesk.cameras.health.machine import Manner
from camdesk.cameras.health_strip import DAYS
from camdesk.cameras.models import Camera, StatusSpan
from camdesk.cameras.readings import SaidOfCamera

router = Router(tags=["cameras"])


@router.post("/cameras/status", response=StatusTaken, summary="Tell the state of cameras")
def tell_status(request: ApiRequest, payload: StatusItems) -> dict[str, Any]:
    require(request.auth, "camera.import")
    now = timezone.now()
    items, errors = _checked(payload.items)
    named = {item.camera for item in items}
    known = dict(Camera.objects.in_service().filter(external_id__in=named).values_list("external_id", "pk"))
    told = [_told(item, known[item.camera]) for item in items if item.camera in known]
    taken = readings.take_in(
        told,
        source=f"api:{request.auth.pk}",
        manner=Manner.EVENTS if payload.interval is None else Manner.POLLED,
        interval=payload.interval,
        span=StatusSpan.Source.API,
        now=now,
    )
    return {
        "taken": taken.news,
        "late": len(told) - taken.news,
        "changed": len(taken.changed),
        "unknown": sorted(named - known.keys()),
        "errors": errors,
    }


@router.get("/cameras/{path:external_id}/health", response=HealthOut, summary="What is known of a camera")
def get_health(request: ApiRequest, external_id: str) -> dict[str, Any]:
    camera = get_object_or_404(Camera.objects.in_service(), external_id=external_id)
    health = readings.health_of(camera)
    spans = status.history(camera=camera, since=timezone.now() - timedelta(days=DAYS))
    signs = sorted(health.signs.items(), key=lambda one: one[1].seen_at, reverse=True)
    return {
        "external_id": external_id,
        "verdict": health.verdict,
        "since": health.since,
        "first_bad_at": machine.first_bad_at(health),
        "good_since": machine.good_since(health),
        "last_frame_at": max((sign.last_frame_at for _key, sign in signs if sign.last_frame_at), default=None),
        "evidence": [
            {
                "source": source,
                "role": role,
                "state": sign.state,
                "word": sign.word,
                "since": sign.since,
                "seen_at": sign.seen_at,
                "in_a_row": sign.run,
                "reason": sign.reason,
            }
            for (source, role), sign in signs
        ],
        "spans": [{"verdict": one.status, "since": one.began_at, "until": one.ended_at} for one in spans],
    }


def _checked(raw: list[Any]) -> tuple[list[StatusItem], list[dict[str, Any]]]:
    """The items, and what is wrong with those that are none."""
    items, errors = [], []
    for index, one in enumerate(raw):
        try:
            items.append(StatusItem.model_validate(one))
        except ValidationError as bad:
            first = bad.errors(include_url=False, include_context=False, include_input=False)[0]
            name = one.get("camera") if isinstance(one, dict) else None
            errors.append({
                "index": index,
                "camera": name[:100] if isinstance(name, str) else "",
                "field": ".".join(map(str, first["loc"])),
                "message": first["msg"],
            })  # fmt: skip
    return items, errors


def _told(item: StatusItem, camera: int) -> SaidOfCamera:
    return SaidOfCamera(
        camera, item.seen_at, item.state, item.role, item.fps, item.bitrate, item.bytes,
        item.last_frame_at, item.reason,
    )  # fmt: skip
