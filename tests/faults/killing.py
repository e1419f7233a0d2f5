"""Lets a process of its own die by signal 9 at a marked point (camdesk/lib/failpoints.py)."""

import os
import signal
from collections.abc import Callable

from django.db import connections

from camdesk.lib import failpoints


def killed_at(point: str, work: Callable[[], object]) -> None:
    """Runs `work` in a process that dies at `point`."""
    connections.close_all()
    child = os.fork()
    if child == 0:
        try:
            failpoints.listener = lambda name: os.kill(os.getpid(), signal.SIGKILL) if name == point else None
            work()
        finally:
            os._exit(3)  # the point was never reached
    assert os.waitpid(child, 0)[1] == signal.SIGKILL, f"{point} was not reached"
