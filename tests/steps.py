"""The steps of bin/test: each prints one line with its seconds, and what went wrong below it; the last line counts."""

import os
import shutil
import subprocess
import sys
import tempfile
import time
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from tests.advisories import NOT_HAD

ROOT = Path(__file__).resolve().parent.parent
CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
APT = {"chromium": "chromium", "fonts": "fonts-noto-core", "redis-server": "redis-server"}
ADVISORY_SECONDS = 60.0
PROXIES = {"nginx": "nginx-light", "haproxy": "haproxy", "caddy": "caddy", "openssl": "openssl"}  # their packages
POOLER = "pgbouncer"  # program and package
APT_SCANNER = ("clamav-daemon", "clamav-testfiles")
MOST_UNLUCKY = 10  # more failures than these are no bad luck
NO_TESTS = 5  # pytest's exit code for an empty folder


@dataclass
class Report:
    passed: int = 0
    failed: int = 0
    missing: list[str] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)  # what no machine can install, and this one cannot reach
    wrong: list[str] = field(default_factory=list)
    unlucky: list[str] = field(default_factory=list)
    reasons: list[str] = field(default_factory=list)  # of each failed test, its name and the end of what it said
    place: Path = field(default_factory=lambda: Path(tempfile.mkdtemp(prefix="camdesk-test-")))


Step = Callable[[Report], bool]


def in_ci() -> bool:
    return os.environ.get("CI", "").lower() not in ("", "0", "false", "no")


def command(*words: str, name: str = "output") -> Step:
    """A step that is one command; its output is shown only when it fails."""

    def run(report: Report) -> bool:
        return _run(report, list(words), name=name)

    return run


def _run(report: Report, words: list[str], *, name: str, fine: tuple[int, ...] = (0,)) -> bool:
    log = report.place / f"{name}.log"
    with log.open("wb") as out:
        code = subprocess.call(words, cwd=ROOT, stdout=out, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL)
    if code in fine:
        return True
    text = log.read_text(errors="replace").splitlines()
    print("\n".join(f"    {line}" for line in text[-120:]), flush=True)
    return False


def python(*words: str, name: str) -> Step:
    return command(sys.executable, *words, name=name)


def tool(name: str, *words: str) -> Step:
    return command(str(Path(sys.executable).with_name(name)), *words, name=name)


def pytest(name: str, *words: str, workers: int = 2, postgres: bool = False) -> Step:
    """A step of tests; folders that are not there are left out."""

    def run(report: Report) -> bool:
        paths = [word for word in words if word.startswith("tests/")]
        there = [path for path in paths if any((ROOT / path).rglob("test_*.py")) or (ROOT / path).is_file()]
        if not there:
            return True
        options = [word for word in words if word not in paths]
        results = report.place / f"{name}.xml"
        line = [sys.executable, "-m", "pytest", *there, *options, f"--junit-xml={results}", "-p", "no:randomly"]
        remembered = ["-o", f"cache_dir={report.place / name}-failed"]
        alone = [*line, *remembered, "--last-failed", "--last-failed-no-failures=none"]
        line += remembered
        if workers > 1:
            # By file where a file has a server or a browser of its own, else whoever is free takes the next test.
            line += ["-n", str(workers), "--dist", "loadfile" if name in ("journeys", "faults") else "worksteal"]
            line += ["--no-loadscope-reorder"]  # long files first, as their mark says (tests/conftest.py)
        if postgres:
            line, alone = ([sys.executable, "-m", "tests.engines", *words] for words in (line, alone))
        fine = _run(report, line, name=name, fine=(0, NO_TESTS))
        passed, failed = _count(results)
        if not fine and 0 < failed <= MOST_UNLUCKY:
            # On a busy machine one unlucky moment is no fault of the code. It is a debt, so each is named.
            first = [reason.splitlines()[0] for reason in _reasons(results)]
            print("    " + "; ".join(["once more, alone", *first]), flush=True)
            fine = _run(report, alone, name=f"{name}-alone")
            again = [reason.splitlines()[0] for reason in _reasons(results)]
            report.unlucky += [test for test in first if test not in again]
            passed, failed = passed + failed - len(again), len(again) or int(not fine)
        report.passed += passed
        report.failed += failed
        report.reasons += [] if fine else _reasons(results)
        print(f"    {passed} passed, {failed} failed", flush=True)
        return fine

    return run


