"""The network of a client, by which requests and attempts to sign in are counted."""

import ipaddress
from functools import lru_cache

HOUSEHOLD_BITS, CUSTOMER_BITS = 64, 48
"""Of an IPv6 address. A device has the /64 of a household, but its owner may have 256 of them, and a firm 65,536."""


@lru_cache(maxsize=4096)
def get_network(address: str, bits: int = HOUSEHOLD_BITS) -> str:
    """Return the address as text. An IPv6 address becomes the network of its first bits."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return "unknown"
    if isinstance(found, ipaddress.IPv6Address):
        return str(found.ipv4_mapped or ipaddress.IPv6Network((int(found), bits), strict=False))
    return str(found)
