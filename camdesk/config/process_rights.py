"""What a process of camdesk is on its machine: no root, and what it writes is for nobody else. Needs no Django: it is
asked before the settings are read, which make the data folder."""

import os
from typing import Final

from camdesk.config import environment as env

OTHERS: Final = 0o077  # the bits of a mode that are not its owner's


def root_is_allowed() -> bool:
    """Named by the operator; the demo names itself, so that a newcomer in a container needs one command."""
    return env.flag("CAMDESK_ALLOW_ROOT", default=env.flag("CAMDESK_DEMO"))


def refuse_root() -> None:
    """Raises SystemExit with one sentence when this process is root and nobody has allowed that."""
    if os.geteuid() == 0 and not root_is_allowed():
        raise SystemExit(
            "camdesk: this is root, and whoever broke into camdesk would own the machine: start it as a user of its own"
            " (docs/operating.md says how), or accept that by name: CAMDESK_ALLOW_ROOT=1"
        )


def keep_files_private() -> None:
    """From here on folders are made 0700 and files 0600, whatever the shell says."""
    os.umask(OTHERS)
