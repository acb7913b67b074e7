"""The two capabilities on one council's BOPS."""

from __future__ import annotations

from desktop.adapters.api import AdapterContext
from desktop.domain.components import Diagnosis

from .asking import Asking
from .cases import BopsCases
from .client import PAGE_SIZE
from .documents import BopsDocuments
from .listing import MOST_PAGES


class BopsAdapter:
    """Cases and documents: each by its own attribute, for their methods share names."""

    cases: BopsCases
    documents: BopsDocuments

    def __init__(self, context: AdapterContext) -> None:
        self._asking = Asking(context)
        self.cases = BopsCases(self._asking, context)
        self.documents = BopsDocuments(self._asking)

    def check(self) -> Diagnosis:
        """Tries the key where there is one, then asks for the types of application and a first page of them."""
        client = self._asking.client
        if client.has_key:
            self._asking.read_record(client.ping(), "an answer of BOPS")
        kinds = self._asking.fetch_kinds()
        listed = self._asking.read_list(client.search({}, 1), asked=1)
        facts = {
            "reads": "all applications" if client.has_key else "published applications only",
            "applications": "not said" if listed.total is None else str(listed.total),
            "types of application": str(len(kinds)),
            "makes applications": "yes" if self.cases.can_make else "no",
        }
        return Diagnosis(facts=facts, warnings=tuple(self._find_warnings(listed.total, has_kinds=bool(kinds))))

    def _find_warnings(self, total: int | None, *, has_kinds: bool) -> list[str]:
        warnings = []
        if not self._asking.client.has_key:
            warnings.append(
                "Without an API key only what is published is seen, without applicants, and nothing is made."
            )
        elif not self.cases.can_make:
            warnings.append("No application can be made until the code, district and region of the council are set.")
        if not has_kinds:
            warnings.append("It lists no types of application, so types have codes for names.")
        if total is not None and total > PAGE_SIZE * MOST_PAGES:
            warnings.append(f"It has more than {PAGE_SIZE * MOST_PAGES:,} applications: the oldest cannot be listed.")
        return warnings
