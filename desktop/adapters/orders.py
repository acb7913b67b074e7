"""Requests as they are sent, and how a redirect changes them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace

from desktop.adapters.addresses import AllowList, Origin, parse_origin, resolve_location
from desktop.adapters.redaction import redact_text
from desktop.domain.errors import SetupFailed

READS = frozenset({"GET", "HEAD", "OPTIONS", "PROPFIND"})
"""Methods that change nothing (RFC 9110, 9.2.1; RFC 4918, 9.1)."""
REDIRECTS = frozenset({301, 302, 303, 307, 308})
TAKEN = frozenset({302, 303})
"""Redirects that may answer a write which was carried out; the others say that it was not (RFC 9110, 15.4)."""

_PRIVATE_HEADERS = frozenset({"authorization", "cookie", "proxy-authorization"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """One request as it is sent, and sent again where `again` allows it."""

    method: str
    url: str
    params: Mapping[str, str | list[str]] | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    form: Mapping[str, str | list[str]] | None = None
    json: object | None = None
    data: bytes | None = None
    again: bool = False

    @property
    def credentials(self) -> frozenset[str]:
        """What it proves itself with in headers, such as a token that was got just now and that nobody else knows of."""
        values = [value for name, value in self.headers.items() if name.lower() in _PRIVATE_HEADERS]
        return frozenset(part for value in values for part in (value, value.rpartition(" ")[2]))

    @property
    def writes(self) -> bool:
        """Whether it may change something."""
        return self.method not in READS


@dataclass(frozen=True, slots=True)
class Redirects:
    """Says where a component's redirects may lead, and what goes along."""

    allowed: AllowList
    component: str
    secrets: Collection[str]

    def build_next(self, order: Order, *, status: int, location: str, last: bool) -> Order:
        """The order for the next address.

        A write answered with 302 or 303 becomes a read of the next address; one answered with 307 or 308 is sent
        again, to the same origin only.

        Raises:
            SetupFailed: it leads to a host that is not allowed, on for ever, or would pass a secret on.
        """
        url = resolve_location(order.url, location)
        before, after = self._origin(order.url), self._origin(url)
        if last:
            raise self._moved("sends from one address to the next without end")
        if not self.allowed.allows(after):
            raise self._moved(f"sends to {after.host}, which it is not set up for")
        become_read = order.writes and status in TAKEN
        if order.writes and not become_read and (before != after or status == 301):
            raise self._moved("has moved")
        order = replace(order, url=url, params=None)
        if become_read:
            order = replace(order, method="GET", form=None, json=None, data=None)
        return order if before == after else self._for_other_host(order, after)

    def _origin(self, url: str) -> Origin:
        return parse_origin(url, component=self.component)

    def _for_other_host(self, order: Order, after: Origin) -> Order:
        if redact_text(order.url, self.secrets) != order.url:
            raise self._moved(f"would pass its secret on to {after.host}")
        kept = {
            name: value
            for name, value in order.headers.items()
            if name.lower() not in _PRIVATE_HEADERS and redact_text(value, self.secrets) == value
        }
        return replace(order, headers=kept)

    def _moved(self, what: str) -> SetupFailed:
        return SetupFailed(
            f"{self.component} {what}.",
            "Check its base_url in the settings.",
            key="http.moved",
            subject=self.component,
        )
