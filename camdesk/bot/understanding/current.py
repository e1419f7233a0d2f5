"""The reader of the current playbook: trained once for what it is trained on, kept in a file, loaded once per process.

Files live in DATA/understanding/<digest of the course>.npz. A missing or broken file is made again; the playbook is the
truth.
The one that judges by meaning too takes minutes: `camdesk bot train` makes it, and until then the light one answers.
"""

import hashlib
import logging
import os
import tempfile
import threading
from pathlib import Path
from typing import TypeVar

from django.conf import settings
from django.db import DatabaseError

from camdesk.bot.understanding import sentence_vectors
from camdesk.bot.understanding.articles import ArticleIndex, index_of
from camdesk.bot.understanding.decision import PRECISION
from camdesk.bot.understanding.model import FORMAT, Model, NotAModel
from camdesk.playbook import current
from camdesk.playbook.document import Playbook
from camdesk.playbook.loading import load

K = TypeVar("K")
V = TypeVar("V")
log = logging.getLogger(__name__)


class NoPlaybook(RuntimeError):
    """Nothing is published and the playbook's directory has faults."""


_lock = threading.Lock()  # one training at a time; the others wait for its result
_models: dict[str, Model] = {}  # by the digest of the playbook, as the next two
_courses: dict[str, str] = {}
_indexes: dict[tuple[str, str], ArticleIndex] = {}
_KEPT = 2  # the current version, and the one before it whose conversations are still running


def current_playbook() -> Playbook:
    """The published playbook; before the first publication, the one in the directory. Raises NoPlaybook."""
    try:
        return current.current()[1]
    except (current.NothingPublished, DatabaseError):  # no tables yet: a command on a fresh checkout
        log.info("nothing is published yet: reading the playbook's directory")
    loaded = load(Path(settings.PLAYBOOK_DIR))
    if loaded.playbook is None:
        raise NoPlaybook(f"{len(loaded.problems)} faults in {settings.PLAYBOOK_DIR}, the first: {loaded.problems[0]}")
    return loaded.playbook


def current_model() -> Model:
    """The reader of the published playbook (or of the directory's). Raises NoPlaybook.

    The first call for a new playbook trains, which takes a second or two; call it after publishing.
    """
    return model_of(current_playbook())


def model_of(playbook: Playbook) -> Model:
    """The reader of that playbook: from memory, from its file, or trained now and stored."""
    digest = playbook.digest
    known = _models.get(digest)
    if known is not None and (known.meaning is not None or not _may_mean(playbook)):
        return known
    with _lock:
        if digest not in _models:
            _remember(_models, digest, _loaded(playbook) or train_and_store(playbook))
        if _models[digest].meaning is None and _may_mean(playbook):
            better = _loaded(playbook, meant=True)  # trained since, in another process
            if better is not None:
                _models[digest] = better
            else:
                _path(playbook, meant=True).unlink(missing_ok=True)  # of no use, and not to be tried again each time
        return _models[digest]


def is_stored(playbook: Playbook) -> bool:
    """Whether all that `camdesk bot train` would make of that playbook lies there, broken or not: no file is read."""
    wanted = [_path(playbook)]
    if sentence_vectors.installed():
        wanted.append(_path(playbook, meant=True))
    return all(path.exists() for path in wanted)


def _may_mean(playbook: Playbook) -> bool:
    return sentence_vectors.installed() and _path(playbook, meant=True).exists()


def article_index(language: str = "ru") -> ArticleIndex:
    """The search index of the published playbook's articles. Raises NoPlaybook."""
    playbook = current_playbook()
    key = (playbook.digest, language)
    with _lock:
        if key not in _indexes:
            _remember(_indexes, key, index_of(playbook, language))
        return _indexes[key]


def _remember(kept: dict[K, V], key: K, value: V) -> None:
    while len(kept) >= 2 * _KEPT:
        del kept[next(iter(kept))]
    kept[key] = value


def _path(playbook: Playbook, *, meant: bool = False) -> Path:
    # By what it is trained on: a version with other hours or contacts has the reader of the one before.
    course = _courses.get(playbook.digest)
    if course is None:
        from camdesk.bot.understanding.training_data import digest_of

        course = digest_of(playbook)
        _remember(_courses, playbook.digest, course)
    # What the numbers mean depends on this program too: another format, limit or analyser trains again.
    return Path(settings.DATA_DIR) / "understanding" / f"{course[:40]}-{_program()}{'-meaning' * meant}.npz"


def _program() -> str:
    from camdesk.lib import letter_pairs

    return f"{FORMAT}-{PRECISION}-{hashlib.sha256(letter_pairs.TABLE.read_bytes()).hexdigest()[:8]}"


def _loaded(playbook: Playbook, *, meant: bool = False) -> Model | None:
    try:
        return Model.load(_path(playbook, meant=meant).read_bytes())
    except FileNotFoundError:
        return None
    except (NotAModel, OSError) as error:
        log.warning("the stored reader of the playbook cannot be used and is trained again: %s", error)
        return None


def train_and_store(playbook: Playbook, *, meant: bool = False) -> Model:
    """Trains the reader of that playbook and stores it; a folder that cannot be written costs only the storing.
    `meant`: the one that judges by meaning too."""
    from camdesk.bot.understanding.training import train
    from camdesk.bot.understanding.training_data import course_of

    model = train(course_of(playbook), vectors=sentence_vectors.vectors if meant else None)
    path = _path(playbook, meant=meant)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent, suffix=".part")
        with os.fdopen(handle, "wb") as file:
            file.write(model.save())
        os.replace(name, path)
    except OSError as error:
        log.warning("the reader of the playbook could not be stored: %s", error)
    return model
