"""Readers of playbooks, learnt once for all processes and runs: each costs ten seconds of CPU (tests/made_once.py).

The product looks for them in its data folder, and puts there what it learnt.
"""

import os
import shutil
from pathlib import Path

from tests import made_once


def readers() -> Path:
    """The folder of those that this state of the code has learnt."""
    made_from = made_once.sources("camdesk/bot", "camdesk/lib", "camdesk/playbook", "playbook")
    return made_once.folder("readers", made_from, lambda empty: empty)


def share() -> None:
    """This process finds them, and leaves its own there."""
    Path(os.environ["CAMDESK_DATA"], "understanding").symlink_to(readers())


def give(data: Path) -> Path:
    """This data folder has what was learnt so far: for a real first start whose training is not what is proven."""
    shutil.copytree(readers(), data / "understanding")
    return data
