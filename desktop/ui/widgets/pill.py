"""Pills: a word with an icon on a tinted ground, painted the same in views and as widgets."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget
from typing_extensions import override

from desktop.domain.cases import Phase
from desktop.domain.payments import PaymentState
from desktop.ui.formats import PAYMENT_WORDS, PHASE_ICONS, due_tone, format_date, format_phase
from desktop.ui.theme.look import Look

HEIGHT = 20
_GROUNDS = {
    "info": ("info", "info_tint"),
    "line": ("text2", ""),
    "ok": ("ok", "ok_tint"),
    "warn": ("warn", "warn_tint"),
    "bad": ("bad", "bad_tint"),
    "accent": ("accent", "accent_tint"),
}


@dataclass(frozen=True, slots=True)
class PillSpec:
    """What a pill says: words, icon, and tone (info, line, ok, warn, bad, accent)."""

    text: str
    icon: str = ""
    tone: str = "info"


def phase_pill(phase: Phase) -> PillSpec:
    """The pill of a phase."""
    tone = "ok" if phase is Phase.RESOLVED else "line" if phase is Phase.NEW else "info"
    return PillSpec(format_phase(phase), PHASE_ICONS[phase], tone)


def payment_pill(state: PaymentState) -> PillSpec:
    """The pill of a payment's state."""
    word, icon, token = PAYMENT_WORDS[state]
    return PillSpec(word, icon, {"text2": "info"}.get(token, token))


def pill_width(look: Look, spec: PillSpec) -> int:
    """Pixels that a pill takes at 100 %."""
    words = QFontMetrics(look.drawn("small_title")).horizontalAdvance(spec.text)
    return words + (14 + 4 + 5 + 8 if spec.icon else 16)


def paint_pill(painter: QPainter, look: Look, spec: PillSpec, *, left: float, middle: float) -> None:
    """Paints a pill at 100 % from its left edge, centred on a line."""
    ink, ground = _GROUNDS[spec.tone]
    at = QRectF(left, middle - HEIGHT / 2, pill_width(look, spec), HEIGHT)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    edged = not ground or look.theme.name == "contrast"
    edge = look.colour("line2" if not ground and look.theme.name != "contrast" else ink)
    painter.setPen(QPen(edge, 1) if edged else Qt.PenStyle.NoPen)
    painter.setBrush(look.colour(ground) if ground else Qt.BrushStyle.NoBrush)
    painter.drawRoundedRect(at.adjusted(0.5, 0.5, -0.5, -0.5), HEIGHT / 2 - 0.5, HEIGHT / 2 - 0.5)
    x = left + 8
    if spec.icon:
        ratio = painter.device().devicePixelRatio() * look.scale
        painter.drawPixmap(QPointF(left + 5, middle - 7), look.icon_pixmap(spec.icon, ink, 14, ratio))
        x = left + 23
    painter.setFont(look.drawn("small_title"))
    painter.setPen(look.colour(ink))
    painter.drawText(QRectF(x, at.top(), at.right() - x, HEIGHT), Qt.AlignmentFlag.AlignVCenter, spec.text)


def deadline_parts(due: datetime | None, now: datetime, *, is_open: bool) -> tuple[str, str, str] | None:
    """Icon, colour and date of a deadline, or None without one."""
    if due is None:
        return None
    icon, token = {
        "over": ("alert-octagon", "bad"),
        "soon": ("clock-alert-outline", "warn"),
        "far": ("clock-outline", "text2"),
        "none": ("clock-outline", "text3"),
    }[due_tone(due, now, is_open=is_open)]
    return icon, token, format_date(due)


class Pill(QWidget):
    """A pill on its own."""

    def __init__(self, look: Look, spec: PillSpec | None = None) -> None:
        super().__init__()
        self._look = look
        self._spec = spec
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        look.changed.connect(self.updateGeometry)
        self.show_pill(spec)

    def show_pill(self, spec: PillSpec | None) -> None:
        """Shows another pill, or nothing for None."""
        self._spec = spec
        if spec is None or self.parentWidget() is not None:  # without a parent it would open as a window
            self.setVisible(spec is not None)
        self.setAccessibleName(spec.text if spec else "")
        self.updateGeometry()
        self.update()

    def text(self) -> str:
        """The words on the pill."""
        return self._spec.text if self._spec else ""

    @override
    def sizeHint(self) -> QSize:
        wide = self._look.px(pill_width(self._look, self._spec) + 0.5) if self._spec else 0
        return QSize(wide, self._look.px(HEIGHT))

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        if self._spec is not None:
            painter = QPainter(self)
            self._look.zoom(painter, self.rect())
            paint_pill(painter, self._look, self._spec, left=0, middle=HEIGHT / 2)
