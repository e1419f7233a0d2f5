"""Templates compiled once for all processes and runs: to compile those of a process's first pages takes seconds.

What is written in a template is worked out when it is compiled (camdesk/ui/constant_folding.py), by any of our code.
"""

from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemBytecodeCache
from jinja2.bccache import Bucket

from tests import made_once


class CompiledPages(FileSystemBytecodeCache):
    def __init__(self) -> None:
        self._place: str | None = None
        super().__init__(directory="", pattern="%s")

    @property
    def directory(self) -> str:
        """Looked for at the first template: most processes of the tests render none."""
        if self._place is None:
            made_from = [*made_once.sources("camdesk"), Path(__file__)]
            self._place = str(made_once.folder("templates", made_from, lambda new: new))
        return self._place

    @directory.setter
    def directory(self, _named: str) -> None:
        """Jinja2 sets what it was given."""

    def get_bucket(self, environment: Environment, name: str, filename: str | None, source: str) -> Bucket:
        """One for each language: its words are in what is compiled."""
        language: Any = getattr(environment, "language", "")
        return super().get_bucket(environment, f"{language}/{name}", filename, source)
