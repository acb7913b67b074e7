"""Buttons: the main one, plain, quiet, dangerous, links, and filter chips."""

from __future__ import annotations

from typing import Literal

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtWidgets import QPushButton
from typing_extensions import override

from desktop.services.rows import Colour
from desktop.ui.theme.look import Look
from desktop.ui.theme.marks import SPOKEN

Kind = Literal["main", "plain", "quiet", "danger", "link", "filter"]
_INKS: dict[str, str] = {"main": "on_accent", "plain": "text", "quiet": "text2", "danger": "bad", "filter": "text2"}


class Button(QPushButton):
    """A button in a role. `text` may hold a mnemonic; the spoken name never does."""

    def __init__(
        self,
        look: Look,
        text: str = "",
        *,
        kind: Kind = "plain",
        icon: str = "",
        size: Literal["", "small", "tiny", "bar"] = "",
        name: str = "",
        tip: str = "",
    ) -> None:
        # A style sheet has no gap between icon and words.
        super().__init__(f" {text}" if icon and text else text)
        self._look = look
        self._icon = icon
        self._kind: Kind = kind
        self._icon_size = 16 if size else 18
        self.setProperty("role", kind)
        if size:
            self.setProperty("fit", size)
        look.dress(self, "caption_title" if size == "bar" else "small_title" if size or kind == "filter" else "title")
        self.setAccessibleName(name or text.replace("&", ""))
        if tip:
            self.setToolTip(tip)
        if icon and not text:
            side = {"": 32, "small": 28, "tiny": 24, "bar": 22}[size]
            self.setProperty("bare", "true")
            look.fix(self, width=side, height=side)
            self.setToolTip(tip or name)
        if kind == "link":
            self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAutoDefault(False)
        self._draw()
        look.changed.connect(self._draw)

    def set_icon(self, icon: str) -> None:
        """Shows another icon."""
        self._icon = icon
        self._draw()

    def say(self, text: str) -> None:
        """Changes the words, and what a screen reader says."""
        self.setText(f" {text}" if self._icon else text)
        self.setAccessibleName(text.replace("&", ""))

    @override
    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.EnabledChange:
            self._draw()

    def _draw(self) -> None:
        if self._icon:
            token = _INKS.get(self._kind, "accent") if self.isEnabled() else "text3"
            size = self._look.px(self._icon_size)
            self.setIcon(self._look.icon(self._icon, token, size))
            self.setIconSize(QSize(size, size))


class FilterChip(QPushButton):
    """A chip that narrows a list while it is on; with a mark when it stands for a kind of component."""

    def __init__(self, look: Look, text: str, *, mark: Colour | None = None, name: str = "") -> None:
        super().__init__(text)
        self._look = look
        self._mark: Colour | None = mark
        self.setCheckable(True)
        self.setAutoDefault(False)
        self.setProperty("role", "filter")
        look.dress(self, "small")
        spoken = name or (f"{SPOKEN[mark]} {text}" if mark else text)
        self.setAccessibleName(spoken)
        self.setToolTip(spoken if mark else "")
        self._draw()
        look.changed.connect(self._draw)

    def say(self, text: str) -> None:
        """Changes the count on the chip."""
        self.setText(text)
        self.setAccessibleName(f"{SPOKEN[self._mark]} {text}" if self._mark else text)

    def _draw(self) -> None:
        if self._mark:
            size = self._look.px(16)
            self.setIcon(self._look.mark_icon(self._mark, size))
            self.setIconSize(QSize(size, size))
