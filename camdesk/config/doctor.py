"""camdesk doctor: looks at everything camdesk rests on; each line says ok, warn or fail, and what to do."""

import argparse
import contextlib
import io
import os
import shutil
import signal
import stat
import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase
from django.contrib.sessions.models import Session
from django.core import signing
from django.db import DatabaseError
from django.utils import timezone
from django.utils.module_loading import import_string

from camdesk.config import environment, file_modes, process_rights
from camdesk.config.doctor_database import database, database_file
from camdesk.config.doctor_mail import mail
from camdesk.config.doctor_nodes import nodes
from camdesk.config.doctor_processes import processes
from camdesk.config.findings import FAIL, OK, WARN, Finding
from camdesk.lib import bus, clamd, disk_reserve, internals
from camdesk.playbook import working_copy
from camdesk.playbook.sample_contacts import sample_fields
from camdesk.server.readiness import what_is_wrong_with_store

_LATE = timedelta(minutes=10)
_OLD_SIGNATURES = timedelta(days=3)
_SESSIONS = 50


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--quiet", action="store_true", help="only what is not ok")
    parser.add_argument("--mend", action="store_true", help="first count the queues anew, where a number is wrong")


def run(args: argparse.Namespace) -> int:
    if args.mend:
        _mend()
    return report(everything=not args.quiet, counted=not args.quiet)


def report(*, everything: bool, counted: bool = True, indent: str = "") -> int:
    """Prints what is found (`everything`: also what is well; `counted`: how much of it). 1 where something fails."""
    counts = dict.fromkeys((OK, WARN, FAIL), 0)
    for finding in findings():
        counts[finding.level] += 1
        if finding.level != OK or everything:
            print(f"{indent}{finding.level:<5} {finding.text}")
    if counted:
        print(indent + ", ".join(f"{count} {level}" for level, count in counts.items() if count))
    return 1 if counts[FAIL] else 0


def findings() -> Iterator[Finding]:
    """All checks in order; one that breaks is a finding itself."""
    deaf = False
    for check in CHECKS:
        if deaf and check not in _ASKING_NO_DATABASE:
            continue
        try:
            with _no_longer_than(_MOST_SECONDS.get(check.__name__, 0)):
                yield from check()
        except _TooLong as error:
            deaf |= check is database
            yield Finding(FAIL, f"{_title(check)}: no answer within {error} s{_rest(check)}")
        except DatabaseError as error:
            deaf |= check is database
            yield Finding(FAIL, f"{_title(check)}: the database does not answer ({type(error).__name__}){_rest(check)}")
        except Exception as error:
            yield Finding(FAIL, f"{_title(check)}: could not be looked at ({type(error).__name__}: {error})")


class _TooLong(Exception):
    """A check took longer than it may; the seconds."""


@contextlib.contextmanager
def _no_longer_than(seconds: int) -> Iterator[None]:
    """0: as long as it takes. Raises _TooLong from whatever waits within, in the main thread of a process."""
    if not seconds or threading.current_thread() is not threading.main_thread():
        yield
        return

    def end(*_: object) -> None:
        raise _TooLong(seconds)

    before = signal.signal(signal.SIGALRM, end)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


def _rest(check: Callable[[], Iterator[Finding]]) -> str:
    return "; what asks it was not looked at" if check is database else ""


def _title(check: Callable[[], Iterator[Finding]]) -> str:
    return check.__name__.strip("_").replace("_", " ")


