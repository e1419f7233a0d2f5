"""Which request a letter belongs to. Pure.

Only a whole token of ours says so, in the address written to or in the Message-ID answered; and even then only a
participant's letter joins. A number in the subject, a sender's word, a truncated token say nothing: such a letter opens
a request of its own, and nothing is lost.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from camdesk.channels.mail.mime.parsed_letter import ParsedLetter
from camdesk.tickets.letter_tokens import number_of_letter, number_of_reply


@dataclass(frozen=True)
class Ours:
    """Our own address: `support@example.org` is local "support", domain "example.org"."""

    local: str
    domain: str

    @classmethod
    def of(cls, address: str) -> "Ours":
        local, _at, domain = address.lower().rpartition("@")
        return cls(local, domain)


def numbers_named(letter: ParsedLetter, recipients: Sequence[str], ours: Ours) -> list[int]:
    """The requests that tokens of ours in this letter name, the surest first, each once."""
    addresses = [*recipients, *(box.address for box in [*letter.to, *letter.cc])]
    found = [_of_address(address, ours) for address in addresses]
    answered = [letter.in_reply_to, *reversed(letter.references), *letter.returned]
    found += [number_of_letter(one.rpartition("@")[0]) for one in answered]
    return list(dict.fromkeys(number for number in found if number is not None))


def is_our_letter(letter: ParsedLetter) -> bool:
    """One of our own letters that came back: its Message-ID is signed by us."""
    return number_of_letter(letter.message_id.rpartition("@")[0]) is not None


def is_ours(address: str, ours: Ours) -> bool:
    """support@… itself, or with anything after a plus."""
    local, _at, domain = address.lower().rpartition("@")
    return domain == ours.domain and local.partition("+")[0] == ours.local


def joins(sender: str, participants: Collection[str]) -> bool:
    """Whether a letter with a token may speak in the request: only who takes part in it."""
    return bool(sender) and sender.lower() in participants


def _of_address(address: str, ours: Ours) -> int | None:
    if not is_ours(address, ours):
        return None
    return number_of_reply(address.rpartition("@")[0].partition("+")[2])
