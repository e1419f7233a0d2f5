"""Where the boxes of a flow's picture stand: layers from top to bottom, few crossings, lines around boxes.

The classic four passes: turn circles round, put every box below all that lead to it, order each layer by the middle
of its neighbours, then pull boxes towards them. A line that passes a layer takes a narrow place of its own in it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

NODE_WIDTH = 272
NARROW = 26  # the place of a line that only passes a layer
GAP_X, GAP_Y, MARGIN = 34, 66, 16
SWEEPS = 12

Pair = tuple[str, str]


@dataclass
class Box:
    """A box, or the narrow place of a passing line."""

    x: float
    y: float
    width: float
    height: float

    @property
    def middle(self) -> float:
        return self.x + self.width / 2


@dataclass
class Layout:
    """boxes: name → place; paths: (from, to) → points of the line; labels: (from, to) → where its words stand."""

    boxes: dict[str, Box]
    paths: dict[Pair, list[tuple[float, float]]]
    labels: dict[Pair, tuple[float, float]]
    width: float
    height: float


def arrange(names: list[str], pairs: list[Pair], heights: Mapping[str, float]) -> Layout:
    """Places the named boxes; the first name is on top. Pairs that lead upwards are drawn upwards."""
    pairs = list(dict.fromkeys(pair for pair in pairs if pair[0] != pair[1]))
    upward = _upward(names, pairs)
    down = {pair: (pair[1], pair[0]) if pair in upward else pair for pair in pairs}
    layer = _layers(names, set(down.values()))
    chains = {pair: _chain(pair, down[pair], layer) for pair in pairs}
    rows = _rows(layer, chains)
    links = [link for chain in chains.values() for link in pairwise(chain)]
    _order(rows, links)
    boxes = _boxes(rows, heights)
    _pull(rows, boxes, links)
    return _drawn(names, rows, boxes, chains, upward)


def _upward(names: list[str], pairs: list[Pair]) -> set[Pair]:
    """Pairs that close a circle, found by walking depth first from the top."""
    nexts: dict[str, list[str]] = defaultdict(list)
    for source, to in pairs:
        nexts[source].append(to)
    found: set[Pair] = set()
    state: dict[str, int] = {}
    for root in names:
        stack = [(root, iter(nexts[root]))] if root not in state else []
        state.setdefault(root, 1)
        while stack:
            name, following = stack[-1]
            to = next(following, "")
            if not to:
                state[name] = 2
                stack.pop()
            elif state.get(to) == 1:
                found.add((name, to))
            elif to not in state:
                state[to] = 1
                stack.append((to, iter(nexts[to])))
    return found


def _layers(names: list[str], pairs: set[Pair]) -> dict[str, int]:
    """Each box one layer below the lowest that leads to it."""
    layer = dict.fromkeys(names, 0)
    for _ in names:
        moved = False
        for source, to in pairs:
            if layer[to] <= layer[source]:
                layer[to] = layer[source] + 1
                moved = True
        if not moved:
            break
    return layer


def _chain(pair: Pair, down: Pair, layer: dict[str, int]) -> list[str]:
    """The boxes and passing places of one line, from above to below."""
    top, bottom = down
    between = [f"{pair[0]}>{pair[1]}@{level}" for level in range(layer[top] + 1, layer[bottom])]
    return [top, *between, bottom]


def _rows(layer: dict[str, int], chains: dict[Pair, list[str]]) -> list[list[str]]:
    rows: list[list[str]] = [[] for _ in range(max(layer.values()) + 1)]
    for name, level in layer.items():
        rows[level].append(name)
    for chain in chains.values():
        for level, name in enumerate(chain[1:-1], layer[chain[0]] + 1):
            rows[level].append(name)
    return rows


def _order(rows: list[list[str]], links: list[Pair]) -> None:
    """Sorts each row by the middle of its neighbours above, then below, and so on."""
    above, below = _neighbours(links)
    place = {name: index for row in rows for index, name in enumerate(row)}
    for sweep in range(SWEEPS):
        near = above if sweep % 2 == 0 else below
        for row in rows if sweep % 2 == 0 else reversed(rows):
            marks = {name: _mean([place[one] for one in near[name]], place[name]) for name in row}
            row.sort(key=lambda name: marks[name])
            place.update({name: index for index, name in enumerate(row)})


def _neighbours(links: list[Pair]) -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    above: dict[str, list[str]] = defaultdict(list)
    below: dict[str, list[str]] = defaultdict(list)
    for source, to in links:
        below[source].append(to)
        above[to].append(source)
    return above, below


def _mean(values: list[float], otherwise: float) -> float:
    return sum(values) / len(values) if values else otherwise


def _boxes(rows: list[list[str]], heights: Mapping[str, float]) -> dict[str, Box]:
    boxes: dict[str, Box] = {}
    y = float(MARGIN)
    for row in rows:
        tall = max(heights.get(name, 0) for name in row)
        x = 0.0
        for name in row:
            width = NODE_WIDTH if name in heights else NARROW
            boxes[name] = Box(x, y, width, heights.get(name, tall))
            x += width + GAP_X
        y += tall + GAP_Y
    return boxes


def _pull(rows: list[list[str]], boxes: dict[str, Box], links: list[Pair]) -> None:
    """Moves each row towards its neighbours, keeping order and distances."""
    above, below = _neighbours(links)
    for sweep in range(SWEEPS * 2):
        near = above if sweep % 2 == 0 else below
        for row in rows if sweep % 2 == 0 else reversed(rows):
            wanted = [_mean([boxes[one].middle for one in near[name]], boxes[name].middle) for name in row]
            left = [middle - boxes[name].width / 2 for middle, name in zip(wanted, row, strict=True)]
            for name, x in zip(row, _apart(row, left, boxes), strict=True):
                boxes[name].x = x


def _apart(row: list[str], wanted: list[float], boxes: dict[str, Box]) -> list[float]:
    """The places nearest to the wanted ones that do not overlap: the mean of packing from the left and the right."""
    rightward, leftward = list(wanted), list(wanted)
    for index in range(1, len(row)):
        least = rightward[index - 1] + boxes[row[index - 1]].width + GAP_X
        rightward[index] = max(rightward[index], least)
    for index in range(len(row) - 2, -1, -1):
        most = leftward[index + 1] - boxes[row[index]].width - GAP_X
        leftward[index] = min(leftward[index], most)
    return [(one + other) / 2 for one, other in zip(rightward, leftward, strict=True)]


def _drawn(
    names: list[str],
    rows: list[list[str]],
    boxes: dict[str, Box],
    chains: dict[Pair, list[str]],
    upward: set[Pair],
) -> Layout:
    shift = MARGIN - min(box.x for box in boxes.values())
    for box in boxes.values():
        box.x += shift
    leaving = _ports(chains, boxes, first=True)
    arriving = _ports(chains, boxes, first=False)
    tall = {name: max(boxes[one].height for one in row) for row in rows for name in row}
    paths, labels = {}, {}
    turns = _turns(leaving, chains)
    for pair, chain in chains.items():
        start = (leaving[pair], boxes[chain[0]].y + boxes[chain[0]].height)
        end = (arriving[pair], boxes[chain[-1]].y - 1)
        points = [start]
        if boxes[chain[0]].height < tall[chain[0]]:
            points.append((start[0], boxes[chain[0]].y + tall[chain[0]]))
        for name in chain[1:-1]:
            points += [(boxes[name].middle, boxes[name].y), (boxes[name].middle, boxes[name].y + tall[name])]
        points.append(end)
        paths[pair] = points[::-1] if pair in upward else points
        labels[pair] = _label_place(points, start, tall[chain[0]] + boxes[chain[0]].y, turns[pair])
    width = max(box.x + box.width for box in boxes.values()) + MARGIN
    height = max(boxes[name].y + boxes[name].height for name in names) + MARGIN
    return Layout({name: boxes[name] for name in names}, paths, labels, width, height)


def _label_place(
    points: list[tuple[float, float]], start: tuple[float, float], bottom: float, turn: int
) -> tuple[float, float]:
    """Below the row the line leaves, on the line's way to where it bends; neighbours stand at different heights."""
    following = next((point for point in points[1:] if point[1] > bottom), points[-1])
    share = (0.3, 0.5, 0.7)[turn % 3]
    # The curve is flat in its middle: at these heights it has gone that far to the side.
    return start[0] + (following[0] - start[0]) * share, bottom + GAP_Y * (share - 0.04)


def _turns(leaving: dict[Pair, float], chains: dict[Pair, list[str]]) -> dict[Pair, int]:
    """The lines of one box counted from left to right; of up to two, all the same."""
    by_box: dict[str, list[Pair]] = defaultdict(list)
    for pair in sorted(leaving, key=lambda pair: leaving[pair]):
        by_box[chains[pair][0]].append(pair)
    return {pair: index if len(row) > 2 else 0 for row in by_box.values() for index, pair in enumerate(row)}


def _ports(chains: dict[Pair, list[str]], boxes: dict[str, Box], *, first: bool) -> dict[Pair, float]:
    """Where lines touch their boxes: spread over the edge in the order of where they come from or go to."""
    touching: dict[str, list[Pair]] = defaultdict(list)
    for pair, chain in chains.items():
        touching[chain[0] if first else chain[-1]].append(pair)
    found = {}
    for name, pairs in touching.items():
        pairs.sort(key=lambda pair: boxes[chains[pair][1] if first else chains[pair][-2]].middle)
        box = boxes[name]
        for index, pair in enumerate(pairs, 1):
            found[pair] = box.x + box.width * index / (len(pairs) + 1)
    return found
