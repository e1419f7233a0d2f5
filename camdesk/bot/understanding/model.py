"""The trained reader: ranks topics for a text in about a millisecond, and fits into one small file.

Two opinions are blended: kernel ridge regression on letter groups, stems and pairs (the text is compared with every
example, by a kernel that is bent a little, so that what goes together counts more than its parts) and the best-matching
phrase of each topic (BM25); where it was asked for, a third, by meaning (sentence_vectors.py). All are numpy arrays;
nothing is pickled.
"""

import io
import json
import math
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from camdesk.bot.understanding.decision import NONE, Calibration, Judgement, judgement
from camdesk.bot.understanding.features import LONGEST, Reader, TextReading
from camdesk.bot.understanding.lexicon import Synonyms
from camdesk.bot.understanding.matrices import SPARSE, Sparse, bent
from camdesk.bot.understanding.sentence_vectors import Meaning

if TYPE_CHECKING:
    import numpy as np

FORMAT = 3
BLOCKS = (0.55, 0.40, 0.15)  # how much letter groups, stems and pairs weigh; chosen by cross-validation
_LONG = 10  # telling words: from here on a text is also read by its sentences
_MOST_SENTENCES = 12
_SENTENCE = re.compile(r"[.!?;\n]+\s*")
PHRASES = 0.2  # how much the best-matching phrase weighs against the comparison with all examples


class NotAModel(ValueError):
    """The bytes are not a model of this format."""


