"""python -m tests.mutants: see tests/mutants/__init__.py."""

import argparse
import difflib
import os
import random
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from pathlib import Path

from tests.mutants import lookup, naming, running
from tests.mutants.kinds import KINDS, Change, changes
from tests.mutants.lookup import ROOT, Reach

MAP = Path(tempfile.gettempdir()) / f"camdesk-reach-{os.geteuid()}"
FAST = ("tests/pure", "tests/dialogues", "tests/deeds", "tests/pages", "tests/live")
LEFT_OUT = ("tests/deeds/demo", "tests/deeds/upgrade")
FIRST, SECOND = 15.0, 60.0  # seconds of tests: at once, and for what survived
_NAMING = 12  # tests that name the function, before those that reach its line
RIGHTS = (  # whoever is refused never reaches the lines of a page, so the map does not lead to those
    "tests/pages/test_methods.py::test_without_its_right_a_page_is_not_there",
    "tests/pages/test_methods.py::test_no_other_method_is_answered",
    *(
        f"tests/pages/test_rights_matrix.py::test_what_is_not_for_one_is_not_there[{who}]"
        for who in ("anonymous-GET", "anonymous-POST", "oleg-GET", "oleg-POST")
    ),
)
UNTIMED = 3.0  # seconds, of a test that is not in the map
UNREACHED, SURVIVED, NOTICED, LATER = "unreached", "survived", "noticed", "second round"


@dataclass(frozen=True)
class Outcome:
    change: Change
    became: str
    how: str = ""

    @property
    def test(self) -> str:
        """The one that noticed, "" for none."""
        return self.how.partition(" ")[2]


def main(words: list[str]) -> int:
    asked = _parser().parse_args(words)
    if asked.map:
        return write_map(MAP, asked.only)
    sources = product()
    drawn = draw(sources, seed=asked.seed, count=asked.count, kinds=asked.kind or list(KINDS), only=asked.only)
    if asked.list:
        print("\n\n".join(f"{change.kind}\n{_diff(change, sources)}" for change in drawn))
        return 0
    try:
        reach = lookup.read(MAP)
    except FileNotFoundError:
        print(f"mutants: nothing in {MAP}: run `python -m tests.mutants --map` first", file=sys.stderr)
        return 2
    outcomes: dict[Change, Outcome] = {}
    with running.copied() as tree:
        if running.shut_in(str(tree.parent)) is None and not asked.as_root:
            print("mutants: a change made by root could do anything here; be somebody else, or say --as-root")
            return 2
        for number, change in enumerate(drawn, 1):
            outcomes[change] = outcome = judge(tree, change, reach, sources)
            words_of = f"{change.path}:{change.line} {_short(change.before)}  =>  {_short(change.after)}"
            print(f"{number:3}/{len(drawn)} {outcome.became:12} {change.kind:11} {words_of} {outcome.how}", flush=True)
        broken = running.failing(tree, [outcome.test for outcome in outcomes.values() if outcome.test])
        for change, outcome in outcomes.items():
            if outcome.test in broken:  # it fails over nothing too: what it said is worth nothing
                print(f"{outcome.test} fails without a change: {change.path}:{change.line} again", flush=True)
                outcomes[change] = judge(tree, change, reach, sources, without=broken)
    print(report(list(outcomes.values()), sources))
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.mutants")
    parser.add_argument(
        "--map", action="store_true", help="which test runs which lines: of test files not run, or changed since"
    )
    parser.add_argument("--list", action="store_true", help="what would be drawn, as diffs; nothing is run")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, default=20, help="changes, drawn equally by kind")
    parser.add_argument("--kind", action="append", choices=list(KINDS), help="again for several; else all")
    parser.add_argument("--only", action="append", default=[], help="files that begin so; again for several")
    parser.add_argument("--as-root", action="store_true", help="though nothing is shut in (a container to throw away)")
    return parser


def write_map(folder: Path, only: Iterable[str]) -> int:
    """A process for each folder's file would cost its start each time: a few files share one."""
    folder.mkdir(mode=0o700, exist_ok=True)
    files = sorted(str(path.relative_to(ROOT)) for place in FAST for path in (ROOT / place).rglob("test_*.py"))
    begin = tuple(only) or FAST
    files = [name for name in files if not name.startswith(LEFT_OUT) and name.startswith(begin)]
    files = lookup.stale(folder, files)
    line = [sys.executable, "-m", "pytest", "-q", "-p", "no:randomly", "-p", "tests.mutants.reach"]
    for at in range(0, len(files), 4):
        some = files[at : at + 4]
        print(f"{at}/{len(files)} {some[0]} …", flush=True)
        subprocess.run([*line, *some], cwd=ROOT, env=os.environ | {"CAMDESK_REACH": str(folder)}, check=False)
    return 0


