"""What every page of the window is: something with a tab."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget

from desktop.services.rows import Colour


@dataclass(frozen=True, slots=True, kw_only=True)
class TabLook:
    """How a page's tab looks: its words, and a component's mark or an icon."""

    text: str
    mark: Colour | None = None
    icon: str = ""


class Page(QWidget):
    """A page of the window.

    Signals:
        titled(TabLook): the tab should look like this now.
        soiled(bool): something typed here is not sent yet (it is kept as a draft all the same).
        finished(): the page has done its work and may be closed.
    """

    titled = Signal(object)
    soiled = Signal(bool)
    finished = Signal()

    def __init__(self, tab: TabLook) -> None:
        super().__init__()
        self.tab = tab
        self.is_soiled = False
        self.start_at: QWidget | None = None
        self.setProperty("ground", "canvas")
        self.setProperty("ownFocus", True)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAccessibleName(tab.text)

    def take_focus(self, reason: Qt.FocusReason = Qt.FocusReason.OtherFocusReason) -> None:
        """Puts the focus where work begins on this page.

        A focus proxy would do it too, but Tab would then pass over every widget before the proxy.
        """
        (self.start_at or self).setFocus(reason)

    def set_tab(self, tab: TabLook) -> None:
        """Changes the look of the tab."""
        if tab != self.tab:
            self.tab = tab
            self.setAccessibleName(tab.text)
            self.titled.emit(tab)

    def set_soiled(self, *, soiled: bool) -> None:
        """Says whether something typed here is not sent yet."""
        if soiled != self.is_soiled:
            self.is_soiled = soiled
            self.soiled.emit(soiled)

    def save_state(self) -> dict[str, object]:
        """What to keep of the page until the next start, as JSON; never a resident's data."""
        return {}

    def restore_state(self, state: dict[str, object]) -> None:
        """Takes back what `save_state` gave."""

    def shown_again(self) -> None:
        """Called when the page comes to the front."""

    def reload(self) -> None:
        """Reads again what the page shows (F5)."""

    def will_close(self) -> None:
        """Called before the page goes; drops what it still asks for."""


def add_keys(page: QWidget, keys: Mapping[str, Callable[[], object]]) -> None:
    """Keys that work while the focus is on a page; a plain letter typed into a field stays a letter."""
    for text, act in keys.items():
        shortcut = QShortcut(QKeySequence(text), page)
        shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        shortcut.activated.connect(act)
