"""The three capabilities on one ZGW server."""

from __future__ import annotations

from desktop.adapters.api import AdapterContext, Answer
from desktop.domain.components import Diagnosis

from .asking import Asking
from .cases import ZgwCases
from .dates import read_http_date
from .documents import ZgwDocuments
from .mapping import is_whole, read_own_id
from .team import ZgwTeam
from .zaken import EXPAND, Zaken

FAR_OFF_S = 60
"""Seconds between the clocks here and there from which a token may be refused."""

MOST_NAMED = 5


class ZgwAdapter:
    """Cases, documents and who handles what: each by its own attribute, for their methods share names."""

    cases: ZgwCases
    documents: ZgwDocuments
    team: ZgwTeam

    def __init__(self, context: AdapterContext) -> None:
        self._asking = Asking(context)
        zaken = Zaken(self._asking)
        self.cases = ZgwCases(self._asking, zaken)
        self.documents = ZgwDocuments(self._asking, zaken)
        self.team = ZgwTeam(self._asking, zaken)

    def check(self) -> Diagnosis:
        """Asks each of the three APIs for a first page: needs the client ID, the secret and the scopes to read."""
        client = self._asking.client
        answer = self._asking.fetch_expanded(client.find_path("zaken", "zaken"), {}, EXPAND)
        cases = self._asking.read_list(answer)
        types = self._asking.read_list(client.read(client.find_path("catalogi", "zaaktypen"), {"status": "definitief"}))
        path = client.find_path("documenten", "enkelvoudiginformatieobjecten")
        papers = self._asking.read_list(client.read(path))
        facts = {
            "cases": cases.count or "not said",
            "types of case": types.count or "not said",
            "documents": papers.count or "not said",
            "version of the Zaken API": answer.headers.get("API-version", "") or "not said",
            "gives related records along": "yes" if self._asking.expands else "no",
        }
        warnings = self._find_warnings(answer, has_types=bool(types.records))
        odd = [read_own_id(zaak) or "without an address" for zaak in cases.records if not is_whole(zaak)]
        if odd:
            warnings.append(
                f"{len(odd)} of the first {len(cases.records)} cases have no address or no date and are left out: "
                f"{', '.join(odd[:MOST_NAMED])}."
            )
        return Diagnosis(facts=facts, warnings=tuple(warnings))

    def _find_warnings(self, answer: Answer, *, has_types: bool) -> list[str]:
        warnings = []
        there = read_http_date(answer.headers.get("Date", ""))
        off = 0.0 if there is None else (self._asking.clock.now() - there).total_seconds()
        if abs(off) > FAR_OFF_S:
            warnings.append(
                f"The clock of this computer is {abs(off):.0f} s {'ahead' if off > 0 else 'behind'}: tokens may be refused."
            )
        if not has_types:
            warnings.append("There is no published type of case: nothing can be made here.")
        if not self._asking.expands:
            warnings.append("Each case is asked for on its own, so lists take long: the Zaken API is older than 1.5.")
        return warnings
