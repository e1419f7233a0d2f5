"""Who may have a file's bytes, by what the scanner said of it: one rule for every way out.

    state                     an agent                   everybody else (customers, API keys, letters)
    clean                     given                      given
    waiting                   asked first: unchecked     waits for the verdict
    unknown (no verdict)      asked first: unchecked     withheld
    unproven (a stranger's)   asked first: unchecked     withheld
    infected                  withheld                   withheld

Without a scanner (settings.SCANNER is empty) what has no verdict is given; what was found infected stays withheld, and
so does what a stranger sent who has not proven their address yet.
"""

from dataclasses import dataclass
from enum import StrEnum

from django.conf import settings
from django.utils.translation import gettext as _

from camdesk.tickets.models import Attachment, Scanned
from camdesk.ui.values import Look

Scan = Scanned.Scan


class Ruling(StrEnum):
    GIVEN = "given"
    ASKED = "asked"  # given to an agent who says that they know it was not checked
    WAITS = "waits"  # not yet, mostly for a second
    UNCHECKED = "unchecked"  # the scanner could not tell, so not at all
    INFECTED = "infected"


@dataclass(frozen=True)
class ScanState:
    """What is known of something that is no row of its own; for all functions here as good as one."""

    scan: str
    scan_note: str = ""


def rule(scan: str, *, agent: bool, scanner: bool) -> Ruling:
    """Pure; the table above."""
    if scan == Scan.INFECTED:
        return Ruling.INFECTED
    if scan == Scan.CLEAN or (not scanner and scan != Scan.UNPROVEN):
        return Ruling.GIVEN
    if agent:
        return Ruling.ASKED
    return Ruling.WAITS if scan == Scan.WAITING else Ruling.UNCHECKED


def ruling(file: Scanned | ScanState, *, agent: bool = False) -> Ruling:
    """What this installation answers to whoever asks for `file`. `agent`: a member of the staff with ticket.read."""
    return rule(file.scan, agent=agent, scanner=bool(settings.SCANNER))


def given(file: Scanned | ScanState, *, agent: bool = False) -> bool:
    """Whether its bytes, or a picture drawn from them, may go out without a question."""
    return ruling(file, agent=agent) == Ruling.GIVEN


def left_out(file: Attachment) -> str:
    """What an answer says in the place of a file that does not go with it."""
    if file.scan == Scan.INFECTED:
        return _("Файл «%(name)s» не приложен: он не прошёл проверку на вирусы.") % {"name": file.name}
    return _("Файл «%(name)s» не приложен: его не удалось проверить на вирусы.") % {"name": file.name}


def together(*parts: Scanned | ScanState) -> ScanState:
    """What is known of something that holds all of these: it is as bad as the worst of them."""
    for scan in (Scan.INFECTED, Scan.UNKNOWN, Scan.UNPROVEN, Scan.WAITING):
        for part in parts:
            if part.scan == scan:
                return ScanState(scan, part.scan_note)
    return ScanState(Scan.CLEAN)


def sentence(file: Scanned | ScanState, *, agent: bool = False) -> str:
    """Why it is not simply given, to whom it is not; "" where it is."""
    match ruling(file, agent=agent):
        case Ruling.INFECTED:
            return _("Файл не прошёл проверку: найден вирус %(name)s. Открыть его нельзя.") % {"name": file.scan_note}
        case Ruling.ASKED:
            return _("Файл не проверен на вирусы: откройте его, только если уверены в отправителе.")
        case Ruling.WAITS:
            return _("Файл проверяется на вирусы: обычно это занимает несколько секунд.")
        case Ruling.UNCHECKED:
            return _("Файл не удалось проверить на вирусы, поэтому здесь он не открывается. В поддержке его видят.")
    return ""


def mark(file: Scanned | ScanState, *, agent: bool = False) -> Look | None:
    """What stands beside its name; None where there is nothing to say."""
    return mark_of(ruling(file, agent=agent), file.scan_note)


def mark_of(ruled: Ruling, scan_note: str) -> Look | None:
    """The same where it is ruled already."""
    match ruled:
        case Ruling.INFECTED:
            return Look(_("не прошёл проверку: %(name)s") % {"name": scan_note}, "trouble", "shield-alert")
        case Ruling.ASKED:
            return Look(_("не проверено"), "attention", "shield-question-mark")
        case Ruling.WAITS:
            return Look(_("проверяется"), "neutral", "clock")
        case Ruling.UNCHECKED:
            return Look(_("не удалось проверить"), "neutral", "shield-question-mark")
    return None