def product() -> dict[str, str]:
    """{path: source} of what may be changed."""
    paths = sorted((ROOT / "camdesk").rglob("*.py"))
    return {str(path.relative_to(ROOT)): path.read_text() for path in paths if "migrations" not in path.parts}


def draw(sources: dict[str, str], *, seed: int, count: int, kinds: list[str], only: Iterable[str]) -> list[Change]:
    """Equally of each kind as long as there are some; the same for the same seed and tree."""
    chosen = random.Random(seed)
    begin = tuple(only)
    pots: dict[str, list[Change]] = {kind: [] for kind in kinds}
    for path, source in sources.items():
        if not begin or path.startswith(begin):
            for change in changes(path, source):
                if change.kind in pots:
                    pots[change.kind].append(change)
    for pot in pots.values():
        chosen.shuffle(pot)
    drawn: list[Change] = []
    while len(drawn) < count and any(pots.values()):
        for kind in kinds:
            if pots[kind] and len(drawn) < count:
                drawn.append(pots[kind].pop())
    return drawn


def judge(
    tree: Path, change: Change, reach: Reach, sources: dict[str, str], *, without: Collection[str] = ()
) -> Outcome:
    tests = [test for test in tests_of(change, reach, sources) if test not in without]
    first, rest = within(tests, reach, FIRST)
    second, _left = within(rest, reach, SECOND)
    ran = False
    for some, became in ((first, NOTICED), (second, LATER)):
        if not some:
            continue
        verdict = running.run(tree, change, some, seconds=sum(reach.seconds.get(test, UNTIMED) for test in some))
        ran |= verdict is not None
        if verdict is not None and verdict.noticed:
            return Outcome(change, became, verdict.how)
    return Outcome(change, SURVIVED if ran else UNREACHED)


def tests_of(change: Change, reach: Reach, sources: dict[str, str]) -> list[str]:
    """Nearest first: those that hold the function by name, some that name it or ask it at its address, those that run
    its line, the others that name or ask its module; where there is none of these, slower ones that do."""
    function = lookup.function_at(change.path, sources[change.path], change.line)
    held = list(RIGHTS) if change.kind == "right" else lookup.marked_for(function)
    named = naming.that_name(function, change.path, slow=False)
    asked = naming.that_ask(function, change.path)
    found = dict.fromkeys([*held, *named[:_NAMING], *asked[:_NAMING]])
    reached = False
    for near in lookup.places(change.path, sources, change.line):
        if near.lines:
            more = reach.of(near.path, near.lines)
            reached |= bool(more)
            found |= dict.fromkeys(more)
    found |= dict.fromkeys([*named, *asked])
    return list(found) if reached or held or asked else [*found, *naming.that_name(function, change.path, slow=True)]


def within(tests: list[str], reach: Reach, seconds: float) -> tuple[list[str], list[str]]:
    """As many as take so long together, nearest first, where none fits the first; and the others. One that is too long
    does not keep those behind it away."""
    left, taken, others = seconds, [], []
    for test in tests:
        takes = reach.seconds.get(test, UNTIMED)
        fits = takes <= left
        left -= takes if fits else 0
        (taken if fits else others).append(test)
    return (taken, others) if taken else (tests[:1], tests[1:])


def report(outcomes: list[Outcome], sources: dict[str, str]) -> str:
    lines = [f"\n{'kind':12} {'drawn':>6} {'noticed':>8} {'second':>7} {'survived':>9} {'unreached':>10}"]
    for kind in [*KINDS, "all"]:
        mine = [outcome for outcome in outcomes if kind in (outcome.change.kind, "all")]
        count = Counter(outcome.became for outcome in mine)
        if mine:
            seen = count[NOTICED] + count[LATER]
            share = f"{100 * seen / len(mine):.0f} %"
            figures = f"{count[NOTICED]:8} {count[LATER]:7} {count[SURVIVED]:9} {count[UNREACHED]:10}"
            lines.append(f"{kind:12} {len(mine):6} {figures}  {share} noticed")
    for outcome in outcomes:
        if outcome.became in (SURVIVED, UNREACHED):
            lines.append(f"\n{outcome.became}: {outcome.change.kind}\n{_diff(outcome.change, sources)}")
    return "\n".join(lines)


def _diff(change: Change, sources: dict[str, str]) -> str:
    source = sources[change.path]
    before, after = source.splitlines(), change.applied(source).splitlines()
    name = f"{change.path}:{change.line}"
    return "\n".join(difflib.unified_diff(before, after, name, name, n=1, lineterm=""))


def _short(text: str) -> str:
    return " ".join(text.split())[:60]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
