"""The open pages: their tabs, their order of use, and what is kept of them until the next start."""

from __future__ import annotations

import uuid
from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer, Signal, Slot
from PySide6.QtWidgets import QStackedWidget

from desktop.ui.page import Page, TabLook
from desktop.ui.shell.frame import PageFrame
from desktop.ui.shell.tabs import TabStrip

VIEWS = ("work", "residents", "map", "payments", "components")


def new_tab_id() -> str:
    """The id of a tab for a new case."""
    return f"new/{uuid.uuid4().hex}"


def record_key(tab: str) -> int:
    """The key of the record that a tab shows, 0 for none: as a number, so that the store keeps it known."""
    kind, _, rest = tab.partition("/")
    return int(rest) if kind in {"person", "case"} else 0


class OpenPages(QObject):
    """Pages by the ids of their tabs. A page is built when it first comes to the front.

    Signals:
        current_changed(str): another page is in front; "" for none.
        changed(): something that is kept until the next start changed.
        built(Page): a page was made.
    """

    current_changed = Signal(str)
    changed = Signal()
    built = Signal(object)

    def __init__(self, strip: TabStrip, stack: QStackedWidget, build: Callable[[str], Page]) -> None:
        super().__init__(strip)
        self._strip = strip
        self._stack = stack
        self._build = build
        self._pages: dict[str, Page] = {}
        self._frames: dict[str, PageFrame] = {}
        self._states: dict[str, dict[str, object]] = {}
        self._used: list[str] = []
        self._quiet = False
        strip.currentChanged.connect(self._on_strip_current_changed)
        strip.tabMoved.connect(self._on_strip_moved)
        strip.close_asked.connect(self.close)

    @property
    def current(self) -> str:
        """The id of the page in front."""
        return self._strip.id_at(self._strip.currentIndex())

    def current_page(self) -> Page | None:
        """The page in front."""
        return self._pages.get(self.current)

    def page(self, tab: str) -> Page | None:
        """An open page that has been built."""
        return self._pages.get(tab)

    def ids(self) -> list[str]:
        """Every open tab, from the left."""
        return self._strip.ids()

    def open(self, tab: str, shown: TabLook, *, front: bool = True) -> None:
        """Opens a page, or brings it to the front when it is open already."""
        place = self._strip.place_of(tab)
        if place < 0:
            self._quiet = True
            place = self._strip.add(tab, shown)
            self._quiet = False
            self.changed.emit()
        if front:
            if self._strip.currentIndex() == place:
                self._on_strip_current_changed(place)
            else:
                self._strip.setCurrentIndex(place)

    @Slot(str)
    def close(self, tab: str) -> None:
        """Closes a page and goes to the one that was used before it."""
        self._used = [used for used in self._used if used != tab]
        if tab == self.current and self._strip.count() > 1:
            # The other page comes to the front, and takes the focus, before this one goes.
            at = self._strip.place_of(tab)
            back = self._used[-1] if self._used else self._strip.id_at(at - 1 if at else 1)
            self._strip.setCurrentIndex(self._strip.place_of(back))
        page = self._pages.pop(tab, None)
        self._states.pop(tab, None)
        self._quiet = True
        self._strip.remove(tab)
        self._quiet = False
        if page is not None:
            page.will_close()
            frame = self._frames.pop(tab)
            self._stack.removeWidget(frame)
            frame.deleteLater()
        if not self._strip.count():
            self.current_changed.emit("")
        self.changed.emit()

    def swap(self, tab: str, other: str, shown: TabLook) -> None:
        """Closes one page and opens another in front, as when a draft becomes a case."""
        self.open(other, shown)
        self.close(tab)

    def go_back(self, by: int) -> None:
        """The page used before this one; with -1 the tab after it."""
        ids = self._strip.ids()
        if len(ids) < 2:
            return
        if by > 0 and len(self._used) > 1:
            self._strip.setCurrentIndex(self._strip.place_of(self._used[-2]))
        else:
            self._strip.setCurrentIndex((self._strip.currentIndex() + 1) % len(ids))

    # ---- until the next start ----

    def save_state(self) -> dict[str, object]:
        """The open tabs as JSON."""
        tabs = []
        for tab in self._strip.ids():
            shown = self._strip.look_of(tab)
            page = self._pages.get(tab)
            state = page.save_state() if page is not None else self._states.get(tab, {})
            tabs.append(
                {
                    "id": tab,
                    "text": shown.text,
                    "mark": shown.mark,
                    "icon": shown.icon,
                    "state": state,
                    "key": record_key(tab),
                }
            )
        return {"tabs": tabs, "current": self.current}

    def restore_state(self, kept: object) -> None:
        """Opens what was open; leaves out what it cannot read."""
        if not isinstance(kept, dict) or not isinstance(kept.get("tabs"), list):
            return
        for item in kept["tabs"]:
            if isinstance(item, dict) and isinstance(item.get("id"), str):
                shown = TabLook(
                    text=str(item.get("text") or ""), mark=item.get("mark"), icon=str(item.get("icon") or "")
                )
                state = item.get("state")
                if isinstance(state, dict):
                    self._restore_page(item["id"], state)
                self.open(item["id"], shown, front=False)
        current = kept.get("current")
        if isinstance(current, str) and (place := self._strip.place_of(current)) >= 0:
            self._strip.setCurrentIndex(place)

    def _restore_page(self, tab: str, state: dict[str, object]) -> None:
        page = self._pages.get(tab)
        if page is not None:
            page.restore_state(state)
        else:
            self._states[tab] = state

    # ---- pages ----

    def _page_of(self, tab: str) -> Page:
        page = self._pages.get(tab)
        if page is None:
            page = self._pages[tab] = self._build(tab)
            state = self._states.pop(tab, None)
            if state:
                page.restore_state(state)
            page.titled.connect(lambda shown, tab=tab: self._retitle(tab, shown))
            page.soiled.connect(lambda soiled, tab=tab: self._strip.set_soiled(tab, soiled=soiled))
            # Later, since the page is still busy with the signal that ends it.
            page.finished.connect(lambda tab=tab: QTimer.singleShot(0, self, lambda: self.close(tab)))
            self._strip.restyle(tab, page.tab)
            self._strip.set_soiled(tab, soiled=page.is_soiled)
            self._frames[tab] = PageFrame(page)
            self._stack.addWidget(self._frames[tab])
            self.built.emit(page)
        return page

    def _retitle(self, tab: str, shown: TabLook) -> None:
        self._strip.restyle(tab, shown)
        self.changed.emit()

    @Slot(int)
    def _on_strip_current_changed(self, place: int) -> None:
        if self._quiet or place < 0:
            return
        tab = self._strip.id_at(place)
        if not tab:
            return
        page = self._page_of(tab)
        self._used = [*(used for used in self._used if used != tab), tab]
        self._stack.setCurrentWidget(self._frames[tab])
        page.shown_again()
        self.current_changed.emit(tab)
        self.changed.emit()

    @Slot(int, int)
    def _on_strip_moved(self, _from: int, _to: int) -> None:
        self.changed.emit()
