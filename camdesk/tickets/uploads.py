"""Files on their way in: taken before the message they belong to, by the person who will send it.

A small file comes in one piece (`receive`, `receive_stream`), a large one in pieces that may be continued after the
connection was lost (`begin`, `add_piece`). When one of these returns an Attachment in state READY, its bytes and its
row are durable. It belongs to nobody's message yet: attachments.bind does that, once, for the same person.
"""

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Case, Count, Min, Sum, When
from django.utils.translation import gettext as _

from camdesk.lib import files, sniffing, wake
from camdesk.lib.filenames import shown_name
from camdesk.lib.files import Kept
from camdesk.lib.multipart import ArrivedFile
from camdesk.lib.prepared import Prepared, insert
from camdesk.lib.storage_errors import FULL, not_now
from camdesk.people import limits
from camdesk.people.models import Agent, Person
from camdesk.tickets import upload_pieces, upload_words
from camdesk.tickets.models import Attachment

FILES_A_DAY = 500  # per person: small files cost rows, which the quota in bytes does not count
OF_A_KEY = 10  # so many customers' shares has an integration: it brings the files of many
_DAY = timedelta(days=1)
_MB = 1024 * 1024

_AGENT = Prepared(lambda person: Agent.objects.filter(person=person, active=True).values_list("pk"), int)
_LOCKED = Prepared(
    lambda person: Person.objects.select_for_update(no_key=True).filter(pk=person).values_list("pk"), int
)


def _sent(person: int, since: datetime) -> Any:
    announced = Case(When(state=Attachment.State.RECEIVING, then="total_size"), default="size")
    of_person = Attachment.objects.filter(uploaded_by=person, created_at__gt=since).order_by().values("uploaded_by")
    return of_person.annotate(bytes=Sum(announced), count=Count("pk"), oldest=Min("created_at")).values_list(
        "bytes", "count", "oldest"
    )


_SENT = Prepared(_sent, int, datetime)


class FileRefused(Exception):
    """The file is not taken; `str(error)` says why to the person who sent it. `status`: for the HTTP answer."""

    status = 422
    wait = 0  # seconds until it may be tried again; 0: trying again alone changes nothing


class FileTooLarge(FileRefused):
    status = 413


class Empty(FileRefused):
    status = 422


class TooManyFiles(FileRefused):
    status = 422


class OverQuota(FileRefused):
    status = 429


class NoRoomForFile(FileRefused):
    status = 507


class Lost(FileRefused):
    """The upload is not here any more: it was removed, or swept away after a day. It has to begin anew."""

    status = 410


class WrongFileOffset(FileRefused):
    """This piece does not continue the upload; `offset` is where to go on (bytes)."""

    status = 409

    def __init__(self, offset: int) -> None:
        super().__init__(_("Загрузка продолжается с другого места."))
        self.offset = offset


def receive(file: ArrivedFile, *, name: str = "", by: Person | None, now: datetime, network: str = "") -> Attachment:
    """A file of a form or of the API. `network`: the address of a stranger (limits.network_of) whose file it is, where
    `by` is nobody: it counts against that, and is unproven. Raises FileRefused."""
    shown = shown_name(name or file.name)
    _raise_failure(file.failure, shown)
    quota = _Quota(by, now, network=network)
    quota.need(file.size or 0)
    unproven = bool(network) and not settings.SCANNER
    return _recorded(_kept(file.keep, shown), shown, by=by, now=now, quota=quota, unproven=unproven)


def receive_stream(chunks: Iterable[bytes], *, name: str, by: Person | None, now: datetime) -> Attachment:
    """A file that is the whole body of a request. Raises FileRefused."""
    shown = shown_name(name)
    quota = _Quota(by, now)
    quota.need(1)
    kept = _kept(lambda: _streamed(chunks), shown)
    if not kept.size:
        files.store().delete(kept.key)
        _raise_failure("empty", shown)
    return _recorded(kept, shown, by=by, now=now, quota=quota)


def take_in(data: bytes, *, name: str, by: Person | None, now: datetime, inline_id: str = "") -> Attachment:
    """A file that came inside a letter we have already taken: no limit but that of letters. Raises NoRoomForFile."""
    shown = shown_name(name)
    kept = _kept(lambda: files.store().keep_bytes(data), shown)
    return _recorded(kept, shown, by=by, now=now, inline_id=inline_id)


@dataclass(frozen=True)
class TakenFiles:
    """What came of the files of a form: those that are here now, and a sentence for each that is not."""

    attachments: list[Attachment]
    sentences: list[str]
    no_room: bool = False  # it was our disk, not their files