def _settings() -> Iterator[Finding]:
    url = urlsplit(settings.PUBLIC_URL)
    local = url.hostname in ("127.0.0.1", "localhost", "::1")
    if url.scheme != "https" and not local:
        yield Finding(FAIL, f"address: {settings.PUBLIC_URL} is not https; put a proxy with a certificate before it")
    else:
        yield Finding(OK, f"address: {settings.PUBLIC_URL}")
    if settings.DEMO and not local:
        yield Finding(FAIL, "demo: its logins are known to everybody; unset CAMDESK_DEMO")
    if settings.DEBUG:
        yield Finding(FAIL, "debug: error pages show secrets; unset CAMDESK_DEBUG")
    if settings.LIMITS == "memory" and settings.BUS != "memory":
        yield Finding(WARN, "sign-in: each process counts tries for itself; set CAMDESK_LIMITS=database")
    if not settings.DEMO and not settings.SECOND_FACTOR_REQUIRED:
        yield Finding(WARN, "second factor: agents sign in with a password alone; unset CAMDESK_SECOND_FACTOR")
    for fault in environment.unknown_outside():
        yield Finding(WARN, f"settings: {fault}")


def _data_folder() -> Iterator[Finding]:
    folder = settings.DATA_DIR
    if not os.access(folder, os.W_OK):
        yield Finding(FAIL, f"data folder: {folder} cannot be written; change its owner or say --data DIR")
        return
    yield Finding(OK, f"data folder: {folder}")
    yield from _modes()
    disk = shutil.disk_usage(folder)
    kept = disk_reserve.kept(disk.total)
    level = FAIL if disk.free < kept else WARN if disk.free < 10 * kept else OK
    yield Finding(
        level,
        f"disk: {disk.free // (1024 * 1024)} MB free"
        + ("" if level == OK else "; make room before requests are refused"),
    )


def _modes() -> Iterator[Finding]:
    places = str(settings.DATA_DIR)
    if settings.MEDIA_ROOT.is_symlink():  # chmod and chown do not follow it
        places += f" {settings.MEDIA_ROOT.resolve()}"
    exposed = list(file_modes.exposed(whole=True))
    if exposed:
        text = (
            f"modes: others on this machine may read {exposed[0]}"
            + (len(exposed) > 1) * f" and {len(exposed) - 1} more"
        )
        yield Finding(FAIL, f"{text}; chmod -R go= {places}")
    else:
        yield Finding(OK, "modes: nobody else on this machine may read the data")
    owner = settings.DATA_DIR.stat().st_uid
    foreign = list(file_modes.foreign(owner=owner))
    if foreign:
        text = f"owner: {foreign[0]}" + (len(foreign) > 1) * f" and {len(foreign) - 1} more" + " belong to another user"
        yield Finding(FAIL, f"{text} than the data folder, and camdesk cannot write them; chown -R {owner} {places}")
    letters = Path(settings.MAIL_FOLDER)
    if settings.MAIL_FOLDER and letters.is_dir() and stat.S_IMODE(letters.stat().st_mode) & 0o007:
        yield Finding(
            WARN, f"modes: anybody on this machine may read or bring letters in {letters}; chmod o= {letters}"
        )
    if process_rights.root_is_allowed() and not settings.DEMO:
        yield Finding(WARN, "root: camdesk may run as root; give it a user of its own and unset CAMDESK_ALLOW_ROOT")


def _store() -> Iterator[Finding]:
    wrong = what_is_wrong_with_store()
    for one in wrong:
        yield Finding(FAIL, f"store: {one}; no file is taken or given meanwhile")
    if not wrong:
        yield Finding(OK, f"store: {'the S3 store' if settings.FILES_URL else 'the folder of files'} can be used")


def _internals() -> Iterator[Finding]:
    if fault := internals.untried():
        yield Finding(WARN, fault)
    else:
        yield Finding(OK, f"Django {internals.TRIED_WITH}: the version camdesk was tried with")


def _prepared() -> Iterator[Finding]:
    if (settings.STATIC_ROOT / "staticfiles.json").exists():
        yield Finding(OK, "static files: collected")
    else:
        yield Finding(WARN, "static files: not collected yet; camdesk serve does it at its start")


def _playbook() -> Iterator[Finding]:
    from camdesk.playbook.models import PlaybookVersion

    version = PlaybookVersion.objects.order_by("-number").values_list("number", flat=True).first()
    if version is None:
        yield Finding(FAIL, "playbook: none is published, so there are no topics; camdesk playbook publish")
    else:
        yield Finding(OK, f"playbook: version {version} is in force")
    if working_copy.is_behind(settings.PLAYBOOK_DIR):
        yield Finding(WARN, "playbook: a newer one has come with camdesk; camdesk playbook upgrade takes it into yours")


