"""Letters that say that a letter of ours did not arrive.

By form: a report, the null sender, a mail daemon with an address and a code, the failed recipient in a header. By words
alone nobody's letter is one: a person who writes that letters do not arrive has a matter of their own.
"""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace

from camdesk.channels.mail.mime.addresses import NamedAddress, addresses_within, safe_address
from camdesk.channels.mail.mime.auto_replies import has_null_sender, is_absence_notice
from camdesk.channels.mail.mime.bounce_words import (
    ALL_IS_WELL,
    CODE_OF_REPLY,
    CUE,
    DELAYED,
    ENHANCED_CODE,
    FAILED_FOR_GOOD,
    GIVEN_UP,
    GREETING,
    NAMES_OF_DAEMONS,
    NOT_DELIVERED,
    REASONS,
    REFUSED,
)
from camdesk.channels.mail.mime.came_back import NOTHING_BACK, LetterBack, own_words
from camdesk.channels.mail.mime.delivery_reports import SAMPLE, Bounce, from_disposition, from_report
from camdesk.channels.mail.mime.headers import Headers
from camdesk.channels.mail.mime.subjects import FORWARDS

_DAEMONS = re.compile(
    r"(?:mailer|mail|smtp|delivery|mta)[-_. ]?daemon|m?daemon|mail[-_. ]?delivery|(?:double-)?bounces?"
    r"|mail(?:er)?-?system"
    r"|mail[-_.]?(?:gate(?:way)?|subsystem)|smtp[-_.]?gateway|null",
    re.I,
)
# A role that people hold too, or a service that writes other letters as well.
_ROLES = re.compile(
    r"post-?master|postoffice|(?:[\w-]{0,30}[-_.])?(?:mail|smtp|mta|gateway|server|system|delivery|antivirus|antispam"
    r"|filter"
    r"|robot|daemon)(?:[-_.]?(?:admin|server|service|robot|system|delivery|gateway|gateways|filter))?|uucp|root|nobody"
    r"|admin(?:istrator)?|no-?reply|do-?not-?reply|listserv|majordomo|abuse",
    re.I,
)
_IN_THE_TEXT = re.compile(r"^final-recipient:", re.I | re.M)
_ADDRESS_WITHIN = re.compile(r"[ \t][<«\"']?[^\s@<>«»\"']{1,64}@[^\s@<>«»\"']{1,190}[>»\"']?(?=[ \t])")
_WEIGHT_OF_OURS = 6  # of an address that the letter which came back was written to


@dataclass(frozen=True)
class Suspect:
    """What the letter shows of itself. `own`: addresses it was sent to, which is ours; `back`: the
    letter within it; `is_report`: its parts are those of a report on delivery."""

    headers: Headers
    sender: NamedAddress
    subject: str
    text: str
    own: Collection[str] = frozenset()
    reports: Sequence[str] = ()
    dispositions: Sequence[str] = ()
    back: LetterBack = NOTHING_BACK
    is_report: bool = False
    said: str = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "said", own_words(self.text[:SAMPLE]))


def bounce_of(letter: Suspect) -> Bounce | None:
    """The bounce that this letter is, None when it is none."""
    if FORWARDS.match(letter.subject) and not (letter.is_report or _is_daemon(letter)):
        return None  # somebody sends us a bounce of their own
    reports = [*letter.reports]
    if not reports and _IN_THE_TEXT.search(letter.said) and not _is_a_persons(letter):
        reports.append(letter.said)  # a report that lost its parts on the way
    told = [from_report(report) for report in reports]
    refused = bool(REFUSED.search(f"{letter.headers.text('auto-submitted', 200)} {letter.subject} {letter.said}"))
    told += [from_disposition(text, refused=refused) for text in letter.dispositions]
    for one in told:
        if one.bounce is not None:
            return one.bounce if one.bounce.recipient else replace(one.bounce, recipient=_recipient(letter))
    if any(one.conclusive for one in told):
        return None  # delivered, relayed, read: all is well whatever the text says
    failed = safe_address(letter.headers.text("x-failed-recipients", 1000).split(",")[0])
    if not failed and (ALL_IS_WELL.search(letter.subject) or not _is_bounce(letter, reports=bool(letter.reports))):
        return None
    permanent = _is_permanent(letter)
    return Bounce(failed or _recipient(letter), permanent, given_up=permanent or _is_given_up(letter))