def receive_all(
    arrived: Sequence[ArrivedFile],
    *,
    already: int = 0,
    most: int | None = None,
    by: Person | None,
    now: datetime,
    network: str = "",
) -> TakenFiles:
    """The files of a form sent without scripts. `already`: how many its author attached before; `most`: how many it
    takes at all; `network`: as of `receive`.

    What does not fit is refused in words, one sentence each; the others stay.
    """
    taken: list[Attachment] = []
    sentences: list[str] = []
    no_room = False
    for file in arrived:
        try:
            need_place(already + len(taken), file.name, most)
            taken.append(receive(file, by=by, now=now, network=network))
        except FileRefused as error:
            sentences.append(str(error))
            no_room |= isinstance(error, NoRoomForFile)
    return TakenFiles(taken, sentences, no_room)


def need_place(count: int, name: str | None, most: int | None = None) -> None:
    """Raises TooManyFiles when a message that has `count` files takes no other."""
    most = settings.MAX_FILES if most is None else most
    if count >= most:
        raise TooManyFiles(upload_words.too_many() % {"name": name or _("файл"), "n": most})


# --- in pieces


def begin(*, name: str, total: int, by: Person | None, now: datetime) -> Attachment:
    """The empty upload of a file of `total` bytes. Raises FileRefused."""
    shown = shown_name(name)
    if total <= 0:
        _raise_failure("empty", shown)
    if total > settings.MAX_FILE_BYTES:
        _raise_failure("too_large", shown)
    quota = _Quota(by, now)
    quota.need(total)
    try:
        files.store().need_room()
    except files.NoRoom:
        raise NoRoomForFile(upload_words.sentence("no_room", shown)) from None
    with quota.held(total):
        return Attachment.objects.create(
            uploaded_by=by,
            name=shown,
            content_type=sniffing.OCTETS,
            storage_key=files.new_key(),
            state=Attachment.State.RECEIVING,
            total_size=total,
            created_at=now,
        )


def offset(upload: Attachment) -> int:
    """Where to go on, in bytes."""
    return upload.size if upload.state == Attachment.State.READY else upload_pieces.arrived(upload)


def add_piece(*, upload: Attachment, at: int, chunks: Iterable[bytes], now: datetime) -> Attachment:
    """Adds what follows byte `at`. The last piece makes it READY.

    Raises FileRefused (WrongFileOffset says where to go on)."""
    if upload.state == Attachment.State.READY:
        return _answer_again(upload, at)
    try:
        if upload_pieces.add(upload, at=at, chunks=chunks) < (upload.total_size or 0):
            return upload
        kept = upload_pieces.join(upload)
    except upload_pieces.WrongOffset as error:
        raise WrongFileOffset(error.offset) from None
    except upload_pieces.TooManyPieces:
        raise FileRefused(_("Файл приходит слишком мелкими частями. Приложите его ещё раз.")) from None
    except files.NotHere:
        return _answer_again(_finished_by_a_twin(upload), at)
    except files.TooLarge:
        raise FileTooLarge(upload_words.sentence("too_large", upload.name)) from None
    except files.NoRoom:
        raise NoRoomForFile(upload_words.sentence("no_room", upload.name)) from None
    return _finished(upload, kept)


def _answer_again(upload: Attachment, at: int) -> Attachment:
    """A whole file, to whom the answer to its last piece was lost on its way. Raises WrongFileOffset to others."""
    if at != upload.size:
        raise WrongFileOffset(upload.size)
    return upload


def _finished_by_a_twin(upload: Attachment) -> Attachment:
    """Raises Lost."""
    whole = Attachment.objects.filter(pk=upload.pk, state=Attachment.State.READY).first()
    if whole is None:
        raise Lost(upload_words.sentence("lost", upload.name))
    return whole


def _finished(upload: Attachment, kept: Kept) -> Attachment:
    with transaction.atomic():
        found = Attachment.objects.select_for_update().filter(pk=upload.pk).first()
        if found is None:  # removed while its last piece came
            files.store().delete(kept.key)
            raise Lost(upload_words.sentence("lost", upload.name))
        if found.state == Attachment.State.READY:  # a twin was quicker, with the same bytes under the same key
            return found
        for field, value in _what_it_is(kept).items():
            setattr(found, field, value)
        found.state = Attachment.State.READY
        found.save()
    upload_pieces.forget(found)
    _wake_for(found)
    return found


# --- inside