def _reasons(results: Path, *, lines: int = 20) -> list[str]:
    """Said once more at the very end, because who reads a long run elsewhere may be given only its end."""
    try:
        cases = list(ElementTree.parse(results).getroot().iter("testcase"))  # noqa: S314  our own file
    except (OSError, ElementTree.ParseError):
        return []
    told = []
    for case in cases:
        for wrong in (*case.findall("failure"), *case.findall("error")):
            end = (wrong.text or wrong.get("message", "")).rstrip().splitlines()[-lines:]
            told.append("\n".join([f"{case.get('classname')}::{case.get('name')}", *(f"    {line}" for line in end)]))
    return told


def _count(results: Path) -> tuple[int, int]:
    try:
        suites = ElementTree.parse(results).getroot().iter("testsuite")  # noqa: S314  our own file
        numbers = [[int(suite.get(key, 0)) for key in ("tests", "failures", "errors", "skipped")] for suite in suites]
    except (OSError, ElementTree.ParseError):
        return 0, 0
    tests, failures, errors, skipped = (sum(column) for column in zip(*numbers, strict=True)) if numbers else (0,) * 4
    return tests - failures - errors - skipped, failures + errors


def machine(report: Report) -> bool:
    """What the tests need of the machine; installed where we are root, else named."""
    wanted = []
    if not _chromium():
        wanted.append(APT["chromium"])
    if not any(Path(folder).is_dir() for folder in ("/usr/share/fonts/truetype", "/usr/share/fonts/opentype")):
        wanted.append(APT["fonts"])
    if not (shutil.which("redis-server") or shutil.which("valkey-server")):
        wanted.append(APT["redis-server"])
    if not _scanner():
        wanted += APT_SCANNER
    wanted += [package for program, package in PROXIES.items() if not _found(program)]
    wanted += [] if _found(POOLER) else [POOLER]
    # Each by itself: what cannot be had, and may be left out, must not keep the others away.
    kinds = [one for one in (wanted, [] if _found("promtool") else ["prometheus"]) if one]
    if kinds and os.geteuid() == 0 and shutil.which("apt-get"):
        os.environ["DEBIAN_FRONTEND"] = "noninteractive"
        _run(report, ["apt-get", "update", "-qq"], name="apt-update")
        for packages in kinds:
            _run(report, ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *packages], name="apt-install")
    left_out: list[str] = []
    if not _found("promtool"):
        report.unknown.append("promtool (alert rules are not tried; on Debian: apt-get install prometheus)")
        left_out.append("promtool")
    if not _chromium():
        report.missing.append("Chromium (journeys in the browser are left out; on Debian: apt-get install chromium)")
    if not (shutil.which("redis-server") or shutil.which("valkey-server")):
        report.missing.append("Redis (the bus on Redis is left out; on Debian: apt-get install redis-server)")
        left_out.append("redis")
    if not _scanner():
        named = " ".join(APT_SCANNER)
        report.missing.append(f"ClamAV (a real scanner is left out; on Debian: apt-get install {named})")
        left_out.append("clamd")
    if not _found(POOLER):
        report.missing.append(
            f"PgBouncer (a pooler before PostgreSQL is left out; on Debian: apt-get install {POOLER})"
        )
    for program, package in PROXIES.items():
        if not _found(program):
            report.missing.append(f"{program} (its example is left out; on Debian: apt-get install {package})")
            left_out.append(program)
    os.environ["CAMDESK_TESTS_WITHOUT"] = " ".join(left_out)
    from tests.engines import Missing, Postgres

    try:
        Postgres(durable=False).remove()
    except Missing as missing:
        report.missing.append(f"{missing} (the tests on PostgreSQL are left out)")
    return True


