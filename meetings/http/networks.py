"""The network of a client, by which requests and attempts to sign in are counted."""

import ipaddress
from functools import lru_cache


@lru_cache(maxsize=4096)
def get_network(address: str) -> str:
    """Return the address as text. An IPv6 address becomes its /64 network, which belongs to one household."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return "unknown"
    if isinstance(found, ipaddress.IPv6Address):
        return str(found.ipv4_mapped or ipaddress.IPv6Network((int(found) >> 64 << 64, 64)))
    return str(found)
