"""Reads settings and fails loudly: a typo must stop the start, not change behaviour silently.

What the environment says counts first, then the file of settings (`config/settings_file.py`): DATA/settings.env, or
where CAMDESK_SETTINGS says.
"""

import os
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from camdesk.config import settings_file
from camdesk.lib.rates import Rate, read_rate

_CHECKOUT = Path(__file__).resolve().parent.parent.parent

_OURS = ("host", "port", "prepare")
# What may stand behind the «?» of a database address and goes to libpq as it is
# (https://www.postgresql.org/docs/current/libpq-connect.html).
_LIBPQ = (
    "sslmode", "sslrootcert", "sslcert", "sslkey", "sslcrl", "sslnegotiation", "channel_binding", "gssencmode",
    "connect_timeout", "application_name", "options", "passfile", "service", "target_session_attrs",
    "keepalives", "keepalives_idle", "keepalives_interval", "keepalives_count", "tcp_user_timeout",
)  # fmt: skip


# Where the address says nothing else: a server that vanished without a word is noticed within some 20 s, and one that
# does not answer keeps nobody for longer than 5.
_LINE = {
    "connect_timeout": "5",
    "keepalives_idle": "10",
    "keepalives_interval": "5",
    "keepalives_count": "2",
    "tcp_user_timeout": "20000",
}

# Names that camdesk reads by itself, each added where it is asked for; and those of its doors (bin/environment) and of
# commands that do not come by here.
_ASKED_FOR = {"CAMDESK_ALLOW_ROOT", "CAMDESK_PYTHON", "CAMDESK_VENV"}
_OF_THE_TESTS = ("CAMDESK_TESTS_", "CAMDESK_REACH", "CAMDESK_SCREENSHOTS")


class BadSetting(SystemExit):
    """The environment holds something camdesk cannot work with; the text says which variable and why."""

    def __init__(self, name: str, why: str) -> None:
        super().__init__(f"camdesk: {name}: {why}")


def text(name: str, default: str = "") -> str:
    _ASKED_FOR.add(name)
    value = os.environ.get(name)
    return (_in_file().get(name, default) if value is None else value).strip()


def data_folder() -> Path:
    """Raises BadSetting where nobody says: what is installed has no place of its own to keep data in."""
    said = _outside("CAMDESK_DATA")
    if not said and _outside("CAMDESK_SETTINGS"):
        said = _in_file().get("CAMDESK_DATA", "")
    if not said and not (_CHECKOUT / "pyproject.toml").is_file():
        raise BadSetting("CAMDESK_DATA", "say where the data live: --data DIR, or CAMDESK_DATA=DIR")
    return Path(said or _CHECKOUT / "data").resolve()


def file() -> Path:
    """Where the file of settings is, or would be. Raises BadSetting, as `data_folder`."""
    said = _outside("CAMDESK_SETTINGS")
    return Path(said).resolve() if said else data_folder() / settings_file.NAME


def is_said(name: str) -> bool:
    """Somewhere, were it as nothing."""
    _ASKED_FOR.add(name)
    return name in os.environ or name in _in_file()


def read_anew() -> None:
    """The file was changed by this process."""
    _in_file.cache_clear()


def refuse_unknown() -> None:
    """Once all that is read was read: raises BadSetting for a name in the file of settings that nobody has asked for.
    The file is camdesk's alone, so it is a slip, and what it meant to say would not hold."""
    for name in _in_file():
        if _is_ours(name) and not _is_known(name):
            raise BadSetting(name, f"in {file()}: {_no_such(name)}")


def unknown_outside() -> list[str]:
    """A sentence for each name in the environment that looks like a setting and is none. Others write there too: an
    orchestrator with a service called camdesk puts CAMDESK_PORT into it; so this stops nothing."""
    names = sorted(name for name in os.environ if name.upper().startswith("CAMDESK_") and not _is_known(name))
    return [f"{name} in the environment: {_no_such(name)}" for name in names]


def _is_ours(name: str) -> bool:
    return name.upper().startswith("CAMDESK") or bool(get_close_matches(name.upper(), _ASKED_FOR, n=1, cutoff=0.85))


def _is_known(name: str) -> bool:
    return name in _ASKED_FOR or name.startswith(_OF_THE_TESTS)


def _no_such(name: str) -> str:
    bare = {known.removeprefix("CAMDESK_"): known for known in sorted(_ASKED_FOR)}
    nearest = get_close_matches(name.upper().removeprefix("CAMDESK_"), bare, n=1)
    meant = f"; did you mean {bare[nearest[0]]}?" if nearest else " (docs/settings.md has them all)"
    return f"there is no such setting{meant}"


