"""`camdesk bench engine`: microseconds a step and bytes of state, by playing every dialogue test of the playbook."""

from __future__ import annotations

import json
import statistics
from argparse import ArgumentParser, Namespace
from pathlib import Path
from time import perf_counter_ns
from typing import Any

from camdesk.bot.dialogues import recorded
from camdesk.bot.engine import DialogueState, step, stored_state
from camdesk.playbook.flow_binding import flows_of
from camdesk.playbook.loading import load


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("directory", nargs="?", type=Path, default=Path("playbook"), help="the playbook's directory")
    parser.add_argument("--rounds", type=int, default=100, help="how often every dialogue is played (default 100)")


def run(options: Namespace) -> int:
    """Prints one line a figure; 1 when the playbook cannot be loaded or has no dialogues."""
    found = measured(options.directory, options.rounds)
    if not found:
        print("the playbook has faults or no dialogues; see camdesk playbook check")
        return 1
    for name, value in found.items():
        print(f"{name:38} {value:,}")
    return 0


def measured(directory: Path, rounds: int) -> dict[str, Any]:
    """Figures by name; empty when there is nothing to play."""
    playbook = load(directory).playbook
    logs = recorded(directory, playbook) if playbook else []
    if not playbook or not logs:
        return {}
    begun = perf_counter_ns()
    flows = flows_of(playbook)
    binding = (perf_counter_ns() - begun) / 1e6
    times: list[int] = []
    storing: list[int] = []
    sizes: list[int] = []
    for number in range(rounds):
        for dialogue in logs:
            state, stored = DialogueState(), stored_state.to_json(DialogueState())
            for event in dialogue.events:
                begun = perf_counter_ns()
                state, _, _ = step(flows, state, event, dialogue.ctx)
                played = perf_counter_ns()
                stored_state.from_json(stored)
                stored = stored_state.to_json(state)
                times.append(played - begun)
                storing.append(perf_counter_ns() - played)
            if number == 0:
                sizes.append(len(json.dumps(stored, ensure_ascii=False).encode()))
    times.sort()
    storing.sort()
    return {
        "dialogues": len(logs),
        "steps played": len(times),
        "µs a step, mean": round(statistics.fmean(times) / 1000, 1),
        "µs a step, median": round(times[len(times) // 2] / 1000, 1),
        "µs a step, p99": round(times[len(times) * 99 // 100] / 1000, 1),
        "µs to read and store a state, median": round(storing[len(storing) // 2] / 1000, 1),
        "bytes of state at the end, median": round(statistics.median(sizes)),
        "bytes of state at the end, largest": max(sizes),
        "ms to bind all flows": round(binding, 1),
    }
