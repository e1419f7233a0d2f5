"""Trains the reader on one playbook: the same playbook gives the same model, on one core in some seconds.

Kernel ridge regression: one solve over the examples, which the model keeps as what texts are compared with. A topic's
phrases count fully; its title, symptom, steps and article count a little.
"""

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

from camdesk.bot.understanding.decision import NONE, Held, calibrated
from camdesk.bot.understanding.features import Reader, TextReading
from camdesk.bot.understanding.lexicon import Synonyms
from camdesk.bot.understanding.matrices import Sparse, bent, inverse
from camdesk.bot.understanding.model import Model, blend, vector
from camdesk.bot.understanding.sentence_vectors import Meaning, Vectors, blended, learnt

if TYPE_CHECKING:
    import numpy as np

RIDGE = 0.2
K1, B = 1.2, 0.4
_FOLDS, _SEED = 5, 0
_MOST_FEATURES = 14_000
# How much one example of each kind counts against a phrase.
WEIGHTS = {"phrase": 1.0, "title": 1.0, "synonym": 0.7, "symptom": 0.5, "step": 0.5, "article": 0.5}
_SHORT_KINDS = frozenset({"phrase", "title", "synonym", "symptom"})


@dataclass(frozen=True, slots=True)
class Example:
    """One text that belongs to a topic (`topic` = NONE: to no topic of ours). `kind` is a key of WEIGHTS."""

    topic: str
    text: str
    kind: str = "phrase"


@dataclass(frozen=True, slots=True)
class Course:
    """What a reader is trained on. `topics`: (id, ref) in order; `person`, `never_open`: as in `Model`."""

    topics: tuple[tuple[str, str], ...]
    examples: tuple[Example, ...]
    synonyms: Mapping[str, Sequence[str]]
    person: str = ""
    never_open: tuple[str, ...] = ()

    def without(self, held: Iterable[int]) -> "Course":
        """The same course without the examples of these numbers."""
        gone = set(held)
        return replace(self, examples=tuple(item for at, item in enumerate(self.examples) if at not in gone))


def train(course: Course, *, vectors: Vectors | None = None) -> Model:
    """A model of the course, its probabilities and limits fitted by cross-validation on the course's own phrases.
    With `vectors` it judges by meaning too; that takes some ten milliseconds an example."""
    bench = Workbench(course)
    model = bench.model()
    if vectors is None:
        return calibrated(model, bench.held_out(model))
    meaning, meant = bench.meaning(vectors)
    return replace(calibrated(model, bench.held_out(model, meant=meant)), meaning=meaning)


class Workbench:
    """The course read once: vectors, the kernel between all examples, the phrase index. Solves for any part of it."""

    def __init__(self, course: Course) -> None:
        import numpy as np

        ids = [topic for topic, _ in course.topics] + [NONE]
        column = {topic: at for at, topic in enumerate(ids)}
        self.course = course
        self.ids = tuple(ids)
        # In the order of the topics, so that the phrases of each stand together for the phrase index.
        self.examples = sorted(course.examples, key=lambda example: column[example.topic])
        self._synonyms = Synonyms(course.synonyms)
        reader = Reader(self._synonyms)
        self.readings = [reader.read(example.text) for example in self.examples]
        self.labels = np.array([column[example.topic] for example in self.examples], dtype=np.int32)
        self.importance = _importance(self.examples, self.labels)
        self.features, self.idf = _vocabulary(self.readings, self.examples)
        idf = self.idf.tolist()
        self._matrix = Sparse.of([vector(reading, self.features, idf) for reading in self.readings], len(self.features))
        self.counts: Counter[str] = Counter()
        self._holders: Counter[str] = Counter()
        for example, reading in zip(self.examples, self.readings, strict=True):
            if example.kind in _SHORT_KINDS:
                self._holders.update({*reading.own, *reading.stems})
                self.counts.update(reading.own)
        for part in self._synonyms.stems:
            self.counts[part] += 1

    def model(self) -> Model:
        """The model of all examples, not yet calibrated."""
        stems, starts, phrases, gains, edges, count = _phrase_index(
            self.readings, self.examples, self.labels, len(self.ids)
        )
        return Model(
            topics=self.ids,
            refs=(*(ref for _, ref in self.course.topics), ""),
            features=self.features,
            idf=self.idf,
            examples=self._matrix,
            weights=self._alpha,
            stems=stems,
            starts=starts,
            phrases=phrases,
            gains=gains,
            edges=edges,
            counts=dict(sorted(self.counts.items())),
            synonyms={word: list(variants) for word, variants in self.course.synonyms.items()},
            phrase_count=count,
            person=self.course.person,
            never_open=self.course.never_open,
        )

    def meaning(self, vectors: Vectors) -> tuple[Meaning, "np.ndarray"]:
        """What the examples teach by meaning, and the scores of each phrase by what the other folds teach."""
        found = vectors([example.text for example in self.examples])
        return learnt(found, self._wanted, self.importance, self._folds(_FOLDS, _SEED))

    def held_out(self, model: Model, *, meant: "np.ndarray | None" = None) -> list["Held"]:
        """Every phrase judged as by a model that has not seen its fold; folds are stratified by topic. `meant`: the
        scores of `meaning`, where they are blended in.

        Without solving again: what a fold F is predicted to be by the rest is y_F - (G_FF)^-1 alpha_F, G being the
        inverse of the kernel with its ridge.
        """
        import numpy as np

        fold_of = self._folds(_FOLDS, _SEED)
        short = np.array([at for at, example in enumerate(self.examples) if example.kind in _SHORT_KINDS])
        found = []
        for fold in range(_FOLDS):
            members = np.flatnonzero(fold_of == fold)
            if not len(members):
                continue
            own = self._inverse[np.ix_(members, members)]
            compared = self._wanted[members] - np.linalg.solve(own, self._alpha[members])
            hidden = fold_of[short] == fold
            for row, at in enumerate(members):
                scores = blend(compared[row], model.by_phrases(self.readings[at], hidden))
                if meant is not None:
                    scores = blended(scores, meant[at])
                found.append(Held(self.examples[at], int(self.labels[at]), scores, self._known(int(at))))
        return found

    def _known(self, at: int) -> float:
        """The share of the example's stems that other examples or the synonyms hold too, as `Model.known` would say."""
        own = self.readings[at].own
        known = sum(1 for stem in own if self._holders[stem] > 1 or stem in self._synonyms.stems)
        return known / len(own) if own else 0.0

    def _folds(self, folds: int, seed: int) -> "np.ndarray":
        """The fold of each phrase, -1 for the other examples: those are always there."""
        import random

        import numpy as np

        fold_of = np.full(len(self.examples), -1)
        dice = random.Random(seed)  # noqa: S311 - folds, not secrets
        phrases: dict[int, list[int]] = {}
        for at, example in enumerate(self.examples):
            if example.kind == "phrase":
                phrases.setdefault(int(self.labels[at]), []).append(at)
        for label, members in phrases.items():
            dice.shuffle(members)
            for turn, at in enumerate(members):
                fold_of[at] = (turn + label) % folds
        return fold_of

    @cached_property
    def _wanted(self) -> "np.ndarray":
        import numpy as np

        wanted = np.zeros((len(self.examples), len(self.ids)), dtype=np.float32)
        wanted[np.arange(len(self.examples)), self.labels] = 1.0
        return wanted

    @cached_property
    def _inverse(self) -> "np.ndarray":
        """(K + ridge/importance)^-1"""
        import numpy as np

        kernel = bent(self._matrix.kernel())
        kernel[np.diag_indices(len(kernel))] += (RIDGE / self.importance).astype(np.float32)
        return inverse(kernel)

    @cached_property
    def _alpha(self) -> "np.ndarray":
        import numpy as np

        return np.asarray(self._inverse @ self._wanted)


