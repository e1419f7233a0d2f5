"""The telephone exchanges we understand. Add a line to add one."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from camdesk.channels.phone import mango, templated, zadarma
from camdesk.channels.phone.exchange_events import ExchangeEvent


@dataclass(frozen=True)
class Exchange:
    """verified(headers, body, key): whether it was sent by the exchange; parse(body) raises NotUnderstood."""

    verified: Callable[[Mapping[str, str], bytes, str], bool]
    parse: Callable[[bytes], list[ExchangeEvent]]


EXCHANGES = {
    "mango": Exchange(mango.verified, mango.parse),
    "zadarma": Exchange(zadarma.verified, zadarma.parse),
    "uis": Exchange(templated.unsigned, templated.parser("uis")),
    "exolve": Exchange(templated.unsigned, templated.parser("exolve")),
    "asterisk": Exchange(templated.unsigned, templated.parser("asterisk")),
}
