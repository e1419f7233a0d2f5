"""Wrong passwords slow down, and lock nobody out.

Tries are counted by pairs: this account from this network address. Whoever guesses slows themselves down, and the owner
of the account signs in from elsewhere as if nothing happened. Three things go beyond the pair:

- an address that guesses at many accounts is slowed for all of them;
- an account at which many addresses guess is watched: every network may try once in a while, so that a crowd gets
  nowhere and the right password is still let in at the first try;
- a browser in which the account was signed in before (people/known_devices.py) is counted by itself alone, whatever
  others do at the account or from the same address.

A try is counted before the password is looked at, so that tries at the same moment are counted too, and taken back when
it was right.
"""

import hashlib
import ipaddress
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from camdesk.people import limits
from camdesk.people.limits import Limited, network_of


@dataclass(frozen=True)
class Try:
    """One try, and under what it was counted: (name of the limit, whose)."""

    counts: list[tuple[str, str]] = field(default_factory=list)

    def take(self, counts: Iterable[tuple[str, str]], *, now: datetime) -> None:
        """Raises Limited; then the try was none, and is counted nowhere."""
        for limit, whose in counts:
            self.counts.append((limit, whose))
            try:
                limits.take(limit, whose, now=now)
            except Limited:
                self.take_back(now=now)
                raise

    def take_back(self, *, now: datetime) -> None:
        """It was right: it is no guess."""
        while self.counts:
            limits.give_back(*self.counts.pop(), now=now)


def try_password(login: str, *, address: str, device: str, now: datetime) -> Try:
    """`login`: as it was typed, known or not; `address`: of the network; `device`: the id of a browser this account
    knows, else "". Raises Limited."""
    whose, network, made = _digest(login), network_of(address), Try()
    if device:
        known = f"{device}:{whose}"
        made.take([("sign_in_device", known), ("sign_in_device_long", known)], now=now)
        return made
    pair = f"{network}:{whose}"
    made.take(
        [
            ("sign_in_address", network),
            ("sign_in_address_long", network),
            ("sign_in_pair", pair),
            ("sign_in_pair_long", pair),
        ],
        now=now,
    )
    try:
        limits.take("sign_in_account", whose, now=now)
    except Limited:
        made.take([("sign_in_watched", f"{_wide(network)}:{whose}")], now=now)
    else:
        made.counts.append(("sign_in_account", whose))
    return made


def try_code(user_id: int, *, address: str, device: str, now: datetime) -> Try:
    """A code of a second factor: six digits, so all who are not known have one count. Whoever comes to it knows the
    password, and a new one shuts them out. Raises Limited."""
    made = Try()
    if device:
        known = f"{device}:{user_id}"
        made.take([("code_device", known), ("code_device_long", known)], now=now)
    else:
        made.take([("code_pair", f"{network_of(address)}:{user_id}"), ("code_account", str(user_id))], now=now)
    return made


def _digest(login: str) -> str:
    return hashlib.sha256(login.strip().lower().encode()).hexdigest()[:40]


def _wide(network: str) -> str:
    """What one owner often has whole: of IPv4 the /24, of IPv6 the /48."""
    try:
        number = ipaddress.ip_address(network)
    except ValueError:
        return network
    length = 24 if number.version == 4 else 48
    return str(ipaddress.ip_network(f"{number}/{length}", strict=False))
