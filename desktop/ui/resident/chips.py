"""The row of result chips: what each component says of a resident, in a fixed order."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QAbstractButton, QGridLayout, QSizePolicy, QWidget
from typing_extensions import override

from desktop.domain.components import ComponentState
from desktop.domain.ids import ComponentId
from desktop.services.rows import Chip
from desktop.ui.formats import format_health
from desktop.ui.theme.look import Look
from desktop.ui.theme.marks import SPOKEN

_EDGES = {"ok": ("surface", "line"), "warn": ("warn_tint", "warn_line"), "bad": ("bad_tint", "bad_line"),
          "lock": ("info_tint", "control")}  # fmt: skip

_GAP = 6


def chip_words(chip: Chip, now: datetime) -> tuple[str, str, str]:
    """Words, icon and tone of a chip: `("3 found", "check", "ok")`."""
    if chip.state is ComponentState.FRESH:
        if chip.found is None:
            return "not asked yet", "history", "ok"
        if not chip.found:
            return "not found", "minus", "ok"
        return ("found" if chip.colour in {"addresses", "maps"} else f"{chip.found:,} found"), "check", "ok"
    words, icon, tone = format_health(chip, now)
    if chip.found and tone in {"warn", "bad"}:
        words = f"{chip.found:,} found, {words}"
    return words, icon, tone


class ResultChip(QAbstractButton):
    """One component's answer. Pressed, it narrows the timeline to that component."""

    def __init__(self, look: Look, chip: Chip, now: datetime) -> None:
        super().__init__()
        self._look = look
        self._chip = chip
        self._words, self._icon, self._tone = chip_words(chip, now)
        self.setCheckable(True)
        look.fix(self, height=40)
        self.setSizePolicy(QSizePolicy.Policy.MinimumExpanding, QSizePolicy.Policy.Fixed)
        self.setMaximumWidth(look.px(220))
        self.show_chip(chip, now)
        look.changed.connect(self._on_look_changed)

    @Slot()
    def _on_look_changed(self) -> None:
        self.setMaximumWidth(self._look.px(220))
        self.updateGeometry()
        self.update()

    @property
    def component(self) -> ComponentId:
        """The component that answers."""
        return self._chip.component

    def show_chip(self, chip: Chip, now: datetime) -> None:
        """Shows another answer, once, in place."""
        self._chip = chip
        self._words, self._icon, self._tone = chip_words(chip, now)
        spoken = f"{SPOKEN[chip.colour]}, {chip.name}: {self._words}"
        self.setText(f"{chip.name}: {self._words}")
        self.setAccessibleName(spoken)
        self.setToolTip(f"{spoken}. {chip.error}".removesuffix(". ") + "\nPress to see only this in the timeline.")
        self.updateGeometry()
        self.update()

    @override
    def sizeHint(self) -> QSize:
        title = QFontMetrics(self._look.drawn("small_title")).horizontalAdvance(self._chip.name)
        words = QFontMetrics(self._look.drawn("caption")).horizontalAdvance(self._words) + 16
        wide = 7 + 18 + 8 + max(title, words) + 10
        return QSize(self._look.px(wide + 0.5), self._look.px(40))

    @override
    def minimumSizeHint(self) -> QSize:
        return QSize(self._look.px(58), self._look.px(40))

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ground, edge = _EDGES[self._tone]
        if self.isChecked():
            ground, edge = "accent_tint", "accent"
        elif self.underMouse() and ground == "surface":
            ground = "hover"
        pen = QPen(self._look.colour(edge), 1)
        if self._chip.state is ComponentState.SIGN_IN:
            pen.setStyle(Qt.PenStyle.DashLine)
        painter.setPen(pen)
        painter.setBrush(self._look.colour(ground))
        whole = self._look.zoom(painter, self.rect())
        painter.drawRoundedRect(whole.adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)
        ratio = self.devicePixelRatioF() * self._look.scale
        painter.drawPixmap(QPointF(8, 11), self._look.mark(self._chip.colour, 18, ratio))
        ink = {"ok": "text2", "warn": "warn", "bad": "bad", "lock": "info"}[self._tone]
        token = "ok" if self._icon == "check" else ink
        room = int(whole.width()) - 34 - 6
        painter.setFont(self._look.drawn("small_title"))
        painter.setPen(self._look.colour("text"))
        name = painter.fontMetrics().elidedText(self._chip.name, Qt.TextElideMode.ElideRight, room)
        painter.drawText(QRectF(34, 4, room, 16), Qt.AlignmentFlag.AlignVCenter, name)
        top = 20.0
        painter.drawPixmap(QPointF(34, top + 1), self._look.icon_pixmap(self._icon, token, 13, ratio))
        painter.setFont(self._look.drawn("caption"))
        painter.setPen(self._look.colour(ink))
        words = painter.fontMetrics().elidedText(self._words, Qt.TextElideMode.ElideRight, room - 16)
        painter.drawText(QRectF(50, top, room - 16, 16), Qt.AlignmentFlag.AlignVCenter, words)


class ChipRow(QWidget):
    """All chips of a resident, in one row, or in as many as they need.

    Signals:
        chosen(str): the component to narrow to, "" for all.
    """

    chosen = Signal(str)

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self._chips: dict[ComponentId, ResultChip] = {}
        self._grid = QGridLayout()
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(_GAP)
        self.setLayout(self._grid)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("What each component says")
        look.changed.connect(self._arrange)

    def show_chips(self, chips: Sequence[Chip], now: datetime) -> None:
        """Shows the answers that are there; a chip never changes its place."""
        for chip in chips:
            shown = self._chips.get(chip.component)
            if shown is None:
                shown = self._chips[chip.component] = ResultChip(self._look, chip, now)
                shown.clicked.connect(lambda _on=False, chip=shown: self._choose(chip))
            else:
                shown.show_chip(chip, now)
        self._arrange()

    @Slot()
    def _arrange(self) -> None:
        """Puts the chips into rows of the same number, so that each has its words."""
        chips = list(self._chips.values())
        widest = sum(chip.sizeHint().width() + _GAP for chip in chips) - _GAP
        rows = min(len(chips), -(-widest // max(1, self.width()))) or 1
        each = -(-len(chips) // rows)
        for n, chip in enumerate(chips):
            self._grid.addWidget(chip, n // each, n % each)
        for column in range(len(chips)):
            self._grid.setColumnStretch(column, int(column < each))

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self._arrange()

    def _choose(self, chip: ResultChip) -> None:
        for other in self._chips.values():
            if other is not chip:
                other.setChecked(False)
        self.chosen.emit(chip.component if chip.isChecked() else "")

    def lines(self) -> list[str]:
        """What the chips say."""
        return [chip.text() for chip in self._chips.values()]

    def chip(self, component: ComponentId) -> ResultChip | None:
        """The chip of a component."""
        return self._chips.get(component)
