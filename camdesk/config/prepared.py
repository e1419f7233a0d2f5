"""Whether a process may begin to serve. `web`, `live` and `work` prepare nothing: several of them start at once, on
several machines, so what they need is made beforehand by `camdesk prepare` and looked for here."""

from django.conf import settings

from camdesk.lib import bus, schema
from camdesk.lib.files import store


def refuse_unprepared(*, pages: bool) -> None:
    """Raises SystemExit with one sentence. `pages`: it serves pages, so static files are needed too."""
    from camdesk.playbook.models import PlaybookVersion
    from camdesk.privacy import erased_list

    refuse_missing()
    schema.refuse_waiting()
    if pages and not settings.WHITENOISE_USE_FINDERS and not (settings.STATIC_ROOT / "staticfiles.json").exists():
        raise SystemExit("camdesk: static files are not collected in this data folder: run camdesk prepare first")
    if not PlaybookVersion.objects.exists():
        raise SystemExit("camdesk: no playbook is published, so there is nothing to serve: run camdesk prepare first")
    try:
        waiting = len(erased_list.waiting())
    except erased_list.BadList as why:
        raise SystemExit(f"camdesk: {why}") from None
    if waiting:
        raise SystemExit(f"camdesk: {waiting} persons who were erased are back by a backup: run camdesk prepare first")


def refuse_missing() -> None:
    """Raises SystemExit where a setting names what is not installed here (Redis, S3), or cannot be meant."""
    bus.bus()
    try:
        store()
    except ImportError:
        raise SystemExit(
            "camdesk: CAMDESK_FILES_URL names an S3 store, whose client is not installed: pip install 'camdesk[s3]'"
        ) from None
    except ValueError as error:
        raise SystemExit(f"camdesk: CAMDESK_FILES_URL: {error}") from None
