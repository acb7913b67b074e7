"""Which endpoint is asked: the one of the settings, or the one that the council's service discovery names."""

from __future__ import annotations

from urllib.parse import urlsplit

from desktop.adapters.api import AdapterContext
from desktop.domain.errors import SetupFailed

from .discovery import DiscoveryFile, FoundEndpoint, find_endpoint, read_discovery
from .replies import read_reply


class EndpointFinder:
    """Finds the endpoint once, when it is first needed. Its host must be one of the settings: nobody else allows one."""

    def __init__(self, context: AdapterContext) -> None:
        settings = context.settings
        self._context = context
        self._given = settings["base_url"].rstrip("/")
        self._discovery = settings["discovery_url"]
        self._kind = settings["use"]
        self._format = settings["format"]
        self._found = ""

    @property
    def exists(self) -> bool:
        """Whether there is any address to ask."""
        return bool(self._given or self._discovery)

    def get_base(self) -> str:
        """The address before `/services.xml`. Raises SetupFailed where discovery gives none that may be asked."""
        if self._given:
            return self._given
        if not self._found:
            endpoint = self._choose(self._fetch())
            self._check_host(endpoint.url)
            self._found = endpoint.url
        return self._found

    def check(self) -> tuple[dict[str, str], list[str]]:
        """What discovery says, for the connection test, and what does not fit the settings."""
        if not self._discovery:
            return {}, []
        found = self._fetch()
        endpoint = self._choose(found)
        facts = {
            "endpoint": endpoint.url,
            "kind of endpoint": endpoint.kind,
            "formats": " and ".join(endpoint.formats),
            "discovery changed": found.changeset,
            "endpoint changed": endpoint.changeset,
            "contact": found.contact,
            "how to get a key": found.key_service,
        }
        warnings = []
        if self._given and self._given != endpoint.url:
            warnings.append(f"The settings ask {self._given}; service discovery names {endpoint.url}.")
        if endpoint.formats and self._format not in endpoint.formats:
            warnings.append(f"Service discovery does not name {self._format} among its formats.")
        return {name: text for name, text in facts.items() if text}, warnings

    def _fetch(self) -> DiscoveryFile:
        component = self._context.component
        answer = self._context.http.request("GET", self._discovery, headers={"Accept": "text/xml, application/json"})
        tree = read_reply(answer, component=component, writes=False, clock=self._context.clock)
        return read_discovery(tree, component=component)

    def _choose(self, found: DiscoveryFile) -> FoundEndpoint:
        endpoint = find_endpoint(found, self._kind)
        if endpoint is None:
            raise SetupFailed(
                f"The service discovery of {self._context.component} names no {self._kind} endpoint of GeoReport v2.",
                "Enter the address of the endpoint, or use the other kind of endpoint.",
                key="open311.discovery",
                subject=self._context.component,
            )
        return endpoint

    def _check_host(self, url: str) -> None:
        """Discovery may name any host; only one that the settings name may be asked."""
        if urlsplit(url).netloc.lower() != urlsplit(self._discovery).netloc.lower():
            raise SetupFailed(
                f"The service discovery of {self._context.component} leads to another host: {url}.",
                "If that is right, enter it as the address of the endpoint: only then may it be asked.",
                key="open311.host",
                subject=self._context.component,
            )
