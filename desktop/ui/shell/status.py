"""The status bar: each component, what is saved, what waits, who is at the desk."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from PySide6.QtCore import QPointF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QFrame, QSizePolicy, QWidget
from typing_extensions import override

from desktop.domain.ids import ComponentId
from desktop.services.rows import ComponentStatus, OutboxSummary
from desktop.ui.formats import format_health, format_moment, format_time
from desktop.ui.theme.look import Look
from desktop.ui.widgets.button import Button
from desktop.ui.widgets.card import row
from desktop.ui.widgets.choice import Switch
from desktop.ui.widgets.text import Mark, text_label

_GROUNDS = {
    "ok": ("text2", ""),
    "warn": ("warn", "warn_tint"),
    "bad": ("bad", "bad_tint"),
    "lock": ("info", "info_tint"),
}


class HealthChip(QAbstractButton):
    """One component: icon and name while it is fresh, else its state in words on a tinted ground."""

    def __init__(self, look: Look, status: ComponentStatus, now: datetime) -> None:
        super().__init__()
        self._look = look
        self._status = status
        self._now = now
        self._short = False
        self._words, self._icon, self._tone = format_health(status, now)
        look.fix(self, height=22)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.show_status(status, now)
        look.changed.connect(self.update)

    @property
    def component(self) -> ComponentId:
        """The component that this chip stands for."""
        return self._status.id

    def show_status(self, status: ComponentStatus, now: datetime) -> None:
        """Shows a newer state."""
        self._status, self._now = status, now
        self._words, self._icon, self._tone = format_health(status, now)
        state = self._words or f"fresh, {status.latency_ms} ms"
        since = f"Last answer {format_moment(status.as_of)}." if status.as_of else "It has not answered yet."
        self.setText(f"{status.name}: {state}")
        self.setAccessibleName(f"{status.name}: {state}")
        self.setToolTip(f"{status.name}: {state}. {since} {status.error}\nPress to ask it again.".replace("  ", " "))
        self.updateGeometry()
        self.update()

    @property
    def is_fresh(self) -> bool:
        """Whether there is nothing to say of it but its name."""
        return not self._words

    def words(self) -> str:
        """What the chip says."""
        if self._short:
            return ""
        return f"{self._status.name}: {self._words}" if self._words else self._status.name

    def set_short(self, *, short: bool) -> None:
        """Leaves only the icon, where there is little room."""
        if short != self._short:
            self._short = short
            self.updateGeometry()

    @override
    def sizeHint(self) -> QSize:
        words = QFontMetrics(self._look.drawn("caption_title" if self._words else "caption"))
        wide = 6 + 13 + (4 + words.horizontalAdvance(self.words()) if self.words() else 0) + 8
        return QSize(self._look.px(wide + 0.5), self._look.px(22))

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ink, ground = _GROUNDS[self._tone]
        whole = self._look.zoom(painter, self.rect())
        at = whole.adjusted(0.5, 1.5, -0.5, -1.5)
        hover = self.underMouse()
        if ground or hover:
            edged = self._look.theme.name == "contrast"
            painter.setPen(QPen(self._look.colour(ink), 1) if edged else Qt.PenStyle.NoPen)
            painter.setBrush(self._look.colour(ground or "hover"))
            painter.drawRoundedRect(at, 4, 4)
        token = "ok" if self._tone == "ok" else ink
        ratio = self.devicePixelRatioF() * self._look.scale
        painter.drawPixmap(QPointF(6, 4.5), self._look.icon_pixmap(self._icon, token, 13, ratio))
        painter.setFont(self._look.drawn("caption_title" if self._words else "caption"))
        painter.setPen(self._look.colour(ink))
        painter.drawText(whole.adjusted(23, 0, 0, 0), Qt.AlignmentFlag.AlignVCenter, self.words())


class StatusBar(QFrame):
    """The bar at the foot of the window.

    Signals:
        component_chosen(str): a chip was pressed.
        outbox_asked(): the outbox was asked for.
        offline_turned(bool): the officer works offline, or not any more.
    """

    component_chosen = Signal(str)
    outbox_asked = Signal()
    offline_turned = Signal(bool)

    def __init__(self, look: Look, officer: str) -> None:
        super().__init__()
        self._look = look
        self._chips: dict[ComponentId, HealthChip] = {}
        look.fix(self, height=28)
        self.setProperty("ground", "surface")
        self.setAccessibleName("Status")
        self._chip_row = row(gap=2)
        holder = QWidget()
        holder.setLayout(self._chip_row)
        self.progress = text_label(look, "", role="caption", ink="text3")
        self.saved = text_label(look, "", role="caption", ink="text2")
        self._saved_icon = Mark(look, "lock-check-outline", 14, token="text2")
        self._saved_icon.hide()
        self.outbox = Button(look, "Outbox: empty", kind="quiet", icon="tray-arrow-up", size="bar")
        look.fix(self.outbox, height=22)
        self.outbox.setToolTip("What waits to be sent (Ctrl+B)")
        self.offline = Switch(look, "Work offline")
        self.offline.setToolTip("Nothing is sent or fetched until you turn this off. All you do is kept.")
        self.officer = text_label(look, officer, role="caption_title", ink="text2")
        self.officer.setAccessibleName(f"Officer: {officer}")
        person = Mark(look, "account-outline", 14, token="text2")
        self.fresh = text_label(look, "", role="caption", ink="text2")
        self.fresh.hide()
        inner = row(holder, self.fresh, None, self.progress, gap=2, margins=(12, 0, 12, 0))
        inner.addLayout(row(self._saved_icon, self.saved, gap=4))
        inner.addSpacing(8)
        inner.addWidget(self.outbox)
        inner.addSpacing(8)
        inner.addWidget(self.offline)
        inner.addSpacing(10)
        inner.addLayout(row(person, self.officer, gap=4))
        self.setLayout(inner)
        self.outbox.clicked.connect(self.outbox_asked)
        self.offline.toggled.connect(self.offline_turned)
        look.changed.connect(self._fit)

    def show_components(self, components: Sequence[ComponentStatus], now: datetime) -> None:
        """Shows the state of each component; a chip never changes its place."""
        for status in components:
            chip = self._chips.get(status.id)
            if chip is None:
                chip = self._chips[status.id] = HealthChip(self._look, status, now)
                chip.clicked.connect(lambda _on=False, key=status.id: self.component_chosen.emit(key))
                self._chip_row.addWidget(chip)
            else:
                chip.show_status(status, now)
        self._fit()

    def stops(self) -> list[QWidget]:
        """Where Tab stops, from the left."""
        return [*self._chips.values(), self.outbox, self.offline]

    def chips(self) -> list[str]:
        """What the chips say, from the left."""
        return [chip.text() for chip in self._chips.values()]

    def show_outbox(self, summary: OutboxSummary) -> None:
        """Shows how much waits, and when something was last saved."""
        parts = []
        if summary.waiting:
            parts.append(f"{summary.waiting:,} waiting")
        if summary.needs_you:
            parts.append(f"{summary.needs_you:,} need{'s' if summary.needs_you == 1 else ''} you")
        self.outbox.say(f"Outbox: {', '.join(parts) or 'empty'}")
        self.outbox.set_icon("alert-octagon" if summary.needs_you else "tray-arrow-up")
        if summary.saved_at is not None:
            self.say_saved(summary.saved_at)

    def say_saved(self, moment: datetime) -> None:
        """Says when something was last saved."""
        self.saved.setText(f"Saved {format_time(moment)}")
        self._saved_icon.show()

    @Slot(str)
    def say_progress(self, words: str) -> None:
        """Says how far a first filling is; nothing for ""."""
        self.progress.setText(words)

    @override
    def resizeEvent(self, event: object) -> None:
        self._fit()

    def _fit(self) -> None:
        """Where the bar is too narrow, fresh components have only their icons, then only one word for all of them."""
        chips = self._chips.values()
        room = self.width() - self._look.px(480)
        for chip in chips:
            chip.set_short(short=False)
        crowded = self._measure() > room
        for chip in chips:
            chip.set_short(short=crowded and chip.is_fresh)
        too_many = crowded and self._measure() > room
        for chip in chips:
            chip.setVisible(not (too_many and chip.is_fresh))
        fresh = [chip.text() for chip in chips if chip.is_fresh]
        self.fresh.setText(f"{len(fresh):,} fresh" if crowded and fresh else "")
        self.fresh.setToolTip("\n".join(fresh))
        self.fresh.setVisible(bool(self.fresh.text()))

    def _measure(self) -> int:
        """Pixels that the chips take."""
        return sum(chip.sizeHint().width() + 2 for chip in self._chips.values())

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), self._look.colour("surface"))
        painter.fillRect(0, 0, self.width(), 1, self._look.colour("line2"))
