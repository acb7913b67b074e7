"""Where a case stands: the stages as discs on a thread, and how long is left."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame, QSizePolicy, QWidget
from typing_extensions import override

from desktop.domain.cases import Phase
from desktop.services.rows import CaseRow
from desktop.ui.formats import due_tone, format_date, format_due_left, format_moment, format_phase
from desktop.ui.theme.look import Look
from desktop.ui.widgets.card import column, row
from desktop.ui.widgets.text import Mark, set_ink, text_label

_STEPS = (Phase.NEW, Phase.TRIAGE, Phase.IN_PROGRESS, Phase.RESOLVED, Phase.CLOSED)
_TITLES = {
    Phase.NEW: "Reported",
    Phase.TRIAGE: "Assessed",
    Phase.IN_PROGRESS: "Under way",
    Phase.RESOLVED: "Done",
    Phase.CLOSED: "Closed",
}


class Stepper(QWidget):
    """The normalised stages of a case. Waiting is drawn on the works; a cancelled case ends where it was."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self._row: CaseRow | None = None
        self._at = 0
        look.fix(self, height=76)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        look.changed.connect(self.update)

    def show_case(self, case: CaseRow) -> None:
        """Shows where a case stands."""
        self._row = case
        phase = {Phase.WAITING: Phase.IN_PROGRESS, Phase.CANCELLED: Phase.CLOSED}.get(case.phase, case.phase)
        self._at = _STEPS.index(phase)
        said = f"Step {self._at + 1} of {len(_STEPS)}, {_TITLES[phase]}, {format_phase(case.phase)}, now"
        self.setAccessibleName(said)
        self.setToolTip(f"{said}. In its component: {case.status or 'no status'}")
        self.update()

    @override
    def sizeHint(self) -> QSize:
        return QSize(self._look.px(520), self._look.px(76))

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        if self._row is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        wide = self._look.zoom(painter, self.rect()).width() / len(_STEPS)
        last = self._row.phase in {Phase.CLOSED, Phase.CANCELLED}
        for n, phase in enumerate(_STEPS):
            x = wide * n + wide / 2
            if n:
                token = "accent" if n <= self._at else "line2"
                painter.fillRect(QRectF(x - wide + 12, 15, wide - 24, 2), self._look.colour(token))
            done = n < self._at or (n == self._at and last)
            self._paint_disc(painter, x, n, done=done)
            self._paint_words(painter, QRectF(wide * n, 30, wide, 40), n, phase)

    def _paint_disc(self, painter: QPainter, x: float, n: int, *, done: bool) -> None:
        middle, now = QPointF(x, 16), n == self._at
        if done:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(self._look.colour("accent"))
            painter.drawEllipse(middle, 12, 12)
            tick = self._look.icon_pixmap("check", "on_accent", 15, self.devicePixelRatioF() * self._look.scale)
            painter.drawPixmap(QPointF(x - 7.5, 8.5), tick)
            return
        painter.setPen(QPen(self._look.colour("accent" if now else "control"), 3 if now else 2))
        painter.setBrush(self._look.colour("surface"))
        painter.drawEllipse(middle, 10.5 if now else 11, 10.5 if now else 11)
        painter.setFont(self._look.drawn("small_title"))
        painter.setPen(self._look.colour("accent" if now else "text3"))
        painter.drawText(QRectF(x - 12, 4, 24, 24), Qt.AlignmentFlag.AlignCenter, str(n + 1))

    def _paint_words(self, painter: QPainter, at: QRectF, n: int, phase: Phase) -> None:
        row_ = self._row
        if row_ is None:
            return
        now = n == self._at
        painter.setFont(self._look.drawn("small_title"))
        painter.setPen(self._look.colour("accent" if now else "text" if n < self._at else "text2"))
        painter.drawText(at.adjusted(0, 2, 0, -22), Qt.AlignmentFlag.AlignCenter, _TITLES[phase])
        painter.setFont(self._look.drawn("caption"))
        painter.setPen(self._look.colour("text3"))
        words = format_phase(row_.phase if now else phase)
        if n == 0:
            words += f" · {format_date(row_.opened_at)}"
        elif now:
            words += f" · {format_date(row_.updated_at)}"
        painter.drawText(at.adjusted(0, 18, 0, -6), Qt.AlignmentFlag.AlignCenter, words)


class DeadlineBox(QFrame):
    """How long is left until the target."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        look.fix(self, width=216, height=76)
        self._mark = Mark(look, "clock-outline", 15, token="text2")
        self._head = text_label(look, "Target", role="small_title", ink="text2")
        self.left = text_label(look, "", role="strong")
        self.date = text_label(look, "", role="small", ink="text2")
        layout = column(gap=1, margins=(12, 7, 12, 7))
        layout.addLayout(row(self._mark, self._head, None, gap=4))
        layout.addWidget(self.left)
        layout.addWidget(self.date)
        self.setLayout(layout)

    def show_due(self, due: datetime | None, now: datetime, *, is_open: bool) -> None:
        """Shows a target; hidden without one."""
        self.setVisible(due is not None)
        if due is None:
            return
        tone = due_tone(due, now, is_open=is_open)
        box, icon, ink = {
            "over": ("bad", "alert-octagon", "bad"),
            "soon": ("warn", "clock-alert-outline", "warn"),
            "far": ("plain", "clock-outline", "text2"),
            "none": ("plain", "check-circle-outline", "text2"),
        }[tone]
        self.setProperty("box", box)
        self.style().unpolish(self)
        self.style().polish(self)
        self._mark.set_name(icon, ink)
        set_ink(self._head, ink)
        self.left.setText(format_due_left(due, now) if is_open else "Work is done")
        self.date.setText(format_moment(due))
        self.setAccessibleName(f"Target: {self.left.text()}, {self.date.text()}")
