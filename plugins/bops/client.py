"""Requests to BOPS. Its public half wants no key; its authenticated half wants a Bearer token and pages by another name."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import quote, urlsplit

from desktop.adapters.api import AdapterContext, Answer
from desktop.domain.errors import InvalidInput

PAGE_SIZE = 50
"""Records on a page: the most that either half gives."""

Query = Mapping[str, str | list[str]]


class BopsClient:
    """Asks one council's BOPS. What both halves have is asked of the authenticated one wherever there is a key."""

    def __init__(self, context: AdapterContext) -> None:
        self._http = context.http
        self._key = context.secrets.get("api_key", "")
        self._origin = urlsplit(context.settings["base_url"])[:2]

    @property
    def has_key(self) -> bool:
        """Whether the authenticated half may be asked."""
        return bool(self._key)

    def search(self, query: Query, page: int) -> Answer:
        """Applications by dates and statuses: all of them with a key, else those that are published."""
        if self.has_key:
            return self._get("planning_applications/search", {**query, "page": str(page), "maxresults": str(PAGE_SIZE)})
        return self.search_published(query, page)

    def search_published(self, query: Query, page: int, *, size: int = PAGE_SIZE) -> Answer:
        """Published applications by dates and statuses."""
        paging = {"page": str(page), "resultsPerPage": str(size)}
        return self._get("public/planning_applications/search", {**query, **paging}, public=True)

    def fetch_all(self, page: int) -> Answer:
        """Whole applications, those that were made last first; needs a key."""
        return self._get("planning_applications", {"page": str(page), "maxresults": str(PAGE_SIZE)})

    def fetch_application(self, reference: str) -> Answer:
        """One application: whole with a key, else as published."""
        return self._get(f"{self._half}planning_applications/{_step(reference)}", public=not self.has_key)

    def fetch_submission(self, reference: str) -> Answer:
        """What was submitted; as published without a key."""
        return self._get(f"{self._half}planning_applications/{_step(reference)}/submission", public=not self.has_key)

    def fetch_documents(self, reference: str) -> Answer:
        """The documents of an application; those that are published without a key."""
        return self._get(f"{self._half}planning_applications/{_step(reference)}/documents", public=not self.has_key)

    def fetch_comments(self, reference: str, kind: str, page: int) -> Answer:
        """Published comments on an application, `public` or `specialist`."""
        query = {"sortBy": "receivedAt", "orderBy": "asc", "page": str(page), "resultsPerPage": str(PAGE_SIZE)}
        return self._get(f"public/planning_applications/{_step(reference)}/comments/{kind}", query, public=True)

    def fetch_validation_requests(self, query: Query, page: int) -> Answer:
        """Validation requests of all applications that were sent, in that order; needs a key."""
        return self._get("validation_requests", {**query, "page": str(page), "maxresults": str(PAGE_SIZE)})

    def fetch_neighbour_responses(self, page: int) -> Answer:
        """Neighbour responses of all applications; needs a key. The API takes no filter."""
        return self._get("neighbour_responses", {"page": str(page), "maxresults": str(PAGE_SIZE)})

    def fetch_types(self) -> Answer:
        """The types of application that the council takes."""
        return self._get("public/application_types", public=True)

    def ping(self) -> Answer:
        """Whether the key is good."""
        return self._get("ping")

    def create(self, body: Mapping[str, object], *, send_email: bool) -> Answer:
        """Submits an application. Never sent twice: BOPS makes another of a repeat."""
        params = {"send_email": "true" if send_email else "false"}
        return self._http.request(
            "POST", "planning_applications", params=params, json=body, headers=self._headers(), retry=False
        )

    def is_own(self, url: str) -> bool:
        """Whether an address leads to the same server."""
        try:
            return urlsplit(url)[:2] == self._origin
        except ValueError:
            return False

    def download(self, url: str) -> Answer:
        """The bytes of a document that lies on the same server."""
        return self._http.request("GET", url, headers={**self._headers(), "Accept": "*/*"})

    @property
    def _half(self) -> str:
        return "" if self.has_key else "public/"

    def _get(self, path: str, query: Query | None = None, *, public: bool = False) -> Answer:
        headers = {"Accept": "application/json"} if public else self._headers()
        return self._http.request("GET", path, params=query, headers=headers)

    def _headers(self) -> dict[str, str]:
        key = {"Authorization": f"Bearer {self._key}"} if self._key else {}
        return {"Accept": "application/json", **key}


def _step(reference: str) -> str:
    """A reference as one step of an address. Raises InvalidInput for one that would lead elsewhere, such as to a list."""
    if not reference.strip("."):
        raise InvalidInput("That is not the reference of an application.", key="bops.reference", field="id")
    return quote(reference, safe="")
