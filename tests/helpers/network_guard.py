"""Keeps a test process on this computer: sockets go to the loopback only, and no name outside is looked up."""

from __future__ import annotations

import ipaddress
import socket
import sys


class OutsideNetworkUsed(BaseException):
    """A test tried to leave this computer. Not an Exception, so that no code under test takes it for a fault."""


def is_here(host: object) -> bool:
    """Whether a host is this computer. "" and None mean "any", which listens on every network."""
    if not isinstance(host, (str, bytes)):
        return False
    text = host.decode("ascii", "replace") if isinstance(host, bytes) else host
    if text == "localhost":
        return True
    try:
        return ipaddress.ip_address(text.partition("%")[0]).is_loopback
    except ValueError:
        return False


def _is_number(host: object) -> bool:
    try:
        ipaddress.ip_address(str(host))
    except ValueError:
        return False
    return True


def guard(event: str, arguments: tuple[object, ...]) -> None:
    """An audit hook. Raises OutsideNetworkUsed, or for a name what a computer without a network says."""
    if event in {"socket.connect", "socket.bind", "socket.sendto"}:
        address = arguments[1]
        if isinstance(address, tuple) and isinstance(address[0], str) and not is_here(address[0]):
            raise OutsideNetworkUsed(f"{event} with {address[0]!r}: tests speak to 127.0.0.1 only")
    elif event == "socket.getaddrinfo":
        host = arguments[0]
        if host is not None and not is_here(host) and not _is_number(host):
            raise socket.gaierror(socket.EAI_NONAME, "Names are not looked up in tests")


def switch_on() -> None:
    """Guards this process until it ends: an audit hook cannot be taken off, by code under test neither."""
    sys.addaudithook(guard)
