"""Plays whole conversations of scripted people with the bot and its real reader, and counts what they cost.

report = run(Path("playbook"), playbook, model)
report.failures, median(one.moves for one in report.played)
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

from camdesk.bot.conversations.person import ScriptedPerson, ctx_of
from camdesk.bot.conversations.played import KEPT, NONE, PERSON, SOLUTION, Played
from camdesk.bot.conversations.scripts import CUSTOMERS, FOLDER, scripts
from camdesk.bot.understanding.lexicon import Synonyms
from camdesk.bot.understanding.model import Model
from camdesk.playbook.document import Playbook
from camdesk.playbook.flow_binding import flows_of
from camdesk.playbook.yaml_source import Problem, plain, read_yaml


@dataclass
class ConversationReport:
    played: list[Played] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    @property
    def failures(self) -> list[str]:
        wrong = [f"{one.script.file}:{one.script.line}: «{one.script.name}»: {why}"
                 for one in self.played for why in one.wrong]  # fmt: skip
        return [*map(str, self.problems), *wrong]


def run(directory: Path, playbook: Playbook, model: Model) -> ConversationReport:
    """Plays every conversation below `directory`/conversations."""
    report = ConversationReport()
    flows, synonyms = flows_of(playbook), Synonyms(playbook.lexicon.synonyms).replace
    customers = plain(read_yaml(directory / FOLDER / CUSTOMERS, f"{FOLDER}/{CUSTOMERS}", report.problems)) or {}
    for script in scripts(directory, report.problems):
        person = ScriptedPerson(script, flows, playbook, model, synonyms, ctx_of(script, customers, playbook))
        report.played.append(person.talk())
    return report


def describe(report: ConversationReport, *, transcripts: bool = False) -> Iterator[str]:
    """The report as lines for people."""
    if transcripts:
        for one in report.played:
            yield f"== {one.script.kind}: {one.script.name} → {one.end}, {one.moves}"
            yield from one.lines
            yield from (f"!! {why}" for why in one.wrong)
            yield ""
    yield from report.failures
    yield from figures(report.played)


def figures(played: Iterable[Played]) -> Iterator[str]:
    """Messages and taps from the first message to the end, over all and by where they ended."""
    rows = list(played)
    for end in ("", SOLUTION, PERSON, KEPT, NONE):
        moves = sorted(one.moves for one in rows if end in ("", one.end))
        if moves:
            yield f"{end or 'all'}: {len(moves)} conversations, median {median(moves):g}, worst {moves[-1]}"
