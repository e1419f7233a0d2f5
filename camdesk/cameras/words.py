"""The state of a camera as a word and a tone; the same on every page."""

from django.utils.translation import gettext_lazy as _

from camdesk.cameras.models import Camera

_WORDS = {
    Camera.Status.ONLINE: (_("в сети"), "good"),
    Camera.Status.OFFLINE: (_("не в сети"), "trouble"),
    Camera.Status.UNSTABLE: (_("с перебоями"), "attention"),
    Camera.Status.BLOCKED: (_("заблокирована"), "trouble"),
    Camera.Status.UNKNOWN: (_("нет данных"), "neutral"),
}


def status_word(status: str) -> tuple[str, str]:
    """(word, tone) of a status code, also of one frozen in a diagnosis."""
    word, tone = _WORDS.get(status, _WORDS[Camera.Status.UNKNOWN])
    return str(word), tone


def camera_word(camera: Camera) -> tuple[str, str]:
    return status_word(camera.status)
