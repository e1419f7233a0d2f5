"""What Russian and English words look like: letter pairs and known stems, learnt from the project's own texts.

`letter_pairs.json` is the table; `python -m camdesk.lib.letter_pairs FILE…` makes it again from YAML, Markdown and
plain text (only needed when the playbook's language changes much). Layout and translit repair judge by it.
"""

import json
import math
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable
from functools import lru_cache
from itertools import pairwise
from pathlib import Path

from camdesk.lib.stems import stem

RUSSIAN = " абвгдежзийклмнопрстуфхцчшщъыьэюя"  # the blank is the edge of a word
ENGLISH = " abcdefghijklmnopqrstuvwxyz"
TABLE = Path(__file__).with_suffix(".json")
_NEVER = -7.0  # a letter outside the alphabet, per pair


class Letters:
    """Log-probabilities of letter pairs and the known stems of one language."""

    def __init__(self, alphabet: str, pairs: dict[str, float], stems: frozenset[str]) -> None:
        self.alphabet = alphabet
        self.pairs = pairs
        self.stems = stems

    def likeness(self, word: str) -> float:
        """Mean log-probability of the word's letter pairs: about -2.4 for real words, below -3.5 for gibberish."""
        pairs = self.pairs
        last = " "
        total = 0.0
        for letter in word:
            total += pairs.get(last + letter, _NEVER)
            last = letter
        return (total + pairs.get(last + " ", _NEVER)) / (len(word) + 1)

    def knows(self, word: str) -> bool:
        """Whether the word's stem occurs in our own texts."""
        return stem(word) in self.stems


@lru_cache(maxsize=1)
def _table() -> dict[str, Letters]:
    raw = json.loads(TABLE.read_text(encoding="utf-8"))
    return {name: _language(alphabet, raw[name]) for name, alphabet in (("ru", RUSSIAN), ("en", ENGLISH))}


def _language(alphabet: str, raw: dict[str, str]) -> Letters:
    """The table holds one letter per pair: "A" is log-probability 0, each next letter -0.25."""
    names = [first + second for first in alphabet for second in alphabet]
    pairs = {name: -(ord(code) - 65) / 4 for name, code in zip(names, raw["pairs"], strict=True)}
    return Letters(alphabet, pairs, frozenset(raw["stems"].split()))


def russian() -> Letters:
    return _table()["ru"]


def english() -> Letters:
    return _table()["en"]


def learn(texts: Iterable[str]) -> dict[str, dict[str, str]]:
    """Count the letter pairs and stems of both languages; the result is what letter_pairs.json holds."""
    words: Counter[str] = Counter()
    for text in texts:
        words.update(re.findall(r"[а-я]+|[a-z]+", text.lower().replace("ё", "е")))
    found = {}
    for name, alphabet, pattern in (("ru", RUSSIAN, r"[а-я]+"), ("en", ENGLISH, r"[a-z]+")):
        own = {word: count for word, count in words.items() if re.fullmatch(pattern, word)}
        stems = sorted({stem(word) for word in own})
        found[name] = {"pairs": _pairs(alphabet, own), "stems": " ".join(stems)}
    return found


def _pairs(alphabet: str, words: dict[str, int]) -> str:
    counts: dict[str, float] = defaultdict(float)
    firsts: dict[str, float] = defaultdict(float)
    for word, count in words.items():
        edged = f" {word} "
        weight = 1 + math.log(count)  # one very common word must not shape the whole table
        for first, second in pairwise(edged):
            counts[first + second] += weight
            firsts[first] += weight
    codes = []
    for first in alphabet:
        for second in alphabet:
            chance = (counts[first + second] + 0.2) / (firsts[first] + 0.2 * len(alphabet))
            codes.append(chr(65 + min(28, round(-4 * math.log(chance)))))
    return "".join(codes)


def main(paths: list[str]) -> None:
    table = learn(Path(path).read_text(encoding="utf-8") for path in paths)
    TABLE.write_text(json.dumps(table, ensure_ascii=False, indent=0) + "\n", encoding="utf-8")
    print({name: len(part["stems"].split()) for name, part in table.items()})


if __name__ == "__main__":
    main(sys.argv[1:])
