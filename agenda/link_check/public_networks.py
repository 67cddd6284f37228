"""Decide which network addresses may be requested: those of the public internet only."""

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

IPAddress = IPv4Address | IPv6Address
TRANSLATED_NETWORK = IPv6Network("64:ff9b::/96")
"""Addresses that a NAT64 gateway translates to the IPv4 address in their last 32 bits (RFC 6052)."""
OTHER_NETWORKS = (
    IPv4Network("168.63.129.16/32"),  # services of Azure for the virtual machine that asks
    IPv4Network("192.88.99.0/24"),  # the nearest 6to4 relay, which may be inside the network (RFC 7526: deprecated)
)
"""Networks that `ipaddress` takes for global ones, and that lead to something near this server."""


def is_public(text: str) -> bool:
    """Return whether an IP address is one of the public internet.

    Private, loopback, link-local, site-local, multicast and reserved addresses are not, and so neither are the metadata
    services of cloud providers (169.254.169.254, fd00:ec2::254). For an IPv6 address with an IPv4 address in it, both
    must be public.
    """
    address = ip_address(text.partition("%")[0])  # without the name of an interface
    return all(is_globally_routed(each) for each in (address, *list_embedded_addresses(address)))


def is_globally_routed(address: IPAddress) -> bool:
    is_special = address.is_multicast or address.is_reserved or address.is_unspecified
    is_translated = isinstance(address, IPv6Address) and address in TRANSLATED_NETWORK
    is_near = any(address in network for network in OTHER_NETWORKS)
    is_near = is_near or (isinstance(address, IPv6Address) and address.is_site_local)
    return is_translated or (address.is_global and not is_special and not is_near)


def list_embedded_addresses(address: IPAddress) -> list[IPv4Address]:
    """Return the IPv4 addresses in an IPv6 address to which a gateway or the system may send the request."""
    if isinstance(address, IPv4Address):
        return []
    teredo = address.teredo or ()
    translated = [IPv4Address(int(address) & 0xFFFFFFFF)] if address in TRANSLATED_NETWORK else []
    return [each for each in (address.ipv4_mapped, address.sixtofour, *teredo, *translated) if each]
