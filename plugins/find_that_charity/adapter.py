"""The directory capability on Find that Charity."""

from __future__ import annotations

import re

from desktop.adapters.api import AdapterContext, Answer, Page, read_good
from desktop.domain.components import Diagnosis
from desktop.domain.directory import Provision, Term
from desktop.domain.errors import InvalidInput
from desktop.domain.ids import OutsideId
from desktop.domain.places import Point

from .client import FindThatCharityClient
from .mapping import build_queries, parse_found, parse_organisation, parse_said, parse_terms

_ID = re.compile(r"[A-Z]{2}-[A-Za-z0-9]+-[A-Za-z0-9.-]{1,40}")


class FindThatCharityAdapter:
    """Organisations by name or registered number."""

    def __init__(self, context: AdapterContext) -> None:
        self._component = context.component
        self._client = FindThatCharityClient(context)
        self._clock = context.clock
        self._most = int(context.settings["most"])

    def check(self) -> Diagnosis:
        """Asks what the search knows."""
        terms = self.terms().items
        return Diagnosis(facts={"kinds of organisation": str(len(terms))})

    def services(
        self,
        query: str = "",
        near: Point | None = None,
        postcode: str = "",
        radius: float = 0.0,
        terms: tuple[str, ...] = (),
        age: int | None = None,
        cursor: str = "",
    ) -> Page[Provision]:
        """Organisations by name, best first. The register is not searched by place or age, and has no further page."""
        del near, postcode, radius, age
        if cursor:
            raise InvalidInput("This search has no further page.", key="find_that_charity.cursor", field="cursor")
        if not query.strip():
            raise InvalidInput(
                f"{self._component} is searched by name: enter one.", key="find_that_charity.query", field="query"
            )
        answer = self._client.search(build_queries(query.strip(), most=self._most, kinds=terms))
        return Page(items=parse_found(self._read(answer), component=self._component))

    def service(self, id: OutsideId) -> Provision:
        """One organisation by its org-id. Raises NotFound."""
        if not _ID.fullmatch(id):
            raise InvalidInput(
                "An organisation's id looks like GB-CHC-1089464.", key="find_that_charity.id", field="id"
            )
        return parse_organisation(self._read(self._client.fetch_organisation(id)), component=self._component)

    def terms(self, cursor: str = "") -> Page[Term]:
        """Kinds of organisation that a search can be narrowed to."""
        if cursor:
            raise InvalidInput("This list has no further page.", key="find_that_charity.cursor", field="cursor")
        return Page(items=parse_terms(self._read(self._client.fetch_manifest()), component=self._component))

    def _read(self, answer: Answer) -> str:
        """The text of a good answer; raises the typed error of another."""
        return read_good(answer, component=self._component, clock=self._clock, parse_said=parse_said)
