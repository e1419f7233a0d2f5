"""From scores to what the bot does: open the topic, offer a few, or call a person.

Scores become probabilities by a small logistic model, fitted on phrases that the scoring model had not seen. The limit
for "open" is the lowest probability at which those phrases were right often enough.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    import numpy as np

    from camdesk.bot.understanding.model import Model
    from camdesk.bot.understanding.training import Example

NONE = ""  # the id of "nothing of ours"
TOP = 5
Decision = Literal["open", "likely", "offer", "person"]  # `likely` only of whole messages (matters.py)
# Asked of "open" on our own phrases, which are harder than what customers write: of a hundred strangers' messages one
# opens wrongly (tests/pure/understanding/held_back*.txt). A wrong topic costs the way back, a question one press.
PRECISION = 0.93
_STRANGERS = 0.10  # the share of messages that are not ours at all, as the limits assume it
_LOST = 0.005  # of our own phrases, how many may be sent to a person without an offer
_VAGUE = 0.15  # at most: a vague message («не пашет») gets an offer, with a person among it


@dataclass(frozen=True, slots=True)
class Calibration:
    """`slopes` of the logistic model over `signs`, the `heat` of the softmax, and the two limits on sureness."""

    slopes: tuple[float, ...] = (-4.0, 4.0, 4.0, 0.0, 1.0, 0.0)
    heat: float = 8.0
    opens: float = 0.8
    offers: float = 0.1


@dataclass(frozen=True, slots=True)
class Judgement:
    """`topics`: at most five (id, probability), best first; `sureness`: how likely the first is right, 0..1.

    `top` is the id of the best column, NONE when the text looks like nothing of ours.
    """

    topics: list[tuple[str, float]]
    sureness: float
    top: str


@dataclass(frozen=True, slots=True)
class Held:
    """A phrase judged without having been learnt: its scores by topic (NONE last) and the share of its known stems."""

    example: "Example"
    label: int
    scores: "np.ndarray"
    known: float


def judgement(model: "Model", scores: "np.ndarray", known: float) -> Judgement:
    """The ranking of scores with probabilities. `known`: the share of the text's stems that we know."""
    calibration = model.calibration
    order = (-scores[:-1]).argsort(kind="stable")[:TOP]
    heated = [math.exp(calibration.heat * (float(score) - float(scores.max()))) for score in scores]
    total = sum(heated)
    topics = [(model.topics[at], heated[at] / total) for at in order]
    top = NONE if scores[-1] > scores[order[0]] else model.topics[order[0]]
    return Judgement(topics, _sureness(calibration.slopes, signs(scores, known)), top)


def decision(calibration: Calibration, judged: Judgement) -> Decision:
    if not judged.topics:
        return "offer"  # nothing was said: show what there is
    if judged.top == NONE or judged.sureness < calibration.offers:
        return "person"
    return "open" if judged.sureness >= calibration.opens else "offer"


def signs(scores: "np.ndarray", known: float) -> tuple[float, ...]:
    """What sureness is judged by: the best score, its lead over the next and over all, how much of the text we know."""
    import numpy as np

    ours = scores[:-1]
    first, second = -np.partition(-ours, 1)[:2]
    lead = float(first - max(second, scores[-1]))
    spread = float((first - ours.mean()) / (ours.std() + 1e-6)) / 8
    return (1.0, float(first), lead, spread, known, float(scores[-1]))


def _sureness(slopes: Sequence[float], values: Sequence[float]) -> float:
    power = sum(slope * value for slope, value in zip(slopes, values, strict=True))
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, power))))


def calibrated(model: "Model", held: Sequence[Held]) -> "Model":
    """The model with its calibration fitted to the held-out phrases; unchanged when there are too few to fit."""
    from dataclasses import replace

    if sum(1 for item in held if item.example.topic != NONE) < 50:
        return model
    return replace(model, calibration=calibration_of(held))


def calibration_of(held: Sequence[Held]) -> Calibration:
    """Fits slopes (ridge-regularised Newton steps), heat (smallest log loss) and limits."""
    import numpy as np

    table = np.array([signs(item.scores, item.known) for item in held])
    right = np.array([float(item.scores[:-1].argmax() == item.label) for item in held])
    strange = np.array([item.example.topic == NONE for item in held])
    weights = np.ones(len(held))
    if strange.any():
        weights[strange] = _STRANGERS / (1 - _STRANGERS) * (~strange).sum() / strange.sum()
    slopes = _logistic(table, right, weights)
    sure = np.array([_sureness(slopes.tolist(), row) for row in table.tolist()])
    passes = np.array([item.scores[:-1].max() >= item.scores[-1] for item in held])
    return Calibration(
        slopes=tuple(round(float(slope), 6) for slope in slopes),
        heat=_heat(held),
        opens=_opens(sure[passes], right[passes], weights[passes]),
        offers=round(min(float(np.quantile(sure[~strange], _LOST)), _VAGUE), 6),
    )


def _logistic(table: "np.ndarray", right: "np.ndarray", weights: "np.ndarray") -> "np.ndarray":
    import numpy as np

    slopes = np.zeros(table.shape[1])
    for _ in range(25):
        chance = 1 / (1 + np.exp(-np.clip(table @ slopes, -30, 30)))
        gradient = table.T @ (weights * (right - chance)) - 0.5 * slopes
        curve = (table * (weights * chance * (1 - chance))[:, None]).T @ table + 0.5 * np.eye(table.shape[1])
        slopes = slopes + np.linalg.solve(curve, gradient)
    return np.asarray(slopes)


def _heat(held: Sequence[Held]) -> float:
    import numpy as np

    scores = np.array([item.scores for item in held])
    labels = np.array([item.label for item in held])
    losses = {}
    for heat in (3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 10.0, 12.0, 15.0):
        powers = heat * (scores - scores.max(axis=1, keepdims=True))
        losses[heat] = float((np.log(np.exp(powers).sum(axis=1)) - powers[np.arange(len(labels)), labels]).mean())
    return min(losses, key=losses.__getitem__)


def _opens(sure: "np.ndarray", right: "np.ndarray", weights: "np.ndarray") -> float:
    """The lowest sureness above which phrases were right at PRECISION."""
    import numpy as np

    order = np.argsort(-sure, kind="stable")
    precision = np.cumsum((weights * right)[order]) / np.cumsum(weights[order])
    good = np.flatnonzero(precision >= PRECISION)
    good = good[good >= min(20, len(order) - 1)]  # the first few prove nothing
    return round(float(sure[order[good[-1]]]), 6) if len(good) else 0.99
