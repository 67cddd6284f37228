"""Which network addresses the link checker may request: those of the public internet only."""

import pytest

from agenda.link_check.public_networks import is_public


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "127.8.9.10", "0.0.0.1", "10.1.2.3", "172.16.0.1", "172.31.255.255", "192.168.1.1",  # private
        "100.64.0.1",  # shared by the customers of a provider
        "169.254.1.1", "169.254.169.254",  # link-local, metadata
        "192.0.2.1", "198.51.100.1", "203.0.113.1", "198.18.0.1", "240.0.0.1", "255.255.255.255",  # reserved
        "224.0.0.1", "239.255.255.250",  # multicast
        "::", "::1", "fe80::1", "fe80::1%eth0", "fc00::1", "fd00:ec2::254", "ff02::1", "2001:db8::1",
        "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:169.254.169.254",  # IPv4 as IPv6
        "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe",  # NAT64
        "2002:7f00:1::", "2002:a00:1::",  # 6to4
        "fec0::1", "feff::1",  # site-local
        "168.63.129.16", "192.88.99.1",  # special, but not in IANA's registries
    ],
)  # fmt: skip
def test_other_networks_are_refused(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", ["1.1.1.1", "147.67.210.30", "2606:4700:4700::1111", "64:ff9b::101:101"])
def test_public_addresses_are_permitted(address: str) -> None:
    assert is_public(address)