def _contacts() -> Iterator[Finding]:
    from camdesk.playbook import current

    try:
        contacts = current.current()[1].contacts
    except current.NothingPublished:
        return
    sample = contacts.sample or sample_fields(contacts)
    if settings.DEMO:
        yield Finding(OK, "contacts: the demo's")
    elif sample:
        yield Finding(FAIL, f"contacts: still the sample's: {', '.join(sample)}; camdesk setup asks for yours")
    else:
        yield Finding(OK, "contacts: your own")


def _queues() -> Iterator[Finding]:
    """The numbers beside the queues are kept and not counted: here they are counted."""
    from camdesk.tickets import counts

    first = counts.wrong()
    again = counts.wrong() if first else {}  # what a deed was changing just now is right the second time
    bad = [name for name, number in again.items() if first.get(name) == number]
    if bad:
        yield Finding(WARN, f"queues: {len(bad)} numbers are not what is counted ({bad[0]}); camdesk doctor --mend")
    else:
        yield Finding(OK, "queues: the numbers are what is counted")


def _mend() -> None:
    from camdesk.tickets import counts

    for name, number in counts.mend().items():
        print(f"{OK:<5} queues: {name} was wrong by {number}, and is right now")


def _people() -> Iterator[Finding]:
    from camdesk.people.models import Agent

    if Agent.objects.filter(role=Agent.Role.ADMINISTRATOR, active=True).exists():
        yield Finding(OK, "people: there is an administrator")
    else:
        yield Finding(WARN, "people: no administrator yet; camdesk serve prints an invitation")


def _api_keys() -> Iterator[Finding]:
    from camdesk.people import api_keys

    for key in api_keys.left_behind().select_related("created_by"):
        assert key.created_by is not None, "asked for"
        told = f"{key.name!r} was made by {key.created_by.name}, who is no administrator any more"
        yield Finding(WARN, f"api keys: {told}, and may have kept it; make a new one and revoke it («Ключи API»)")


def _secret_key() -> Iterator[Finding]:
    """Nodes with different keys sign people out at every second page, and refuse each other's links."""
    store = import_string(f"{settings.SESSION_ENGINE}.SessionStore")()
    alive = Session.objects.filter(expire_date__gt=timezone.now()).order_by("-expire_date")
    newest = list(alive.values_list("session_data", flat=True)[:_SESSIONS])
    foreign = sum(not _is_ours(data, store) for data in newest)
    if foreign:
        told = f"{foreign} of the newest {len(newest)} sessions were signed with another key than this machine's"
        mend = "give all machines one CAMDESK_SECRET_KEY; if you have just changed it, this passes within two weeks"
        yield Finding(WARN, f"secret key: {told}; {mend}")
    elif newest:
        yield Finding(OK, "secret key: the newest sessions were signed with it")


def _is_ours(data: str, store: SessionBase) -> bool:
    try:
        signing.loads(data, salt=store.key_salt, serializer=store.serializer)
    except signing.BadSignature:
        return False
    return True


def _worker() -> Iterator[Finding]:
    from camdesk.tickets.models import Delivery

    now = timezone.now()
    late = Delivery.objects.filter(state=Delivery.State.WAITING, next_try_at__lt=now - _LATE).count()
    if late and settings.EMAIL_URL:
        yield Finding(FAIL, f"worker: {late} letters are late by more than 10 minutes; does camdesk serve or work run?")
    else:
        yield Finding(OK, "worker: no letter is late")


def _bus() -> Iterator[Finding]:
    if settings.BUS == "memory":
        yield Finding(OK, "bus: memory; right for one process, several need postgres or redis://…")
        return
    heard = threading.Event()
    stop = bus.listen(lambda channels, hint: heard.set() if channels == ["doctor"] else None)
    try:
        for _ in range(15):
            bus.publish(["doctor"], {"doctor": True})
            if heard.wait(0.2):
                yield Finding(OK, "bus: a hint comes back")
                return
    finally:
        stop()
    yield Finding(FAIL, "bus: a hint did not come back within 3 s; look at CAMDESK_BUS; pages update only by polling")