def _streamed(chunks: Iterable[bytes]) -> Kept:
    with files.store().begin(limit=settings.MAX_FILE_BYTES) as file:
        for chunk in chunks:
            file.write(chunk)
        return file.keep()


def _kept(keep: Callable[[], Kept], name: str) -> Kept:
    try:
        return keep()
    except files.TooLarge:
        raise FileTooLarge(upload_words.sentence("too_large", name)) from None
    except files.NoRoom:
        raise NoRoomForFile(upload_words.sentence("no_room", name)) from None


def _recorded(
    kept: Kept,
    name: str,
    *,
    by: Person | None,
    now: datetime,
    inline_id: str = "",
    quota: "_Quota | None" = None,
    unproven: bool = False,
) -> Attachment:
    """The row of a durable file; when the row cannot be written, or no longer fits into `quota`, the file goes too."""
    try:
        with quota.held(kept.size) if quota is not None else nullcontext():
            attachment = Attachment(uploaded_by=by, name=name, created_at=now, inline_id=inline_id, **_what_it_is(kept))
            if unproven:
                attachment.scan = Attachment.Scan.UNPROVEN
            insert(attachment)
    except BaseException as error:
        files.store().delete(kept.key)
        if (why := not_now(error)) and why.status == FULL:
            raise NoRoomForFile(upload_words.sentence("no_room", name)) from error
        raise
    _wake_for(attachment)
    return attachment


def _what_it_is(kept: Kept) -> dict[str, str | int]:
    kind = sniffing.sniff(kept.head, size=kept.size)
    return {
        "content_type": kind,
        "size": kept.size,
        "sha256": kept.sha256,
        "storage_key": kept.key,
        "preview_state": "wanted" if sniffing.is_picture(kind) else "none",
    }


def _wake_for(attachment: Attachment) -> None:
    """The worker has something to do with it: to scan it, to draw its previews."""
    if settings.SCANNER or attachment.preview_state == "wanted":
        transaction.on_commit(wake.uploaded)


class _Quota:
    """What may be sent in a day: by a customer, by an integration (OF_A_KEY times as much), by people of one network
    address who are not signed in. Agents have no quota: they answer all day.

    A file taken back before it was sent gives its place back, so a wrong one may be chosen anew; how much is received
    at all, taken back or not, has a limit of its own: each costs the disk and the scanner (settings.RATES)."""

    def __init__(self, by: Person | None, now: datetime, *, network: str = "") -> None:
        self._by = by
        self._now = now
        self._times = OF_A_KEY if by is not None and by.kind == Person.Kind.MACHINE else 1
        self._limit = "uploads_by_network" if network else "uploads_by_key" if self._times > 1 else "uploads"
        self._whose: str | int = by.pk if by is not None else network
        self._counts = bool(network) if by is None else not _AGENT.first(by.pk)

    def need(self, more: int) -> None:
        """Raises OverQuota when `more` bytes do not fit, before anybody waits for them."""
        if not self._counts:
            return
        if wait := limits.wait_of(self._limit, self._whose, now=self._now):
            raise self._over(wait)
        self._fit(more)

    def _fit(self, more: int) -> None:
        """Of a person; what nobody's network has sent is told by its limit alone."""
        if self._by is None:
            return
        size, count, oldest = _SENT.first(self._by.pk, self._now - _DAY) or (0, 0, self._now)
        if size + more > self._times * settings.MAX_DAILY_BYTES or count >= self._times * FILES_A_DAY:
            raise self._over(limits.seconds(oldest + _DAY - self._now))

    def _over(self, wait: int) -> OverQuota:
        over = OverQuota(_("За сутки прислано слишком много файлов. Остальные можно добавить завтра."))
        over.wait = wait
        return over

    @contextmanager
    def held(self, more: int) -> Iterator[None]:
        """The row is written within: whoever else sends in this person's name at the same moment waits, and then
        counts it. Raises OverQuota."""
        with transaction.atomic():
            if self._counts:
                if self._by is not None:
                    # SQLite has one writer at a time anyway. `no_key`: nobody's new row that names the person waits.
                    _LOCKED.first(self._by.pk)
                self._fit(more)
                try:
                    limits.take(self._limit, self._whose, now=self._now, many=max(1, math.ceil(more / _MB)))
                except limits.Limited as limited:
                    raise self._over(limited.wait) from None
            yield


def _raise_failure(failure: str, name: str) -> None:
    kinds = {"too_large": FileTooLarge, "no_room": NoRoomForFile, "empty": Empty}
    if failure:
        raise kinds[failure](upload_words.sentence(failure, name))
