"""Takes typed fields out of one mapping of the playbook; what is wrong becomes a problem with its line.

Every getter returns something usable even when the file is wrong, so that reading goes on and finds the next fault.
`done()` reports keys nobody asked for.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator
from datetime import date
from typing import Any

from camdesk.playbook.document import Span, Text
from camdesk.playbook.yaml_source import Items, Mark, Node, Problem, problem_at

SLUG = re.compile(r"[a-z][a-z0-9]*(?:[-_][a-z0-9]+)*\Z")
VALUE = re.compile(r"[a-z0-9]+(?:[-_.][a-z0-9]+)*\Z")
NAME = re.compile(r"[a-z][a-z0-9_]*\Z")
MAX_CHARS = 20_000
_CLOCK = re.compile(r"([01][0-9]|2[0-4]):([0-5][0-9])\Z")
_DURATION = re.compile(r"([1-9][0-9]{0,5})\s*(m|h)\Z")


class Fields:
    """The fields of `node`, which `what` names for the author (for example "topic")."""

    def __init__(self, node: Node, what: str, problems: list[Problem]) -> None:
        self.node = node
        self.what = what
        self._problems = problems
        self._asked: list[str] = []

    # ------------------------------------------------------------------ saying

    def say(self, key: str, code: str, text: str) -> None:
        """Reports a fault at the line of `key`."""
        self.say_at(self.node.mark_of(key), code, text)

    def say_at(self, mark: Mark, code: str, text: str) -> None:
        self._problems.append(problem_at(mark, code, text))

    def mark(self, key: str) -> Mark:
        return self.node.mark_of(key)

    def done(self) -> None:
        """Reports every key of the mapping that no getter asked for."""
        for key in self.node:
            if key not in self._asked:
                near = difflib.get_close_matches(key, self._asked, 1)
                hint = f" (did you mean «{near[0]}»?)" if near else ""
                self.say(key, "unknown-key", f"unknown key «{key}» in {self.what}{hint}")

    # ------------------------------------------------------------------ taking

    def raw(self, key: str, *, required: bool = False) -> Any:
        """The value as it was written, None when absent."""
        self._asked.append(key)
        value = self.node.get(key)
        if value is None and (required or key in self.node):
            self.say(key, "missing-key", f"«{key}» is {'missing' if key not in self.node else 'empty'} in {self.what}")
        return value

    def word(self, key: str, *, required: bool = False, default: str = "", max_chars: int = 500) -> str:
        """One line or more of text; numbers are taken as they are written."""
        value = self.raw(key, required=required)
        if value is None:
            return default
        if isinstance(value, (Node, Items, bool)):
            self.say(key, "wrong-type", f"«{key}» must be a text")
            return default
        text = str(value).strip()
        if len(text) > max_chars:
            self.say(key, "too-long", f"«{key}» is longer than {max_chars} characters")
            return text[:max_chars]
        return text

    def identifier(self, key: str, pattern: re.Pattern[str] = SLUG, *, required: bool = True) -> str:
        """An id: small latin letters, digits, hyphens or underscores."""
        value = self.word(key, required=required, max_chars=64)
        if value and not pattern.match(value):
            self.say(key, "bad-id", f"«{value}» cannot be an id: use small latin letters, digits and hyphens")
        return value

    def one_of(self, key: str, allowed: tuple[str, ...], *, default: str = "") -> str:
        """One word of `allowed`; required when there is no default."""
        value = self.word(key, required=not default, default=default)
        if value and value not in allowed:
            self.say(key, "bad-value", f"«{key}» is «{value}»; it can be {', '.join(allowed)}")
            return default or allowed[0]
        return value or default or allowed[0]

    def flag(self, key: str, default: bool) -> bool:
        """true or false."""
        value = self.raw(key)
        if value is None:
            return default
        if not isinstance(value, bool):
            self.say(key, "wrong-type", f"«{key}» must be true or false")
            return default
        return value

    def integer(self, key: str, low: int, high: int, default: int | None = None) -> int | None:
        """A whole number between `low` and `high`."""
        value = self.raw(key)
        if value is None:
            return default
        if isinstance(value, bool) or not isinstance(value, int):
            self.say(key, "wrong-type", f"«{key}» must be a whole number")
            return default
        if not low <= value <= high:
            self.say(key, "bad-value", f"«{key}» is {value}; it can be from {low} to {high}")
            return default
        return value

    def number(self, key: str, low: int, high: int, default: int) -> int:
        """As `integer`, never None."""
        value = self.integer(key, low, high, default)
        return default if value is None else value

    def minutes(self, key: str, default: int | None = None) -> int:
        """A duration «15m» or «8h» in minutes, 0 of what is none; required where there is no default."""
        written = self.word(key, required=default is None)
        if not written and default is not None:
            return default
        found = _DURATION.match(written)
        if not found:
            if written:
                self.say(key, "bad-duration", f"«{key}» is «{written}»; write minutes or hours: 15m, 8h")
            return 0
        return int(found[1]) * (60 if found[2] == "h" else 1)

    def text(self, key: str, *, required: bool = False, translated: bool = False, max_chars: int = MAX_CHARS) -> Text:
        """A text: plain (Russian) or `{ru: …, en: …}`. `translated`: English may not be missing."""
        value = self.raw(key, required=required)
        return Text() if value is None else self._text(value, self.mark(key), key, translated, max_chars)

    def texts(self, key: str) -> tuple[Text, ...]:
        """A list of texts."""
        return tuple(self._text(value, mark, key, False, MAX_CHARS) for value, mark in self.items(key))

    def words(self, key: str) -> tuple[str, ...]:
        """A list of plain texts; the same one twice is a fault."""
        found: list[str] = []
        for value, mark in self.items(key):
            if isinstance(value, (Node, Items, bool)) or value is None:
                self.say_at(mark, "wrong-type", f"«{key}» must be a list of texts")
                continue
            word = str(value).strip()
            if word in found:
                self.say_at(mark, "duplicate", f"«{word}» stands twice in «{key}»")
            else:
                found.append(word)
        return tuple(found)

    def items(self, key: str, *, required: bool = False) -> Iterator[tuple[Any, Mark]]:
        """The items of a list, each with its line; nothing when absent."""
        value = self.raw(key, required=required)
        if value is None:
            return
        if not isinstance(value, Items):
            self.say(key, "wrong-type", f"«{key}» must be a list")
            return
        yield from ((item, value.mark_of(index)) for index, item in enumerate(value))

    def nodes(self, key: str, what: str, *, required: bool = False) -> Iterator[Fields]:
        """The items of a list of mappings."""
        for item, mark in self.items(key, required=required):
            if isinstance(item, Node):
                yield Fields(item, what, self._problems)
            else:
                self.say_at(mark, "wrong-type", f"«{key}»: expected a {what} with keys and values")

    def node_of(self, key: str, what: str, *, required: bool = False) -> Fields | None:
        """The mapping under `key`, None when absent."""
        value = self.raw(key, required=required)
        if value is None:
            return None
        if not isinstance(value, Node):
            self.say(key, "wrong-type", f"«{key}» must have keys and values")
            return None
        return Fields(value, what, self._problems)

    def spans(self, key: str) -> tuple[Span, ...]:
        """A list of «09:00-18:00», in order and apart from each other."""
        found: list[Span] = []
        for value, mark in self.items(key):
            span = _span(value)
            if span is None:
                self.say_at(mark, "bad-hours", f"«{value}» is not hours; write 09:00-18:00")
            elif found and span.start < found[-1].end:
                self.say_at(mark, "bad-hours", f"«{value}» begins before the previous hours end")
            else:
                found.append(span)
        return tuple(found)

    def calendar_day(self, key: str) -> str:
        """A date «2026-05-09», or «05-09» for every year; required."""
        written = self.word(key, required=True)
        full = written if len(written) == 10 else f"2024-{written}"  # a leap year: 02-29 is a day
        try:
            known = date.fromisoformat(full).isoformat() == full
        except ValueError:
            known = False
        if written and not known:
            self.say(key, "bad-date", f"«{written}» is not a date; write 2026-05-09, or 05-09 for every year")
        return written if known else "01-01"

    def _text(self, value: Any, mark: Mark, key: str, translated: bool, max_chars: int) -> Text:
        if isinstance(value, Node):
            inner = Fields(value, f"the text «{key}»", self._problems)
            text = Text(inner.word("ru", required=True, max_chars=max_chars), inner.word("en", max_chars=max_chars))
            inner.done()
        elif isinstance(value, (Items, bool)) or value is None:
            self.say_at(mark, "wrong-type", f"«{key}» must be a text, or ru: and en: with texts")
            return Text()
        else:
            text = Text(str(value).strip())
            if len(text.ru) > max_chars:
                self.say_at(mark, "too-long", f"«{key}» is longer than {max_chars} characters")
        if translated and text.ru and not text.en:
            self.say_at(mark, "no-translation", f"«{key}» has no English text (en)")
        return text


def _span(value: Any) -> Span | None:
    parts = [_CLOCK.match(part.strip()) for part in str(value).split("-")]
    if len(parts) != 2 or parts[0] is None or parts[1] is None:
        return None
    start, end = (int(part[1]) * 60 + int(part[2]) for part in parts if part)
    return Span(start, end) if start < end <= 1440 else None
