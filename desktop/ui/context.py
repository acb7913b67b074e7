"""What every view is given: the operations, live answers, the look, and where to go."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

from desktop.domain.clocks import Clock
from desktop.domain.ids import Kind, LocalKey, OpId
from desktop.domain.people import Officer
from desktop.maps.town import Town
from desktop.services.said import Said
from desktop.tasks.estate import EstateTasks
from desktop.tasks.live import Live
from desktop.tasks.operations import Operations
from desktop.ui.page import Page
from desktop.ui.theme.look import Look


class Navigator(Protocol):
    """Opens things in tabs. The window is one; no view knows the window itself."""

    def open_record(self, kind: Kind, key: LocalKey) -> None:
        """A resident, a case, a payment or a place."""
        ...

    def open_view(self, name: str) -> None:
        """A view of the rail by its name, such as `work`."""
        ...

    def open_new_case(self, resident: LocalKey | None = None) -> None:
        """A form for a new case, with its reporter filled in when opened from a resident."""
        ...

    def mend_case(self, op: OpId) -> None:
        """A new case that was refused, or has not been sent, in its form again."""
        ...

    def open_payment(self, *, resident: LocalKey | None = None, reference: str = "", email: str = "") -> None:
        """The payments view with its form filled in."""
        ...

    def show_said(self, said: Said) -> None:
        """What a component really said of something, over the page; asked for at once where nothing of it is kept."""
        ...

    def replace_page(self, page: Page, kind: Kind, key: LocalKey) -> None:
        """Puts a record in place of the form that made it."""
        ...

    def step_in_work(self, key: LocalKey, by: int) -> tuple[LocalKey | None, str]:
        """The neighbour of a case in My work, and its place there, such as `9 of 4,821`."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskContext:
    """The parts that the views share, made once by `desktop.app`."""

    ops: Operations
    live: Live
    estate: EstateTasks
    look: Look
    clock: Clock
    officer: Officer
    town: Town
    council_name: str
    staff_names: Mapping[str, str]
    training: bool
    go: Navigator
    open_page: Callable[[str], None]
    set_offline: Callable[[bool], None]
    web_map: bool = True

    def name_of(self, staff: str) -> str:
        """An officer's name by staff id; the id itself where nobody is known by it."""
        return self.staff_names.get(staff, staff)
