"""How the state of a camera is shown; the same on every page."""

from django.utils.translation import gettext_lazy as _

from camdesk.cameras.models import Camera
from camdesk.ui.values import Look

_LOOKS: dict[str, Look] = {
    Camera.Status.ONLINE: Look(_("в сети"), "good"),
    Camera.Status.OFFLINE: Look(_("не в сети"), "trouble"),
    Camera.Status.UNSTABLE: Look(_("с перебоями"), "attention"),
    Camera.Status.BLOCKED: Look(_("заблокирована"), "trouble"),
    Camera.Status.UNKNOWN: Look(_("нет данных"), "neutral"),
}


def status_look(status: str) -> Look:
    """Of a status code, also of one frozen in a diagnosis."""
    return _LOOKS.get(status, _LOOKS[Camera.Status.UNKNOWN])


def camera_look(camera: Camera) -> Look:
    return status_look(camera.status)
