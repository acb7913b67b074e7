"""What is added to a case once it is there: its first status, its answers, who brought it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from desktop.adapters.api import read_text, read_whole
from desktop.domain.cases import CaseDraft
from desktop.domain.errors import DesktopError, InvalidInput

from .asking import Asking
from .making import build_reporter, build_status
from .mapping import INITIATOR, Record, read_id


class Following:
    """Writes that follow the making of a case."""

    def __init__(self, asking: Asking) -> None:
        self._asking = asking

    def find_properties(self, kind: str, draft: CaseDraft) -> dict[str, Record]:
        """The properties that the answers of a draft belong to, by name.

        Raises:
            InvalidInput: an answer to a question that this type of case does not ask.
        """
        if not draft.answers:
            return {}
        known = {read_text(record.get("naam")): record for record in self._asking.find_types("eigenschappen", kind)}
        for code in draft.answers:
            if code not in known:
                raise InvalidInput(
                    "This type of case does not ask that.",
                    "Open the form again: its questions may have changed.",
                    key="zgw.question",
                    field=code,
                    subject=self._asking.component,
                )
        return known

    def add_rest(self, zaak: Record, draft: CaseDraft, *, kind: str, properties: dict[str, Record]) -> str:
        """Adds what belongs to a new case; gives a sentence about what could not be added, "" where all was."""
        missing = [what for what, add in self._iterate_rest(zaak, draft, kind, properties) if not _is_added(add)]
        if not missing:
            return ""
        return f"The case was made. Add there by hand: {', '.join(missing)}."

    def _iterate_rest(
        self, zaak: Record, draft: CaseDraft, kind: str, properties: dict[str, Record]
    ) -> Iterator[tuple[str, Callable[[], object]]]:
        url = read_text(zaak.get("url"))
        yield "its first status", lambda: self._add_status(url, kind)
        path = self._asking.client.find_path("zaken", "zaken", read_id(url), "zaakeigenschappen")
        for code, values in draft.answers.items():
            for value in filter(None, values):
                body = {"zaak": url, "eigenschap": read_text(properties[code].get("url")), "waarde": value}
                yield f"“{code}”", lambda body=body: self._asking.write("POST", path, body)  # type: ignore[misc]
        reporter = draft.reporter
        if reporter is not None and reporter.name:
            yield "who reported it", lambda: self._add_reporter(url, kind, draft)

    def _add_status(self, url: str, kind: str) -> None:
        statuses = sorted(
            self._asking.find_types("statustypen", kind), key=lambda r: read_whole(r.get("volgnummer")) or 0
        )
        if statuses:
            body = build_status(url, read_text(statuses[0].get("url")), text="", at=self._asking.clock.now())
            self._asking.write("POST", self._asking.client.find_path("zaken", "statussen"), body)

    def _add_reporter(self, url: str, kind: str, draft: CaseDraft) -> None:
        roles = self._asking.find_types("roltypen", kind)
        role = next((r for r in roles if read_text(r.get("omschrijvingGeneriek")) == INITIATOR), None)
        if role is None or draft.reporter is None:
            raise InvalidInput(
                "This type of case has no place for who reported it.", key="zgw.reporter", field="reporter"
            )
        body = build_reporter(url, read_text(role.get("url")), draft.reporter)
        self._asking.write("POST", self._asking.client.find_path("zaken", "rollen"), body)


def _is_added(add: Callable[[], object]) -> bool:
    """Does one of the writes. What goes wrong is said in the notice: the case itself is there."""
    try:
        add()
    except DesktopError:
        return False
    return True
