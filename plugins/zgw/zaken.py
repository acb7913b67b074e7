"""Cases with what they refer to: shared by the capabilities."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from desktop.adapters.api import build_bad_response, read_items, read_record, read_text
from desktop.domain.cases import Case
from desktop.domain.errors import InvalidInput
from desktop.domain.ids import OutsideId

from .asking import Asking
from .mapping import Record, Related, build_case, get_embedded, is_whole

EXPAND = "zaaktype,status,status.statustype,rollen,resultaat,resultaat.resultaattype"
"""What is asked to come along with a case, so that a list is one request and not hundreds."""


class Zaken:
    """Reads cases of one server."""

    def __init__(self, asking: Asking) -> None:
        self._asking = asking

    def find_path(self, id: OutsideId, *steps: str) -> str:
        """The path of a case. Raises InvalidInput where the id is none."""
        if not id or id in {".", ".."}:
            raise InvalidInput("That is not the number of a case.", key="zgw.case", field="id")
        return self._asking.client.find_path("zaken", "zaken", id, *steps)

    def fetch_plain(self, id: OutsideId) -> tuple[Record, str]:
        """A case by itself, with its ETag: read before every write, for a stale If-Match is often not heeded."""
        return self._asking.fetch(self.find_path(id))

    def fetch_case(self, id: OutsideId) -> Case:
        """A case with what it refers to."""
        answer = self._asking.fetch_expanded(self.find_path(id), {}, EXPAND)
        return self.build(self._asking.read_record(answer))

    def keep_whole(self, zaken: Sequence[Record], *, first: bool) -> tuple[Record, ...]:
        """The cases of a page that can be kept; of each other one the log says so, and the connection test counts them.

        Raises:
            BadResponse: on the `first` page there is none that can be kept, so this is no list of cases.
        """
        whole = tuple(filter(is_whole, zaken))
        if first and zaken and not whole:
            raise build_bad_response("", component=self._asking.component, what="no case has an address and a date")
        for zaak in zaken:
            if not is_whole(zaak):
                self._asking.leave_out("case", zaak)
        return whole

    def build(self, zaak: Record) -> Case:
        """A case; what did not come along with it is asked for."""
        status = self._find(zaak, "status")
        result = self._find(zaak, "resultaat")
        related = Related(
            kind=self._find_type(zaak, "zaaktype"),
            status=status,
            status_kind=self._find_type(status, "statustype"),
            result_kind=self._find_type(result, "resultaattype"),
            roles=self._find_roles(zaak),
        )
        return build_case(zaak, related, component=self._asking.component)

    def iterate_roles(self, zaak: str, more: Mapping[str, str] | None = None) -> tuple[Record, ...]:
        """The roles of a case, by its address."""
        path = self._asking.client.find_path("zaken", "rollen")
        return tuple(self._asking.iterate(path, {"zaak": zaak, **(more or {})}))

    def _find(self, record: Record, name: str) -> Record:
        embedded = read_record(get_embedded(record, name))
        return embedded or self._asking.find_related(read_text(record.get(name)))

    def _find_type(self, record: Record, name: str) -> Record:
        embedded = read_record(get_embedded(record, name))
        return embedded or self._asking.find_type(read_text(record.get(name)))

    def _find_roles(self, zaak: Record) -> tuple[Record, ...]:
        embedded = get_embedded(zaak, "rollen")
        if isinstance(embedded, list):
            return tuple(read_record(role) for role in embedded)
        url = read_text(zaak.get("url"))
        if not read_items(zaak.get("rollen")) or not self._asking.client.is_own(url):
            return ()
        return self.iterate_roles(url)
