"""What a start does before it serves: each step is skipped while what it was made from is unchanged."""

import hashlib
import json
import logging
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db import DatabaseError, connection
from django.utils import timezone
from django.utils.translation.reloader import translation_file_changed

from camdesk.config import extras
from camdesk.lib import schema
from camdesk.lib.files import store

log = logging.getLogger("camdesk.start")
MEMORY = "started.json"  # in the data folder

Say = Callable[[str], None]


def quiet(line: str) -> None:
    """For starts that nobody watches."""


def aloud(line: str) -> None:
    if settings.LOG_FORMAT == "json":
        log.info(line)
    else:
        print(f"camdesk: {line}", file=sys.stderr, flush=True)


class Memory:
    """DATA/started.json: step → digest of what it was made from. Lost or broken, every step is done again."""

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            self.known: dict[str, str] = json.loads(path.read_text())
        except (OSError, ValueError):
            self.known = {}

    def is_fresh(self, step: str, digest: str) -> bool:
        return self.known.get(step) == digest

    def keep(self, step: str, digest: str) -> None:
        self.known[step] = digest
        temporary = self.path.with_suffix(".new")
        temporary.write_text(json.dumps(self.known, indent=1))
        temporary.replace(self.path)


def prepare(*, say: Say = aloud) -> None:
    """Migrations, catalogues, static files, playbook and, in the demo, its world. Idempotent."""
    with schema.alone():
        memory = Memory(settings.DATA_DIR / MEMORY)
        _store()
        _step("database", migrate, memory, say)
        _step("erased persons", _erased_persons, memory, say)
        _step("translations", _translations, memory, say)
        _step("static files", _static_files, memory, say)
        _step("playbook", _playbook, memory, say)
        if settings.DEMO:
            _step("demo world", _demo_world, memory, say)


def _store() -> None:
    """The bucket of an S3 store, where there is none. Raises SystemExit with a sentence where it cannot be had."""
    try:
        store().home.make()
    except Exception as error:
        raise SystemExit(f"camdesk: the store of files (CAMDESK_FILES_URL) cannot be used: {error}") from None


def _step(name: str, do: Callable[[Memory], bool], memory: Memory, say: Say) -> None:
    began = time.monotonic()
    if do(memory):
        say(f"{name} ready after {time.monotonic() - began:.1f} s")


def migrate(memory: Memory) -> bool:
    folders = [Path(config.path) / "migrations" for config in apps.get_app_configs()]
    # A file in the data folder goes with it: moved or put back elsewhere, the folder has all it had.
    name = str(settings.DATABASES["default"]["NAME"]).removeprefix(f"{settings.DATA_DIR}/")
    digest = _digest([name, *_lines(folders, "*.py")])
    if memory.is_fresh("database", f"{digest} {_migrations_applied()}"):
        return False
    schema.refuse_newer()
    call_command("migrate", interactive=False, verbosity=0)
    memory.keep("database", f"{digest} {_migrations_applied()}")
    return True


def _erased_persons(memory: Memory) -> bool:
    """A backup was put back: whoever has been erased since goes again before anybody is let in."""
    from camdesk.privacy import erased_list

    try:
        return erased_list.apply_again(now=timezone.now()) > 0
    except erased_list.BadList as why:
        raise SystemExit(f"camdesk: {why}") from None


def _migrations_applied() -> int:
    """How many the database itself remembers: a database that was removed or put back is noticed."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM django_migrations")
            return int(cursor.fetchone()[0])
    except DatabaseError:
        return -1


def _translations(memory: Memory) -> bool:
    from camdesk.config.translations import compile_all

    made = compile_all() > 0
    if made:  # whoever asked for words before now has left Django with the catalogues that were not there yet
        translation_file_changed(None, Path("django.mo"))
    return made


def _static_files(memory: Memory) -> bool:
    folders = [Path(config.path) / "static" for config in apps.get_app_configs()]
    digest = _digest(_lines(folders, "*"))
    made = (settings.STATIC_ROOT / "staticfiles.json").exists()
    if made and memory.is_fresh("static", digest):
        return False
    call_command("collectstatic", interactive=False, verbosity=0)
    memory.keep("static", digest)
    return True


def _playbook(memory: Memory) -> bool:
    from camdesk.bot.understanding.current import current_playbook, is_stored
    from camdesk.playbook import working_copy
    from camdesk.playbook.models import PlaybookVersion
    from camdesk.playbook.publishing import PlaybookRefused, publish_newer, publish_shipped

    if not settings.PLAYBOOK_DIR.is_dir():
        return False
    made_from = [*_lines([settings.PLAYBOOK_DIR], "*"), memory.known.get("database", "")]
    digest = _digest([*made_from, f"sample contacts: {settings.SAMPLE_CONTACTS}"])
    if memory.is_fresh("playbook", digest) and PlaybookVersion.objects.exists():  # else the database is another one
        return False
    try:
        own = settings.DEMO or working_copy.is_own(settings.PLAYBOOK_DIR)
        put_in_force = publish_newer if own else publish_shipped
        published, current = put_in_force(directory=settings.PLAYBOOK_DIR, now=timezone.now())
    except PlaybookRefused as refused:
        _say_faults(refused.problems)
        return False
    if published.number != current.number:
        aloud(
            f"the playbook in {settings.PLAYBOOK_DIR} is version {published.number}, and {current.number} stays in"
            " force; to go back say: camdesk playbook publish"
        )
    elif not own and not current.shipped:
        aloud(
            f"the playbook in force is your own, version {current.number}; what comes with camdesk does not replace it"
        )
    # Reading free text is learnt once a playbook, in a process of its own: it needs memory this one would never give
    # back.
    if not is_stored(current_playbook()):
        subprocess.run([sys.executable, "-m", "camdesk", "bot", "train"], check=False, stdout=subprocess.DEVNULL)
    memory.keep("playbook", digest)
    return True


def _say_faults(problems: Sequence[object]) -> None:
    """A faulty playbook must not stop support: the last published version stays in force, if there is one."""
    from camdesk.playbook.current import NothingPublished, current

    for problem in problems:
        aloud(str(problem))
    try:
        number, _document = current()
    except NothingPublished:
        raise SystemExit(
            f"camdesk: the playbook has {len(problems)} faults, see above; nothing to start with"
        ) from None
    aloud(f"the playbook has {len(problems)} faults and was not published; version {number} stays in force")


def _demo_world(memory: Memory) -> bool:
    if not extras.load("camdesk_demo.emptiness").nobody_there():
        return False
    return bool(extras.load("camdesk_demo.world").build(now=timezone.now()))


def _lines(folders: Iterable[Path], pattern: str) -> list[str]:
    """One line for each file: its path, size and time of change."""
    lines = []
    for folder in folders:
        for path in sorted(folder.rglob(pattern)) if folder.is_dir() else ():
            if path.is_file() and "__pycache__" not in path.parts:
                stat = path.stat()
                lines.append(f"{path} {stat.st_size} {stat.st_mtime_ns}")
    return lines


def _digest(lines: Iterable[str]) -> str:
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:32]
