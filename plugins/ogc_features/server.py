"""A server of OGC API Features: what it says of itself, and its answers in JSON or as errors."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import quote, urljoin

from desktop.adapters.api import AdapterContext, Answer, build_refusal
from desktop.domain.errors import SetupFailed
from desktop.domain.ids import OutsideId

from .client import OgcFeaturesClient
from .mapping import (
    Collection,
    Collections,
    parse_collection,
    parse_collections,
    parse_conformance,
    parse_landing,
    parse_said,
)

KEPT_S = 600.0
"""How long what a server says of itself is believed."""
MOST_COLLECTION_PAGES = 20


class Server:
    """Asks, and keeps what hardly changes. Used by the component's threads at once: what they keep is replaced whole."""

    def __init__(self, context: AdapterContext) -> None:
        self._component = context.component
        self._clock = context.clock
        self._client = OgcFeaturesClient(context)
        self._base_url = context.settings["base_url"].rstrip("/")
        self._kept: dict[str, tuple[float, Collection]] = {}
        self._filters: tuple[float, Mapping[str, str]] | None = None

    def find_collection(self, id: OutsideId) -> Collection:
        """One collection, as it said it is within the last minutes. Raises NotFound."""
        now = self._clock.monotonic()
        kept = self._kept.get(id)
        if kept is None or now - kept[0] > KEPT_S:
            _answer, text = self.fetch(f"collections/{quote(id, safe='')}", {}, field="layer")
            kept = self._kept[id] = (now, parse_collection(text, component=self._component))
        return kept[1]

    def fetch_collections(self) -> Collections:
        """Every collection, from as many pages as there are."""
        items: dict[str, Collection] = {}
        path, attribution = "collections", ""
        for _page in range(MOST_COLLECTION_PAGES):
            answer, text = self.fetch(path, {}, field="")
            found = parse_collections(text, url=self.find_source(answer), component=self._component)
            fresh = {collection.id: collection for collection in found.items if collection.id not in items}
            items |= fresh
            attribution = attribution or found.attribution
            path = found.following
            if not path or not fresh:
                break
        return Collections(items=tuple(items.values()), following="", attribution=attribution)

    def fetch_title(self) -> str:
        """The title of the landing page, "" where it has none. Raises BadResponse where it is no landing page."""
        return parse_landing(self.fetch("", {}, field="")[1], component=self._component)

    def fetch_conformance(self) -> tuple[str, ...]:
        """The conformance classes that it declares."""
        return parse_conformance(self.fetch("conformance", {}, field="")[1], component=self._component)

    def find_filter_language(self) -> Mapping[str, str]:
        """The parameter that names the language of a filter. Raises SetupFailed where the server does not filter."""
        now = self._clock.monotonic()
        if self._filters is None or now - self._filters[0] > KEPT_S:
            found = find_filter(self.fetch_conformance())
            if found is None:
                raise SetupFailed(
                    f"{self._component} does not say that it filters.",
                    "Take the setting filter out: without it everything is shown, with it nobody knows what is left out.",
                    key="ogc_features.filter",
                    subject=self._component,
                )
            self._filters = (now, found)
        return self._filters[1]

    # ==== requests ====

    def find_source(self, answer: Answer) -> str:
        """Where an answer came from, for links that are relative."""
        return urljoin(f"{self._base_url}/", answer.url)

    def fetch(self, path: str, params: Mapping[str, str], *, field: str) -> tuple[Answer, str]:
        """An answer in JSON. A server that shows its pages for people first is asked for JSON by name."""
        answer, text = self._ask(path, params, field=field)
        if text.lstrip("\ufeff \t\r\n").startswith("<"):
            return self._ask(path, {**params, "f": "json"}, field=field)
        return answer, text

    def _ask(self, path: str, params: Mapping[str, str], *, field: str) -> tuple[Answer, str]:
        answer = self._client.fetch(path, params)
        text = answer.text
        if answer.status >= 300:
            raise build_refusal(
                answer.status,
                component=self._component,
                writes=False,
                headers=answer.headers,
                said=parse_said(text),
                field=field,
                body=text,
                clock=self._clock,
            )
        return answer, text


def find_filter(conforms: tuple[str, ...]) -> Mapping[str, str] | None:
    """The parameter for the language of a filter, by the conformance classes; None where there is no filtering."""
    ends = {name.rstrip("/").rpartition("/conf/")[2] for name in conforms}
    if "filter" not in ends:
        return None
    return next(({"filter-lang": language} for language in ("cql2-text", "cql-text") if language in ends), {})
