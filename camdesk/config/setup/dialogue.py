"""Who answers: a person at a terminal, or flags alone. Both give checked answers; what a flag says is not asked."""

import contextlib
import getpass
import sys
from argparse import Namespace
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from camdesk.config.setup.answers import NONE, SetupQuestion, UnfitAnswer

_LONGEST_SECRET = 1000


class Stopped(SystemExit):
    """Setup ends here; the sentence says why."""

    def __init__(self, *why: str) -> None:
        super().__init__("\n".join(f"camdesk: {line}" for line in why))


@dataclass
class Asker:
    """`wrong`: what flags got wrong or do not say, so that all of it is told at once."""

    flags: Namespace
    talks: bool
    wrong: list[str] = field(default_factory=list)
    _read: dict[str, str] = field(default_factory=dict)  # passwords out of files: a line of the input comes once

    def answer(self, question: SetupQuestion, *, known: str, none: bool = False) -> str:
        """The checked answer; `known`: the present one, which an empty answer keeps. `none`: the present one is that
        there is none."""
        said = self._flag(question.name)
        if said is not None:
            return self._checked(question, said, known)
        while self.talks:
            shown = known or (NONE if none else "")
            typed = self._line(f"{question.ask}{f' [{shown}]' if shown else ''}: ") or known or (NONE if none else "")
            if not typed and question.needed:
                print("  an answer is needed")
                continue
            try:
                return question.check(typed) if typed else ""
            except UnfitAnswer as why:
                print(f"  {why}")
        if not known and question.needed and not none:
            self.wrong.append(f"--{question.name} is missing: {question.told}")
        return known

    def secret(self, name: str, ask: str, *, known: str = "", twice: bool = False) -> str:
        """A password: typed unseen, or out of the file that --NAME-file names («-»: the next line of the input)."""
        place = self._flag(f"{name}-file")
        if place is not None:
            if name not in self._read:
                self._read[name] = self._from(place, name)
            return self._read[name]
        while self.talks:
            typed = self._unseen(f"{ask}{' [as it is]' if known else ''}: ")
            if twice and typed and self._unseen("  once more: ") != typed:
                print("  these are not the same")
                continue
            return typed or known
        return known

    def says(self, name: str) -> bool:
        return self._flag(name) is not None

    def agreed(self, ask: str) -> bool:
        """A question of yes and no; without a person: no."""
        return self.talks and self._line(f"{ask} [y/N]: ").lower() in ("y", "yes", "д", "да")

    def done(self) -> None:
        """Raises Stopped where flags were wrong or missing."""
        if self.wrong:
            raise Stopped(*self.wrong, "nothing was changed")

    def _flag(self, name: str) -> str | None:
        value = getattr(self.flags, name.replace("-", "_"), None)
        return None if value is None else str(value)

    def _checked(self, question: SetupQuestion, said: str, known: str) -> str:
        said = said.strip()
        try:
            if not said and question.needed:
                raise UnfitAnswer("an answer is needed")
            return question.check(said) if said else ""
        except UnfitAnswer as why:
            self.wrong.append(f"--{question.name}: {why}")
            return known

    def _from(self, place: str, name: str) -> str:
        try:
            text = sys.stdin.readline() if place == "-" else Path(place).read_text(encoding="utf-8")
        except OSError as error:
            self.wrong.append(f"--{name}-file: {place} cannot be read: {error.strerror}")
            return ""
        except UnicodeDecodeError:
            self.wrong.append(f"--{name}-file: {place} is no text in UTF-8")
            return ""
        secret = text.rstrip("\r\n")
        if not secret or len(secret.splitlines()) > 1 or len(secret) > _LONGEST_SECRET:
            self.wrong.append(f"--{name}-file: one line with the password is needed")
            return ""
        return secret

    def _line(self, ask: str) -> str:
        with _ended():
            return input(ask).strip()

    def _unseen(self, ask: str) -> str:
        with _ended():
            return getpass.getpass(ask)


@contextlib.contextmanager
def _ended() -> Iterator[None]:
    try:
        yield
    except (EOFError, KeyboardInterrupt):
        print()
        raise Stopped("stopped before the end") from None