def _vocabulary(readings: list[TextReading], examples: list[Example]) -> tuple[dict[str, int], "np.ndarray"]:
    """Features that occur in two examples at least (words: in one), the commonest first, and their idf."""
    import numpy as np

    seen: Counter[str] = Counter()
    for reading in readings:
        for block in reading.features():
            seen.update(set(block))
    kept = [name for name, count in seen.items() if count > 1 or name[0] == "="]
    kept.sort(key=lambda name: (-seen[name], name))
    del kept[_MOST_FEATURES:]
    idf = np.array([math.log((1 + len(examples)) / (1 + seen[name])) + 1 for name in kept], dtype=np.float32)
    return {name: at for at, name in enumerate(kept)}, idf


def _importance(examples: list[Example], labels: "np.ndarray") -> "np.ndarray":
    """The weight of each example: by its kind, and less in topics with many, so that rich topics do not shout."""
    import numpy as np

    kinds = np.array([WEIGHTS[example.kind] for example in examples], dtype=np.float64)
    totals = np.bincount(labels, weights=kinds)
    mean = totals[totals > 0].mean() if len(examples) else 1.0
    return np.asarray(kinds * np.sqrt(mean / totals[labels]))


def _phrase_index(
    readings: list[TextReading], examples: list[Example], labels: "np.ndarray", topics: int
) -> tuple[dict[str, int], "np.ndarray", "np.ndarray", "np.ndarray", "np.ndarray", int]:
    """BM25 of the short examples: for each stem the phrases that hold it and what it brings them."""
    import numpy as np

    short = [at for at, example in enumerate(examples) if example.kind in _SHORT_KINDS]
    bags = [list(dict.fromkeys([*readings[at].stems, *readings[at].own])) for at in short]
    mean = sum(len(bag) for bag in bags) / max(len(bags), 1)
    holders: dict[str, list[int]] = {}
    for number, bag in enumerate(bags):
        for stem in bag:
            holders.setdefault(stem, []).append(number)
    stems: dict[str, int] = {}
    starts: list[int] = [0]
    phrases: list[int] = []
    gains: list[float] = []
    for stem in sorted(holders):
        stems[stem] = len(stems)
        held = holders[stem]
        idf = math.log(1 + (len(bags) - len(held) + 0.5) / (len(held) + 0.5))
        phrases.extend(held)
        gains.extend(idf * (K1 + 1) / (1 + K1 * (1 - B + B * len(bags[number]) / mean)) for number in held)
        starts.append(len(phrases))
    # A topic without a short example points at its neighbour's first phrase or the empty one at the end.
    edges = np.searchsorted(labels[short], np.arange(topics)) if short else np.zeros(topics)
    return (
        stems,
        np.array(starts, dtype=np.int32),
        np.array(phrases, dtype=np.int32),
        np.array(gains, dtype=np.float32),
        edges.astype(np.int32),
        len(bags),
    )