def _found(program: str) -> bool:
    """Also where only root looks for programs."""
    return shutil.which(program, path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin") is not None


def _chromium() -> bool:
    return any(shutil.which(name) for name in CHROMIUM)


def advisories(report: Report) -> bool:
    """Known faults of what we depend on. Where nobody can be asked that is named, and no failure: not even in CI can a
    machine install an advisory database."""
    words = [sys.executable, "-m", "tests.advisories"]
    try:
        done = subprocess.run(
            words, cwd=ROOT, capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=ADVISORY_SECONDS
        )
        code, said = done.returncode, done.stdout + done.stderr
    except subprocess.TimeoutExpired:
        code, said = NOT_HAD, "advisories cannot be had: no answer in time"
    if code == NOT_HAD:
        report.unknown.append(f"{said.strip()} (whether a version in the locks has a known fault was not looked at)")
        return True
    if code:
        print("\n".join(f"    {line}" for line in said.splitlines()), flush=True)
    return code == 0


def _scanner() -> bool:
    from tests.engines import TESTFILES, Clamd, Missing

    try:
        Clamd().remove()
    except Missing:
        return False
    return TESTFILES.is_dir()


def on_postgres(report: Report) -> bool:
    if any("PostgreSQL" in line for line in report.missing):
        return True
    return pytest("postgres", "tests/deeds", "tests/pages", "tests/live", postgres=True)(report)


def journeys(report: Report) -> bool:
    if not _chromium():
        return True
    return pytest("journeys", "tests/journeys")(report)


STEPS: dict[str, Step] = {
    "machine": machine,
    "ruff check": tool("ruff", "check", "."),
    "ruff format": tool("ruff", "format", "--check", "."),
    "types": tool("mypy"),
    "floors": tool("lint-imports"),
    "translations": python("-m", "camdesk", "translations", "--check", name="translations"),
    "catalogues": python("-m", "camdesk", "translations", name="catalogues"),
    "advisories": advisories,
    "house": pytest("house", "tests/house"),
    "pure": pytest("pure", "tests/pure"),
    "dialogues": pytest("dialogues", "tests/dialogues"),
    "sqlite": pytest("sqlite", "tests/deeds", "tests/pages", "tests/live"),
    "postgres": on_postgres,
    "faults": pytest("faults", "tests/faults", "-m", "not quiet", workers=3),  # they wait more than they compute
    "quiet faults": pytest("quiet faults", "tests/faults", "-m", "quiet", workers=1),
    "journeys": journeys,
}


def main(names: list[str]) -> int:
    if "--list" in names:
        print("\n".join(STEPS))
        return 0
    unknown = [name for name in names if name not in STEPS]
    if unknown:
        print(f"tests: no such step: {', '.join(unknown)}; bin/test --list names them", file=sys.stderr)
        return 2
    _make_livable()
    report = Report()
    began = time.monotonic()
    for name, step in STEPS.items():
        if names and name not in names and name != "machine":
            continue
        started = time.monotonic()
        print(f"{name} …", flush=True)
        fine = step(report)
        print(f"{name}: {'ok' if fine else 'FAILED'}, {time.monotonic() - started:.1f} s", flush=True)
        if not fine:
            report.wrong.append(name)
    return _close(report, time.monotonic() - began)


def _make_livable() -> None:
    """An unprivileged user may have no home that can be written; tools want one for their caches."""
    home = Path(os.environ.get("HOME") or "/nonexistent")
    if not os.access(home, os.W_OK):
        os.environ["HOME"] = tempfile.mkdtemp(prefix="camdesk-home-")
    os.environ.setdefault("PYTHONDONTWRITEBYTECODE", "")
    os.environ["CAMDESK_TESTING"] = "1"
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # as many processes as cores are at work: threads only wait
    for name in ("CAMDESK_DATA", "CAMDESK_DEMO", "CAMDESK_DATABASE_URL", "CAMDESK_URL", "CAMDESK_BUS"):
        os.environ.pop(name, None)


def _close(report: Report, seconds: float) -> int:
    print(f"\nall steps: {seconds:.0f} s")
    for line in report.missing:
        print(f"MISSING ON THIS MACHINE: {line}")
    for line in report.unknown:
        print(f"NOT KNOWN HERE: {line}")
    for line in report.unlucky:
        print(f"TRIED TWICE, mend it: {line}")
    for reason in report.reasons[:20]:
        print(f"FAILED: {reason}")
    if report.wrong:
        print(f"FAILED STEPS: {', '.join(report.wrong)}")
    refused = bool(report.missing) and in_ci()
    if refused:
        print("what is missing is an error here, because CI is set")
    # A step that is no test run and failed is one failure, so that this line never looks better than the exit code.
    tests = ("house", "pure", "dialogues", "sqlite", "postgres", "faults", "quiet faults", "journeys")
    others = sum(name not in tests for name in report.wrong) + len(report.missing) * refused
    failed = report.failed + others or int(bool(report.wrong))
    print(f"{report.passed} passed, {failed} failed", flush=True)
    if not report.wrong:
        shutil.rmtree(report.place, ignore_errors=True)
    return 1 if report.wrong or refused else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
