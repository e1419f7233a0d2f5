"""The steps of a Dockerfile, done on machines of the test's own: this one stands in for the base image."""

import re
import shlex
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.faults.own_machine import Machine

_Ignore = Callable[[Any, list[str]], set[str]]
_IGNORED: _Ignore = shutil.ignore_patterns("__pycache__", "*.pyc", "*.mo")  # as Dockerfile.dockerignore says


@dataclass
class Stage:
    """`steps`: (instruction, what it says), in order."""

    name: str
    base: str
    steps: list[tuple[str, str]] = field(default_factory=list)

    def said(self, instruction: str) -> list[str]:
        return [value for known, value in self.steps if known == instruction]

    @property
    def env(self) -> dict[str, str]:
        return dict(pair.split("=", 1) for value in self.said("ENV") for pair in shlex.split(value))


def read(text: str) -> list[Stage]:
    whole = "\n".join(line for line in text.splitlines() if not line.lstrip().startswith("#"))
    stages: list[Stage] = []
    for line in whole.replace("\\\n", " ").splitlines():
        if match := re.fullmatch(r"FROM (\S+)(?: AS (\S+))?", line.strip()):
            stages.append(Stage(match[2] or "", match[1]))
        elif line.strip():
            instruction, _blank, value = line.strip().partition(" ")
            stages[-1].steps.append((instruction, value.strip()))
    return stages


def build(stage: Stage, machine: Machine, *, context: Path, before: dict[str, Machine]) -> list[Path]:
    """Does what changes files, as Docker would, and gives what COPY brought."""
    place, brought = "/", []
    for instruction, value in stage.steps:
        if instruction == "WORKDIR":
            place = value
            (machine.root / value[1:]).mkdir(parents=True, exist_ok=True)
        elif instruction == "RUN":
            exported = " ".join(f"{name}={shlex.quote(said)}" for name, said in stage.env.items())
            machine.does(f"env {exported} sh -c {shlex.quote(value)}", cwd=Path(place), online=True, seconds=400)
        elif instruction == "COPY":
            words = value.split()
            stage_before = words.pop(0).partition("=")[2] if words[0].startswith("--from=") else ""
            origin = before[stage_before].root if stage_before else context
            ignored = None if stage_before else _IGNORED
            *sources, target = words
            for source in sources:
                into = machine.root / str(Path(place, target)).lstrip("/")
                brought.append(_copy(origin / source.lstrip("/"), into, target.endswith("/"), ignored))
    return brought


def _copy(source: Path, target: Path, folder: bool, ignored: _Ignore | None) -> Path:
    """Of a folder what is in it, of a file itself; a file that does not exist fails."""
    if source.is_dir():
        shutil.copytree(source, target, ignore=ignored, symlinks=True, dirs_exist_ok=True)
        return target
    target = target / source.name if folder else target
    target.parent.mkdir(parents=True, exist_ok=True)
    subprocess.run(["cp", "-a", str(source), str(target)], check=True)
    return target