def _scanner() -> Iterator[Finding]:
    if not settings.SCANNER:
        yield Finding(WARN, "scanner: none is set, so files are given out unchecked for viruses; set CAMDESK_SCANNER")
    else:
        try:
            yield from _scanner_itself(clamd.read_address(settings.SCANNER))
        except (clamd.Away, clamd.Interrupted) as fault:
            told = "customers get no new files, agents only unchecked ones; start it or look at CAMDESK_SCANNER"
            yield Finding(FAIL, f"scanner: {fault}; {told}")
    yield from _what_was_scanned()


def _scanner_itself(address: clamd.Address) -> Iterator[Finding]:
    version = clamd.version(address)
    made_at = version.made_at
    if clamd.scan(address, io.BytesIO(clamd.EICAR)).result != clamd.Result.INFECTED:
        yield Finding(FAIL, "scanner: it does not find the EICAR test file; are its signatures loaded?")
    elif made_at is not None and timezone.now() - made_at > _OLD_SIGNATURES:
        old = (timezone.now() - made_at).days
        yield Finding(WARN, f"scanner: {version.engine}, but its signatures are {old} days old; does freshclam run?")
    else:
        known = f"signatures of {made_at:%d %b %Y}" if made_at else "signatures of its operator's own"
        yield Finding(OK, f"scanner: {version.engine} answers, {known}")
    if clamd.scan(address, Zeros(settings.MAX_FILE_BYTES)).result != clamd.Result.CLEAN:
        most = f"files of {settings.MAX_FILE_MB} MB (CAMDESK_MAX_FILE_MB) are too large for it"
        yield Finding(WARN, f"scanner: {most}; raise its StreamMaxLength, MaxFileSize and MaxScanSize")


def _what_was_scanned() -> Iterator[Finding]:
    from camdesk.channels.models import RawLetter
    from camdesk.tickets.models import Attachment

    old = timezone.now() - _LATE
    files, letters = Attachment.objects.filter(state=Attachment.State.READY), RawLetter.objects.all()
    if settings.SCANNER:
        late = files.filter(scan="waiting", created_at__lt=old).count()
        late += letters.filter(scan="waiting", received_at__lt=old).count()
        level, told = (FAIL, "does camdesk serve or work run?") if late else (OK, "none is late")
        yield Finding(level, f"scanner: {late} files and letters wait longer than 10 minutes; {told}")
        if unknown := files.filter(scan="unknown").count() + letters.filter(scan="unknown").count():
            told = "customers do not get them; camdesk scan tries again"
            yield Finding(WARN, f"scanner: {unknown} files and letters could not be checked; {told}")
    if infected := files.filter(scan="infected").count() + letters.filter(scan="infected").count():
        yield Finding(OK, f"scanner: {infected} infected files and letters are kept and given to nobody")


class Zeros(io.RawIOBase):
    """A file of so many zeros that takes no room."""

    def __init__(self, size: int) -> None:
        self._left = size

    def read(self, size: int = -1) -> bytes:
        size = self._left if size < 0 else min(size, self._left)
        self._left -= size
        return bytes(size)


CHECKS: tuple[Callable[[], Iterator[Finding]], ...] = (
    _settings,
    _data_folder,
    database_file,
    database,
    _store,
    _internals,
    _prepared,
    _playbook,
    _contacts,
    _queues,
    _people,
    _api_keys,
    _secret_key,
    mail,
    processes,
    nodes,
    _worker,
    _bus,
    _scanner,
)
# What may be away without saying so. Others count rows, and take as long as there are rows.
_MOST_SECONDS = {"database": 20, "_scanner": 60}
_ASKING_NO_DATABASE = (_settings, _data_folder, database_file, _store, _internals, _prepared, mail)
