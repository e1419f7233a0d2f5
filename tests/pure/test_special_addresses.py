"""Which numbers are out in the internet: all of IANA's registries, and every way to carry one number in another."""

import ipaddress

import pytest

from camdesk.lib.special_addresses import is_outside

# iana-ipv4-special-registry and iana-ipv6-special-registry, row by row; then multicast, reserved and unallocated space.
_IPV4 = """
    0.0.0.0/8 0.0.0.0/32 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 169.254.0.0/16 172.16.0.0/12 192.0.0.0/24 192.0.0.0/29
    192.0.0.8/32 192.0.0.9/32 192.0.0.10/32 192.0.0.170/32 192.0.0.171/32 192.0.2.0/24 192.31.196.0/24 192.52.193.0/24
    192.88.99.0/24 192.88.99.2/32 192.168.0.0/16 192.175.48.0/24 198.18.0.0/15 198.51.100.0/24 203.0.113.0/24
    240.0.0.0/4 255.255.255.255/32 224.0.0.0/4
"""
_IPV6 = """
    ::1/128 ::/128 ::ffff:0:0/96 64:ff9b::/96 64:ff9b:1::/48 100::/64 100:0:0:1::/64 2001::/23 2001::/32 2001:1::1/128
    2001:1::2/128 2001:1::3/128 2001:2::/48 2001:3::/32 2001:4:112::/48 2001:10::/28 2001:20::/28 2001:30::/28
    2001:db8::/32 2002::/16 2620:4f:8000::/48 3fff::/20 5f00::/16 fc00::/7 fe80::/10
    ::/8 ::/96 ::ffff:0:0:0/96 100::/8 200::/7 400::/6 800::/5 1000::/4 4000::/3 6000::/3 8000::/3 a000::/3 c000::/3
    e000::/4 f000::/5 f800::/6 fe00::/9 fec0::/10 ff00::/8
"""
IPV4, IPV6 = _IPV4.split(), _IPV6.split()
METADATA = ["169.254.169.254", "168.63.129.16", "100.100.100.200", "192.0.0.192", "fd00:ec2::254", "fd20:ce::254"]
SERVERS = [
    "8.8.8.8",
    "77.88.8.8",
    "1.1.1.1",
    "2606:4700:4700::1111",
    "2a02:6b8::feed:ff",
    "2400:cb00::1",
    "2001:200::1",
]
INNER = ["127.0.0.1", "10.0.0.5", "192.168.1.1", "169.254.169.254", "192.0.0.8", "8.8.8.8"]


def special(spelling: str) -> ipaddress.IPv4Network | ipaddress.IPv6Network:
    return ipaddress.ip_network(spelling)


@pytest.mark.parametrize("network", [*IPV4, *IPV6])
def test_nothing_of_a_special_network_is_outside(network):
    found = special(network)
    last = found.num_addresses - 1
    for number in {found[0], found[last // 2], found[last // 3], found[last]}:
        assert not is_outside(number), number


@pytest.mark.parametrize("network", [*IPV4, *IPV6])
def test_what_is_beside_a_special_network_is_outside_unless_it_is_special_too(network):
    found = special(network)
    rows = [special(one) for one in (IPV4 if found.version == 4 else IPV6)]
    kind = type(found[0])
    for number in (int(found[0]) - 1, int(found[-1]) + 1):
        if not 0 <= number < 2**found.max_prefixlen:
            continue
        beside = kind(number)
        assert is_outside(beside) == (not any(beside in row for row in rows)), beside


@pytest.mark.parametrize("number", METADATA)
def test_no_metadata_service_is_outside(number):
    assert not is_outside(ipaddress.ip_address(number))


@pytest.mark.parametrize("number", SERVERS)
def test_somebodys_server_is_outside(number):
    assert is_outside(ipaddress.ip_address(number))


def _high(number: int) -> str:
    return f"{number >> 16:x}:{number & 0xFFFF:x}"


CARRIED = {  # how an IPv6 number carries an IPv4 one
    "mapped": lambda number: f"::ffff:{_high(number)}",
    "compatible": lambda number: f"::{_high(number)}",
    "translated": lambda number: f"::ffff:0:{_high(number)}",
    "NAT64": lambda number: f"64:ff9b::{_high(number)}",
    "NAT64 of a network": lambda number: f"64:ff9b:1::{_high(number)}",
    "6to4": lambda number: f"2002:{_high(number)}::1",
    "Teredo, the server": lambda number: f"2001:0:{_high(number)}::1",
    "Teredo, the client": lambda number: f"2001::{_high(number ^ 0xFFFFFFFF)}",
    "ISATAP": lambda number: f"2606:4700::5efe:{_high(number)}",
    "ISATAP of a public number": lambda number: f"2606:4700::200:5efe:{_high(number)}",
    "ISATAP on the link": lambda number: f"fe80::5efe:{_high(number)}",
}


@pytest.mark.parametrize("carry", CARRIED.values(), ids=CARRIED)
@pytest.mark.parametrize("inner", INNER)
def test_a_number_that_carries_another_is_not_outside(carry, inner):
    assert not is_outside(ipaddress.IPv6Address(carry(int(ipaddress.IPv4Address(inner)))))
