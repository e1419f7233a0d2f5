"""How much one address may have open at once: a stranger with many connections must not take the places of all.

A connection is counted under the address it comes from. A trusted proxy (CAMDESK_PROXIES) carries everybody, so its
connections are not counted; what it carries is: the requests at work, under the address that the proxy names.
"""

import functools
import ipaddress
import logging
import time
from collections.abc import Sequence

from uvicorn.middleware.proxy_headers import _TrustedHosts  # the very reading by which X-Forwarded-For is believed

from camdesk.lib.shared_counts import SharedCounts

log = logging.getLogger("camdesk.web")

UNLIMITED = 1 << 30
_SAY_EVERY = 60.0


class PerAddress:
    """Counts what is open. `most` for one address; those in `trusted` (addresses, networks or `*`) are not counted.
    `shared`: with what other processes have open."""

    def __init__(self, most: int, *, trusted: Sequence[str] = (), shared: SharedCounts | None = None) -> None:
        self.most = most
        self.shared = shared
        self.trusted = _TrustedHosts(list(trusted))
        self.open: dict[str, int] = {}
        self.refused = 0
        self._said = -_SAY_EVERY

    def enter(self, address: str) -> bool:
        """Whether there is a place; then `leave` gives it back."""
        if not address or address in self.trusted:
            return True
        whose = _whose(address)
        count = self.open.get(whose, 0)
        if count + (self.shared.elsewhere(whose) if self.shared is not None else 0) >= self.most:
            self.refused += 1
            self._say(address)
            return False
        self.open[whose] = count + 1
        if self.shared is not None:
            self.shared.add(whose, 1)
        return True

    def leave(self, address: str) -> None:
        if not address or address in self.trusted:
            return
        whose = _whose(address)
        count = self.open[whose] - 1
        if self.shared is not None:
            self.shared.add(whose, -1)
        if count:
            self.open[whose] = count
        else:
            del self.open[whose]

    def _say(self, address: str) -> None:
        """At most once a minute: whoever sends too much must not fill the log as well."""
        now = time.monotonic()
        if now - self._said >= _SAY_EVERY:
            self._said = now
            log.warning(
                "%s has %d open at once and is refused more (CAMDESK_MAX_PER_ADDRESS);"
                " if it is your proxy, name it in CAMDESK_PROXIES",
                address,
                self.most,
            )


@functools.lru_cache(maxsize=4096)
def _whose(address: str) -> str:
    """Under what an address is counted: IPv6 by its /64, which is one customer's line; IPv4 by itself."""
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(ip, ipaddress.IPv6Address):
        if ip.ipv4_mapped:
            return str(ip.ipv4_mapped)
        return str(ipaddress.ip_network((ip, 64), strict=False))
    return str(ip)
