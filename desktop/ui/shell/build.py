"""Builds a page from the id of its tab."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from desktop.domain.ids import NO_KEY, LocalKey, OpId
from desktop.services.rows import Hit
from desktop.ui.context import DeskContext
from desktop.ui.page import Page, TabLook
from desktop.ui.queue.view import WorkView

if TYPE_CHECKING:
    from desktop.ui.shell.window import DeskWindow

_LOOKS = {
    "work": TabLook(text="My work", icon="tray-full"),
    "residents": TabLook(text="Residents", icon="account-multiple-outline"),
    "map": TabLook(text="Map", icon="map-outline"),
    "payments": TabLook(text="Payments", icon="cash-multiple"),
    "components": TabLook(text="Components", icon="view-grid-outline"),
    "person": TabLook(text="Resident", icon="account-outline"),
    "case": TabLook(text="Case", mark="cases"),
    "new": TabLook(text="New case", icon="folder-plus-outline"),
    "mend": TabLook(text="Mend a case", icon="file-document-edit-outline"),
}


@dataclass(frozen=True, slots=True)
class NewCaseSeed:
    """What a new case begins with."""

    resident: LocalKey = NO_KEY


def look_for(tab: str) -> TabLook:
    """How a tab looks until its page knows better."""
    return _LOOKS[tab.partition("/")[0]]


class PageBuilder:
    """Builds pages, and passes on what is asked of one."""

    def __init__(self, context: DeskContext) -> None:
        self._context = context
        self.seeds: dict[str, NewCaseSeed] = {}

    def build(self, tab: str) -> Page:
        """The page of a tab."""
        kind, _, rest = tab.partition("/")
        # Late, all but the first: what is not on the screen at the start is not waited for.
        match kind:
            case "work":
                return WorkView(self._context)
            case "residents":
                from desktop.ui.resident.find import ResidentsView  # late: see above

                return ResidentsView(self._context)
            case "payments":
                from desktop.ui.payments.view import PaymentsView  # late: see above

                return PaymentsView(self._context)
            case "components":
                from desktop.ui.components.view import ComponentsView  # late: see above

                return ComponentsView(self._context)
            case "map":
                from desktop.ui.map.view import MapView  # late: the web engine costs 0.2 s and 150 MB

                return MapView(self._context)
            case "person":
                from desktop.ui.resident.view import ResidentView  # late: see above

                return ResidentView(self._context, LocalKey(int(rest)))
            case "case":
                from desktop.ui.case.view import CaseView  # late: see above

                return CaseView(self._context, LocalKey(int(rest)))
            case "mend":
                from desktop.ui.newcase.view import NewCaseView  # late: see above

                return NewCaseView(self._context, tab, mends=OpId(rest))
            case _:
                from desktop.ui.newcase.view import NewCaseView  # late: see above

                seed = self.seeds.pop(tab, NewCaseSeed())
                return NewCaseView(self._context, f"newcase/{rest}", resident=seed.resident)

    def show_payment(self, page: Page | None, key: LocalKey) -> None:
        """Shows a payment in the ledger."""
        from desktop.ui.payments.view import PaymentsView  # late: not needed at the start

        if isinstance(page, PaymentsView):
            page.show_payment(key)

    def start_payment(self, page: Page | None, *, resident: LocalKey | None, reference: str, email: str) -> None:
        """Gets the form of the payments view ready."""
        from desktop.ui.payments.view import PaymentsView  # late: not needed at the start

        if isinstance(page, PaymentsView):
            page.start(resident=resident, reference=reference, email=email)

    def step(self, page: Page | None, key: LocalKey, by: int) -> tuple[LocalKey | None, str]:
        """The neighbour of a case in My work, and its place there."""
        return page.step(key, by) if isinstance(page, WorkView) else (None, "")

    def show_place(self, window: DeskWindow, hit: Hit) -> None:
        """Shows the cases at a place: all of everyone's, open and closed."""
        window.open_view("work")
        page = window.pages.page("work")
        if isinstance(page, WorkView):
            page.filters.show_place(hit.title.split(",")[0])
