"""A text → what the model looks at: stems, pairs of stems, and letter groups of two to five.

Letter groups forgive endings and slips; stems and pairs carry the meaning; synonyms and mended slips come before both.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from camdesk.bot.understanding.lexicon import Synonyms
from camdesk.bot.understanding.typos import mend
from camdesk.lib.letter_pairs import russian
from camdesk.lib.stems import STOP_WORDS
from camdesk.lib.text import analyse

LONGEST = 1200  # characters that are read: a customer says what it is about at once, a log or a quoted letter follows
_MOST_WORDS = 60


@dataclass(frozen=True, slots=True)
class TextReading:
    """One text as the model sees it: `stems` after synonyms, `own` as they were said, `groups` of letters."""

    stems: list[str]
    own: list[str]
    groups: list[str] = field(default_factory=list)

    def features(self) -> list[tuple[str, ...]]:
        """The three blocks of feature names: letter groups, stems, pairs of stems."""
        words = [f"={name}" for name in [*self.stems, *(name for name in self.own if name not in self.stems)]]
        pairs = [f"+{first} {second}" for first, second in zip(self.stems, self.stems[1:], strict=False)]
        return [tuple(self.groups), tuple(words), tuple(pairs)]


class Reader:
    """Reads texts with the synonyms of one playbook; with the known stems of its phrases it also mends slips."""

    def __init__(self, synonyms: Synonyms, counts: Mapping[str, int] | None = None) -> None:
        self.synonyms = synonyms
        self._counts = counts or {}

    def read(self, text: str) -> TextReading:
        words = [self._mended(found.word, found.stem) for found in analyse(text[:LONGEST])[:_MOST_WORDS]]
        telling = [(word, part) for word, part in words if word not in STOP_WORDS]
        own = [part for _, part in telling]
        stems = self.synonyms.replace(words)
        groups: list[str] = []
        for word in [*(word for word, _ in telling), *(ours for ours in stems if ours not in own)]:
            edged = f" {word[:20]} "
            for size in (2, 3, 4, 5):
                groups.extend(edged[at : at + size] for at in range(len(edged) - size + 1))
        return TextReading(stems, own, groups)

    def _mended(self, word: str, part: str) -> tuple[str, str]:
        """The word and its stem; when the stem is mended it stands for the word too."""
        if not self._counts or part in self._counts or word in STOP_WORDS or russian().knows(word):
            return word, part
        mended = mend(part, self._counts)
        return (word, part) if mended == part else (mended, mended)
