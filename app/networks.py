"""Networks as an operator writes them."""

import ipaddress

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


def read_networks(value: object) -> object:
    """The networks of a list of texts; an IPv4 one in IPv6 clothes comes back as IPv4, as the addresses in it do.

    Raises ValueError naming the text that is none. What is no list is left alone.
    """
    return [_read(text) for text in value] if isinstance(value, list) else value


def _read(text: str) -> Network:
    try:
        network = ipaddress.ip_network(text)
    except ValueError:
        raise ValueError(f"{text!r} is not an address or network") from None
    mapped = network.network_address.ipv4_mapped if isinstance(network, ipaddress.IPv6Network) else None
    return network if mapped is None else ipaddress.ip_network((mapped, network.prefixlen - 96))