def _is_bounce(letter: Suspect, *, reports: bool) -> bool:
    """By who sent it and what it says. What proves less asks for more."""
    named = bool(NOT_DELIVERED.search(letter.subject))
    # «Адрес olga@example.net не существует», "user <olga@example.net> is unknown": the words go on behind the address.
    plain = _ADDRESS_WITHIN.sub("", letter.said)
    worded = bool(NOT_DELIVERED.search(plain) or REASONS.search(plain))
    coded = bool(ENHANCED_CODE.search(letter.said) or CODE_OF_REPLY.search(letter.said))
    addressed = bool(_recipient(letter))
    back = letter.back is not NOTHING_BACK
    null = has_null_sender(letter.headers)
    absent = is_absence_notice(letter.headers, letter.subject)
    if reports:
        return named or worded or coded or addressed
    if _is_daemon(letter):
        return named or worded or addressed  # it writes nothing else
    if null and not absent:
        return named or (worded and (addressed or coded)) or ((coded or back) and addressed)
    if _plainly(_ROLES, letter.sender) or null:
        if not null and GREETING.match(letter.said):
            return False
        if back:
            return named or worded or (coded and addressed)
        return addressed and ((named and (coded or worded)) or (coded and worded))
    ours_came_back = back and bool(letter.back.sender) and letter.back.sender.lower() in letter.own
    return ours_came_back and named and (coded or worded) and addressed and not GREETING.match(letter.said)


def _is_daemon(letter: Suspect) -> bool:
    """By its address, or by the name it goes by."""
    return _plainly(_DAEMONS, letter.sender) or bool(NAMES_OF_DAEMONS.match(letter.sender.name))


def _is_a_persons(letter: Suspect) -> bool:
    return not (_is_daemon(letter) or _plainly(_ROLES, letter.sender) or has_null_sender(letter.headers))


def _plainly(names: re.Pattern[str], sender: NamedAddress) -> bool:
    return bool(names.fullmatch(sender.address.rpartition("@")[0].partition("+")[0][:64]))


def _recipient(letter: Suspect) -> str:
    """Who did not get it, as far as the text says so: never we, nor who sent the bounce."""
    sender = letter.sender.address.lower()
    written_to = {address.lower() for address in letter.back.to}
    refused = {address.lower() for address in letter.own} | {sender, letter.back.sender.lower()}
    best, weight = "", 0
    text = f"{letter.subject}\n{letter.said}"
    cues = [found.end() for found in CUE.finditer(text)]
    for at, address in addresses_within(text)[:200]:
        low = address.lower()
        if low in refused or _DAEMONS.fullmatch(low.rpartition("@")[0]) or low.startswith(("postmaster@", "abuse@")):
            continue
        line = text[text.rfind("\n", 0, at) + 1 : at].strip(" \t>|*•-").lower()
        if line.endswith(("message-id: <", "message id: <", "message-id:")):
            continue
        # Near a cue, alone at the beginning of a line, and among those our letter was written to.
        score = 1 + 2 * any(0 <= at - cue < 200 for cue in cues) + 2 * (line in ("", "<", "'", '"'))
        score += _WEIGHT_OF_OURS * (low in written_to)
        score -= 3 * line.startswith(("from", "sender", "reply-to", "от:", "von:", "contact", "e-mail:", "by "))
        if score > weight:
            best, weight = address, score
    if best or len(letter.back.to) != 1 or letter.back.to[0].lower() in refused:
        return best
    return letter.back.to[0]


def _is_permanent(letter: Suspect) -> bool:
    enhanced = ENHANCED_CODE.search(letter.said)
    if enhanced:
        return enhanced.group(1) == "5"
    code = CODE_OF_REPLY.search(letter.said)
    if code:
        return code.group(1) == "5"
    if FAILED_FOR_GOOD.search(letter.said):
        return True
    return not (DELAYED.search(letter.subject) or DELAYED.search(letter.said))


def _is_given_up(letter: Suspect) -> bool:
    """Whether a letter that may be tried again will not be."""
    if GIVEN_UP.search(letter.said):
        return True
    return not (DELAYED.search(letter.subject) or DELAYED.search(letter.said))
