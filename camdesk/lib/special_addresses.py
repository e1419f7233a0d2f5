"""Which IP addresses are somebody's server out in the internet, and which lead elsewhere. Pure.

Everything in IANA's registries of special-purpose addresses is refused, also what is routed worldwide but is nobody's
server (anycast services, AS112); so is every IPv6 address that carries an IPv4 one, because a gateway may unpack it and
lead inside. In IPv6 only the space handed out to networks (2000::/3) is the internet: what is not handed out, and every
form that will be invented there, leads nowhere.
"""

import ipaddress
from typing import Final

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

_HANDED_OUT: Final = ipaddress.IPv6Network("2000::/3")
_SPECIAL_4: Final = tuple(
    ipaddress.IPv4Network(network)
    for network in (
        "0.0.0.0/8",  # this network
        "10.0.0.0/8",  # private
        "100.64.0.0/10",  # shared behind a carrier's NAT
        "127.0.0.0/8",  # loopback
        "168.63.129.16/32",  # a cloud's metadata and health service, on a public number; in no registry
        "169.254.0.0/16",  # link-local, and most clouds' metadata
        "172.16.0.0/12",  # private
        "192.0.0.0/24",  # protocol assignments: DS-Lite, PCP, TURN, NAT64 discovery; a cloud's metadata
        "192.0.2.0/24",  # documentation
        "192.31.196.0/24",  # AS112
        "192.52.193.0/24",  # AMT
        "192.88.99.0/24",  # 6to4 relays
        "192.168.0.0/16",  # private
        "192.175.48.0/24",  # AS112
        "198.18.0.0/15",  # benchmarks
        "198.51.100.0/24",  # documentation
        "203.0.113.0/24",  # documentation
        "224.0.0.0/4",  # multicast
        "240.0.0.0/4",  # reserved, and broadcast
    )
)
_SPECIAL_6: Final = tuple(  # within what is handed out
    ipaddress.IPv6Network(network)
    for network in (
        "2001::/23",  # protocol assignments: Teredo, benchmarks, AMT, AS112, ORCHID, DRIP
        "2001:db8::/32",  # documentation
        "2002::/16",  # 6to4
        "2620:4f:8000::/48",  # AS112
        "3fff::/20",  # documentation
    )
)
_ISATAP: Final = frozenset((0x00005EFE, 0x02005EFE))  # before the IPv4 number in the lower half of an IPv6 one


def is_outside(number: Address) -> bool:
    """Whether a connection to this number leaves for the open internet, and nothing inside it points elsewhere."""
    if isinstance(number, ipaddress.IPv4Address):
        return not any(number in network for network in _SPECIAL_4)
    if number not in _HANDED_OUT or any(number in network for network in _SPECIAL_6):
        return False
    return (int(number) >> 32) & 0xFFFFFFFF not in _ISATAP