def _outside(name: str) -> str:
    _ASKED_FOR.add(name)
    return os.environ.get(name, "").strip()


@cache
def _in_file() -> dict[str, str]:
    path = file()
    try:
        found = settings_file.read(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except settings_file.BadLine as fault:
        raise SystemExit(f"camdesk: {path}, {fault}") from None
    except UnicodeDecodeError:
        raise SystemExit(f"camdesk: {path} is no text in UTF-8") from None
    except OSError as error:
        raise SystemExit(f"camdesk: {path} cannot be read: {error.strerror}") from None
    if "CAMDESK_SETTINGS" in found or ("CAMDESK_DATA" in found and not _outside("CAMDESK_SETTINGS")):
        name = "CAMDESK_SETTINGS" if "CAMDESK_SETTINGS" in found else "CAMDESK_DATA"
        raise BadSetting(name, f"this cannot stand in {path}, which is found by it: say it in the environment")
    return found


def flag(name: str, default: bool = False) -> bool:
    raw = text(name)
    if not raw:
        return default
    if raw.lower() in {"1", "true", "yes", "on"}:
        return True
    if raw.lower() in {"0", "false", "no", "off"}:
        return False
    raise BadSetting(name, f"say 1 or 0, not {raw!r}")


def number(name: str, default: int, *, least: int = 0) -> int:
    raw = text(name)
    if not raw:
        return default
    try:
        value = int(raw)
    except ValueError:
        raise BadSetting(name, f"a whole number is needed, not {raw!r}") from None
    if value < least:
        raise BadSetting(name, f"must be at least {least}, not {value}")
    return value


def rate(name: str, default: str) -> Rate:
    """«60/h», «20/10m»."""
    found = rate_or_off(name, default)
    if found is None:
        raise BadSetting(name, "this cannot be off")
    return found


def rate_or_off(name: str, default: str) -> Rate | None:
    """«off» is None."""
    try:
        return read_rate(text(name) or default)
    except ValueError as error:
        raise BadSetting(name, str(error)) from None


def listing(name: str, default: list[str] | None = None) -> list[str]:
    raw = text(name)
    return [part.strip() for part in raw.split(",") if part.strip()] if raw else (default or [])


def one_of(name: str, allowed: set[str], default: str) -> str:
    value = text(name, default)
    if value not in allowed:
        raise BadSetting(name, f"one of {', '.join(sorted(allowed))} is needed, not {value!r}")
    return value


def database(name: str, *, sqlite_path: str) -> dict[str, Any]:
    """The DATABASES entry for `name`: empty means the embedded SQLite file, else a postgresql:// address."""
    raw = text(name)
    if not raw:
        return {
            "ENGINE": "camdesk.lib.sqlite",
            "NAME": sqlite_path,
            "CONN_MAX_AGE": None,  # opening the file and its PRAGMAs cost 0.3 ms a request
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                # FULL: an acknowledged commit survives power loss (DESIGN: said "accepted" means durable).
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;"
                " PRAGMA cache_size=-16000; PRAGMA mmap_size=134217728;",
            },
        }
    url = urlsplit(raw)
    if url.scheme not in {"postgresql", "postgres"}:
        raise BadSetting(name, "postgresql://user:password@host:port/name is needed, or nothing for SQLite")
    query = dict(parse_qsl(url.query, keep_blank_values=True))
    for option in query:
        if option not in _OURS and option not in _LIBPQ:
            nearest = get_close_matches(option, [*_OURS, *_LIBPQ], n=1)
            meant = f"; did you mean {nearest[0]!r}?" if nearest else f": it may be {', '.join(sorted(_LIBPQ))}"
            raise BadSetting(name, f"there is no option {option!r}{meant}")
    if query.get("prepare", "0") != "0":
        raise BadSetting(name, "prepare is 0, for a pooler that keeps no statements, or not there")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(url.path.lstrip("/")),
        "USER": unquote(url.username or ""),
        "PASSWORD": unquote(url.password or ""),
        "HOST": unquote(url.hostname or query.get("host", "")),
        "PORT": str(url.port or query.get("port", "")),
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
        "DISABLE_SERVER_SIDE_CURSORS": True,  # they live in a connection: behind a pooler the next piece has another
        # At the third time a statement is prepared (lib/internals/prepared_cursors.py); a pooler may not bear it.
        "OPTIONS": {
            **({} if "prepare" in query else {"prepare_threshold": 3}),
            **_LINE,
            **{option: value for option, value in query.items() if option in _LIBPQ},
        },
    }
