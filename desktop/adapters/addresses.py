"""Which addresses a component may be asked at: https only, plain http to this machine only, hosts by allow-list."""

from __future__ import annotations

import ipaddress
from collections.abc import Collection
from dataclasses import dataclass
from urllib.parse import SplitResult, urljoin, urlsplit, urlunsplit

from typing_extensions import override

from desktop.domain.errors import SetupFailed

_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Where a request goes: secrets never pass from one origin to another."""

    scheme: str
    host: str
    port: int

    @override
    def __str__(self) -> str:
        usual = _PORTS[self.scheme] == self.port
        return self.host if usual else f"{self.host}:{self.port}"


def is_loopback(host: str) -> bool:
    """Whether a host name is this machine."""
    name = host.strip("[]").lower()
    if name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False


def parse_origin(url: str, *, component: str) -> Origin:
    """The origin of a whole URL.

    Raises:
        SetupFailed: not a web address, a name or password in it, or plain http to another machine.
    """
    parts, port = _split(url, component=component)
    host = (parts.hostname or "").lower()
    if parts.scheme not in _PORTS or not host:
        raise _bad(component, "its address is not a web address", "Give a whole address, like https://api.example.uk.")
    if parts.username or parts.password:
        raise _bad(component, "its address holds a name or password", "Give secrets apart from the address.")
    if parts.scheme == "http" and not is_loopback(host):
        raise _bad(
            component,
            f"{host} is asked over plain http",
            "Give an address that starts with https://. Plain http is for this machine only.",
        )
    return Origin(scheme=parts.scheme, host=host, port=port or _PORTS[parts.scheme])


def _split(url: str, *, component: str) -> tuple[SplitResult, int | None]:
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise _bad(component, "its address cannot be read", "Check the address in its settings.") from error
    return parts, port


def _bad(component: str, what: str, hint: str) -> SetupFailed:
    return SetupFailed(f"{component} cannot be asked: {what}.", hint, key="http.address", subject=component)


@dataclass(frozen=True, slots=True)
class AllowList:
    """The hosts of one component: those of its manifest at their usual port, and those of its own addresses as they are."""

    hosts: frozenset[str]
    own: frozenset[Origin]

    @classmethod
    def build(cls, *, hosts: Collection[str], addresses: Collection[str], component: str) -> AllowList:
        """An allow-list from a manifest's hosts and a component's addresses, each of which may be "". Raises SetupFailed."""
        own = frozenset(parse_origin(address, component=component) for address in addresses if address)
        return cls(frozenset(host.lower() for host in hosts), own)

    def allows(self, origin: Origin) -> bool:
        """Whether requests may go there."""
        if origin in self.own:
            return True
        return origin.scheme == "https" and (str(origin) in self.hosts)


def build_url(base_url: str, path: str) -> str:
    """A path below the base address, or a whole URL as it is; a query of the base address is kept off."""
    if "://" in path.split("?", 1)[0]:
        return path
    base = urlsplit(base_url)
    below = f"{base.path.rstrip('/')}/{path.lstrip('/')}" if path else base.path
    return urlunsplit((base.scheme, base.netloc, "", "", "")) + below


def resolve_location(url: str, location: str) -> str:
    """Where a redirect from `url` leads."""
    return urljoin(url, location)


def build_shown_url(url: str) -> str:
    """A URL fit for logs and records: no query, fragment, name or password."""
    parts = urlsplit(url)
    host = parts.netloc.rpartition("@")[2]
    return urlunsplit((parts.scheme, host, parts.path, "", ""))
