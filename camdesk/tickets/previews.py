"""Small pictures of the pictures people send: drawn by the worker, one at a time, or for whoever looks before that.

`preview_key` of an attachment holds the keys of all EDGES, the smallest first, with a blank between.
"""

import threading
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Q

from camdesk.lib import files, leases
from camdesk.lib.leases import Later, Patience, Unready
from camdesk.lib.previews import EDGES, NoPreview, make_previews, make_previews_unhurried
from camdesk.tickets.models import Attachment, PreviewJob

_AT_ONCE = 1  # then the worker rests (worker/duties.py), so that what is drawn never holds up who waits for a page
_PATIENCE = Patience(tries=3, lease=timedelta(minutes=3), pauses=(timedelta(minutes=2), timedelta(minutes=30)))

_looking = threading.Lock()  # of the threads that serve pages one may draw, the others go on
ONCE = 3.0  # seconds that is waited for it where nobody asks again: a picture within a letter


def preview_keys(attachment: Attachment) -> dict[int, str]:
    """{edge in pixels: key in the store}; empty while there is no preview."""
    return dict(zip(sorted(EDGES), attachment.preview_key.split(), strict=False))


def draw_wanted(now: datetime) -> int:
    """A duty of the worker: draws the previews of one picture, the oldest first. Returns how many were tried."""
    wanted = Attachment.objects.filter(_looked_at(""), preview_state="wanted")
    leases.enrol(PreviewJob, "file", wanted.order_by("created_at"), now=now, most=20)
    jobs = PreviewJob.objects.filter(_looked_at("file__")).select_related("file")
    order = ("next_try_at", "file__created_at")
    return leases.work(jobs, _draw, give_up=_give_up, patience=_PATIENCE, now=now, most=_AT_ONCE, order=order).tried


def preview_bytes(attachment: Attachment, edge: int, *, wait: float = 0) -> bytes | None:
    """The preview of a picture as WebP, at most `edge` pixels; None when there is none yet, or at all. Changes
    nothing: what is drawn for this look is not kept, the worker does that. wait: seconds while another draws."""
    try:
        if key := preview_keys(attachment).get(edge):
            with files.store().open(key) as file:
                return file.read()
        if attachment.preview_state == "wanted" and _looking.acquire(timeout=wait):
            try:
                with files.store().as_path(attachment.storage_key) as path:
                    return make_previews(path).pictures[edge]
            finally:
                _looking.release()
    except (files.NotHere, files.NoRoom, NoPreview):
        pass
    return None


def _looked_at(file: str) -> Q:
    """With a scanner nothing is taken apart here before it was looked at there; a stranger's pictures not at all."""
    withheld = (Attachment.Scan.INFECTED, Attachment.Scan.UNPROVEN)
    clean = Q(**{f"{file}scan": Attachment.Scan.CLEAN})
    return clean if settings.SCANNER else ~Q(**{f"{file}scan__in": withheld})


def _draw(job: PreviewJob, now: datetime) -> None:
    file, store = job.file, files.store()
    if file.preview_state != "wanted":  # whoever drew it died before they could say so here
        leases.drop(job)
        return
    try:
        with store.as_path(file.storage_key) as path:
            drawn = make_previews_unhurried(path)
        keys = [store.keep_bytes(drawn.pictures[edge]).key for edge in sorted(EDGES)]
    except NoPreview as why:
        if why.passing:
            raise Later(str(why)) from None
        _give_up(job, str(why), now)
    except files.NotHere:
        _give_up(job, "the file is not here", now)
    except files.NoRoom:
        raise Unready("no room on the disk") from None
    else:
        said = {"preview_key": " ".join(keys), "width": drawn.width, "height": drawn.height}
        if not _settle(file, preview_state="ready", **said):  # another was quicker, or the file is gone
            for key in keys:
                store.delete(key)
        leases.drop(job)


def _give_up(job: PreviewJob, why: str, now: datetime) -> None:
    """It is shown as a file like any other."""
    _settle(job.file, preview_state="failed")
    leases.drop(job)


def _settle(file: Attachment, **fields: object) -> bool:
    return bool(Attachment.objects.filter(pk=file.pk, preview_state="wanted").update(**fields))