@dataclass(frozen=True)
class Model:
    """A trained reader. `topics`: ids in the order of the columns; the last one, NONE, stands for what is not ours.

    `person`: the topic that asks for a person; `never_open`: topics that nobody is sent to; `calibration` turns scores
    into probabilities; `meaning`: the opinion of the optional extra.
    """

    topics: tuple[str, ...]
    refs: tuple[str, ...]
    features: dict[str, int]
    idf: "np.ndarray"  # float32, per feature
    examples: Sparse  # what it was trained on, example x feature
    weights: "np.ndarray"  # float32, examples x topics
    stems: dict[str, int]
    starts: "np.ndarray"  # int32: where each stem's row begins in the next two
    phrases: "np.ndarray"  # int32: phrase numbers
    gains: "np.ndarray"  # float32: BM25 gain of the stem in that phrase
    edges: "np.ndarray"  # int32: where each topic's phrases begin
    counts: dict[str, int]
    synonyms: dict[str, list[str]]
    phrase_count: int
    person: str = ""
    never_open: Sequence[str] = ()
    calibration: Calibration = field(default_factory=Calibration)
    meaning: Meaning | None = None

    @cached_property
    def reader(self) -> Reader:
        return Reader(Synonyms(self.synonyms), self.counts)

    @cached_property
    def _idf(self) -> list[float]:
        return [float(value) for value in self.idf]  # a list: the array makes a new number at each look

    def judge(self, text: str) -> Judgement:
        """The ranking of the topics with its calibrated sureness; no topics for a text without words."""
        reading = self.reader.read(text)
        if not reading.own:
            return Judgement([], 0.0, NONE)
        scores = self._weighed(text, reading)
        if self.meaning is not None:
            scores = self.meaning.joined(scores, text)
        return judgement(self, scores, self._known(reading))

    def _weighed(self, text: str, reading: TextReading) -> "np.ndarray":
        """The scores of a text; of a long one, half by its best sentence: a letter says once what it is about."""
        whole = blend(self._compared(reading), self.by_phrases(reading))
        if len(reading.own) <= _LONG:
            return whole
        parts = [self.reader.read(part) for part in _SENTENCE.split(text[:LONGEST])[:_MOST_SENTENCES]]
        said = [blend(self._compared(part), self.by_phrases(part)) for part in parts if len(part.own) > 1]
        if len(said) < 2:
            return whole
        import numpy as np

        best = np.max(said, axis=0)
        best[-1] = whole[-1]  # a sentence that is none of our business does not make the letter so
        return np.asarray((whole + best) / 2)

    def rank(self, text: str) -> list[tuple[str, float]]:
        """The likeliest topics, best first, at most five: (topic id, probability). Empty for a text without words."""
        return self.judge(text).topics

    def _known(self, reading: TextReading) -> float:
        """The share of the text's stems that our phrases or synonyms know, 0..1."""
        known = sum(1 for stem in reading.own if stem in self.stems or stem in self.reader.synonyms.stems)
        return known / len(reading.own)

    def _compared(self, reading: TextReading) -> "np.ndarray":
        """The opinion of kernel ridge regression: every example votes by how like it the text is."""
        import numpy as np

        places, values = vector(reading, self.features, self._idf)
        return np.asarray(bent(self.examples.products(places, values)) @ self.weights)

    def by_phrases(self, reading: TextReading, hidden: "np.ndarray | None" = None) -> "np.ndarray":
        """The BM25 gain of the best phrase of each topic; phrases marked in `hidden` are not looked at."""
        import numpy as np

        sums = np.zeros(self.phrase_count + 1, dtype=np.float32)
        for stem in dict.fromkeys([*reading.stems, *reading.own]):
            row = self.stems.get(stem)
            if row is not None:
                start, end = self.starts[row], self.starts[row + 1]
                sums[self.phrases[start:end]] += self.gains[start:end]
        if hidden is not None:
            sums[:-1][hidden] = 0.0
        return np.asarray(np.maximum.reduceat(sums, self.edges))

    # ------------------------------------------------------------ one file

    def save(self) -> bytes:
        """The model as the bytes of an .npz file; `Model.load` reads them back to the same answers."""
        import numpy as np

        head = {
            "format": FORMAT,
            "topics": self.topics,
            "refs": self.refs,
            "features": list(self.features),
            "stems": list(self.stems),
            "counts": self.counts,
            "synonyms": self.synonyms,
            "phrase_count": self.phrase_count,
            "person": self.person,
            "never_open": list(self.never_open),
            "calibration": asdict(self.calibration),
        }
        text = json.dumps(head, ensure_ascii=False, separators=(",", ":")).encode()
        file = io.BytesIO()
        arrays = {name: getattr(self, name) for name in _ARRAYS}
        arrays |= {f"example_{name}": getattr(self.examples, name) for name in SPARSE}
        if self.meaning is not None:
            arrays |= {"centre": self.meaning.centre, "meaning": self.meaning.weights}
        np.savez(file, head=np.frombuffer(text, dtype=np.uint8), **arrays)
        return file.getvalue()

    @classmethod
    def load(cls, data: bytes) -> "Model":
        """The model that `save` wrote. Raises NotAModel on other bytes; never unpickles."""
        import numpy as np

        try:
            with np.load(io.BytesIO(data), allow_pickle=False) as file:
                arrays = {name: file[name] for name in _ARRAYS}
                examples = Sparse(**{name: file[f"example_{name}"] for name in SPARSE}, height=len(arrays["weights"]))
                meaning = Meaning(file["centre"], file["meaning"]) if "meaning" in file else None
                head: dict[str, Any] = json.loads(file["head"].tobytes().decode())
            shape = (examples.width, arrays["weights"].shape[1])
            if head.get("format") != FORMAT or shape != (len(head["features"]), len(head["topics"])):
                raise NotAModel("another format")
            return cls(
                topics=tuple(head["topics"]),
                refs=tuple(head["refs"]),
                features={name: at for at, name in enumerate(head["features"])},
                stems={name: at for at, name in enumerate(head["stems"])},
                counts=head["counts"],
                synonyms=head["synonyms"],
                phrase_count=head["phrase_count"],
                person=head["person"],
                never_open=tuple(head["never_open"]),
                calibration=Calibration(**head["calibration"]),
                meaning=meaning,
                examples=examples,
                **arrays,
            )
        except NotAModel:
            raise
        except Exception as error:  # whatever a foreign file makes numpy, zipfile or json say
            raise NotAModel(str(error)) from error


_ARRAYS = ("idf", "weights", "starts", "phrases", "gains", "edges")


def vector(reading: TextReading, features: dict[str, int], idf: Sequence[float]) -> tuple[list[int], list[float]]:
    """The sparse feature vector of a text, of length 1: each block is scaled to its weight first."""
    places: list[int] = []
    values: list[float] = []
    for block, weight in zip(reading.features(), BLOCKS, strict=True):
        counts = Counter(feature for feature in block if feature in features)
        if not counts:
            continue
        at = [features[feature] for feature in counts]
        raw = [(1 + math.log(count)) * idf[place] for place, count in zip(at, counts.values(), strict=True)]
        length = math.sqrt(sum(value * value for value in raw)) / math.sqrt(weight)
        places.extend(at)
        values.extend(value / length for value in raw)
    length = math.sqrt(sum(value * value for value in values))
    return places, [value / length for value in values] if length else values


def blend(compared: "np.ndarray", phrases: "np.ndarray") -> "np.ndarray":
    """The two opinions on one scale: BM25 as a share of its best, faded in when its best is weak."""
    best = float(phrases.max()) if len(phrases) else 0.0
    if best <= 0:
        return compared * (1 - PHRASES)
    return compared * (1 - PHRASES) + phrases * (PHRASES / max(best, 4.0))
