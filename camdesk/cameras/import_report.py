"""The report of an import, as lines to read and as a table to keep."""

import csv
import io
from collections.abc import Iterator

from camdesk.cameras.importing import Changes, ImportReport, RowProblem

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def lines(report: ImportReport) -> Iterator[str]:
    """For a terminal: the sums, what changed, what is wrong."""
    would = "would be " if report.dry_run else ""
    created, updated = len(report.created), len(report.updated)
    yield f"{created} cameras {would}created, {updated} {would}updated, {report.unchanged} unchanged"
    for done in report.updated:
        yield f"  line {done.line}: {done.name}: {_in_words(done.changes)}"
    if report.problems:
        yield f"{len(report.problems)} problems:"
    for problem in report.problems:
        yield f"  {place(problem)}: {problem.text}"


def place(problem: RowProblem) -> str:
    return f"line {problem.line}, {problem.column}" if problem.column else f"line {problem.line}"


def as_csv(report: ImportReport) -> bytes:
    """line;result;camera;column;text for a spreadsheet, UTF-8 with BOM.

    Cells come from a stranger's file and will be opened in a spreadsheet: none of them may begin a formula there.
    """
    out = io.StringIO()
    table = csv.writer(out, delimiter=";", lineterminator="\r\n")
    table.writerow(["line", "result", "camera", "column", "text"])
    rows = [(done.line, "created", done.name, "", "") for done in report.created]
    rows += [(done.line, "updated", done.name, "", _in_words(done.changes)) for done in report.updated]
    rows += [(problem.line, "problem", "", problem.column, problem.text) for problem in report.problems]
    for line, *cells in sorted(rows):
        table.writerow([line, *map(inert, cells)])
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def inert(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    return "'" + cell if cell.startswith(_FORMULA) else cell


def _in_words(changes: Changes) -> str:
    return "; ".join(f"{name}: «{before}» → «{after}»" for name, (before, after) in changes.items())
