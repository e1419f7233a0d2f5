"""The command line: one table of names; the module behind a name is imported only when the name is said.

A command is a module with `add_arguments(parser)` and `run(args) -> int` (the exit code). To add one, add a line to
COMMANDS. Django is set up before the module is imported, unless the line says `django=False`. A command that serves
people, or makes the data of who does, says `serves=True`: it does not run as root.
"""

import argparse
import os
import socket
import sys
from dataclasses import dataclass
from types import ModuleType

from camdesk.config import environment, extras, process_rights


@dataclass(frozen=True, slots=True)
class Command:
    module: str
    help: str
    django: bool = True
    serves: bool = False


_HERE = "camdesk.config.commands"

COMMANDS: dict[str, Command] = {
    "setup": Command(
        f"{_HERE}.setup",
        "ask what an installation must know, try its mail, make it ready",
        django=False,
        serves=True,
    ),
    "serve": Command(f"{_HERE}.serve", "everything in one process: pages, event streams and the worker", serves=True),
    "web": Command(f"{_HERE}.web", "pages and the API only; run several behind a proxy", serves=True),
    "live": Command(f"{_HERE}.live", "event streams only; run several behind a proxy", serves=True),
    "work": Command(f"{_HERE}.work", "the worker only: letters, promises, notices, what is swept", serves=True),
    "prepare": Command(f"{_HERE}.prepare", "make all that web, live and work need to start; on every machine"),
    "migrate": Command(f"{_HERE}.migrate", "bring the database to this version"),
    "doctor": Command("camdesk.config.doctor", "look at everything camdesk rests on and say what to do"),
    "backup": Command(f"{_HERE}.backup", "database, files and secret key into one file, while camdesk runs"),
    "restore": Command(f"{_HERE}.restore", "put a backup back"),
    "verify": Command(f"{_HERE}.verify", "whether each row has its file, and each file its row"),
    "scan": Command(f"{_HERE}.scan", "check files and letters for viruses now, again where that is asked for"),
    "api-key": Command(f"{_HERE}.api_key", "make a key for an integration"),
    "person": Command(f"{_HERE}.person", "invite customers to a login; give out or erase what is kept of somebody"),
    "audit": Command(f"{_HERE}.audit", "who saw and who changed whose data: check it, give it out"),
    "retention": Command(f"{_HERE}.retention", "how long what is kept, and what of it is due to be forgotten"),
    "hold": Command(f"{_HERE}.hold", "a legal hold: nothing of a person, an organisation, a request is erased"),
    "cameras": Command("camdesk.cameras.cli_import", "import sites and cameras from a CSV file"),
    "bot": Command("camdesk.bot.understanding.cli", "understand utterances; train the reader of the playbook"),
    "bench": Command("camdesk_bench.command", "measure what camdesk costs on this machine"),
    "playbook": Command(f"{_HERE}.playbook", "check, test, publish, export, compare or draw the playbook"),
    "demo": Command("camdesk_demo.cli_call", "play the telephone exchange: a call rings at the running demo"),
    "translations": Command("camdesk.config.translations", "compile the catalogues of screen strings", django=False),
}


def main(argv: list[str] | None = None) -> int:
    """Runs one command and returns its exit code: 0 done, 1 failed, 2 misspelt."""
    argv = list(sys.argv[1:] if argv is None else argv)
    argv = _take_early(argv)
    name = next((word for word in argv if not word.startswith("-")), None)
    parser = argparse.ArgumentParser(
        prog="camdesk",
        description="The support desk that sees the camera.",
        epilog="--data DIR (or CAMDESK_DATA) says where the data live; every command takes it.",
    )
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    module = None
    for known, command in COMMANDS.items():
        sub = commands.add_parser(known, help=command.help, description=command.help)
        if known == name:
            module = _load(name, command)
            module.add_arguments(sub)
    args = parser.parse_args(argv)
    assert module is not None
    try:
        return int(module.run(args))
    except KeyboardInterrupt:
        return 130


def _take_early(argv: list[str]) -> list[str]:
    """What must be known before the settings are read, wherever it stands: the data folder, the port in links, and how
    many workers share what follows from it."""
    early = argparse.ArgumentParser(prog="camdesk", add_help=False, allow_abbrev=False)
    early.add_argument("--data", metavar="DIR")
    known, rest = early.parse_known_args(argv)
    if known.data:
        os.environ["CAMDESK_DATA"] = os.path.abspath(known.data)
    early.add_argument("--port")
    early.add_argument("--workers")
    known = early.parse_known_args(argv)[0]
    if known.workers:
        os.environ["CAMDESK_WORKERS"] = known.workers
    port = known.port
    if port and not environment.text("CAMDESK_URL"):
        os.environ["CAMDESK_URL"] = f"http://127.0.0.1:{port}"
    return rest


def _load(name: str, command: Command) -> ModuleType:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "camdesk.config.settings")
    if command.serves:
        process_rights.refuse_root()
    # By this the database knows who is connected (config/occupants.py).
    os.environ.setdefault("PGAPPNAME", f"camdesk {name} on {socket.gethostname()[:24]} (pid {os.getpid()})")
    if command.django:  # what needs no Django writes into the checkout, which others may read
        import django

        process_rights.keep_files_private()
        django.setup()
        environment.refuse_unknown()
        if command.serves:
            for fault in environment.unknown_outside():
                print(f"camdesk: {fault}", file=sys.stderr, flush=True)
    return extras.load(command.module)
