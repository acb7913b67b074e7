"""Labels: in a role of the type scale, eliding, and the round mark with initials."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget
from typing_extensions import override

from desktop.ui.theme.look import Look, Role


def text_label(look: Look, text: str = "", *, role: Role = "body", ink: str = "", wrap: bool = False) -> QLabel:
    """A label whose text is shown as it is: never as rich text, since much of it comes from outside."""
    label = QLabel(text)
    label.setTextFormat(Qt.TextFormat.PlainText)
    look.dress(label, role)
    label.setWordWrap(wrap)
    if ink:
        label.setProperty("ink", ink)
    return label


def set_ink(label: QLabel, ink: str) -> None:
    """Changes the colour of a label by the name of its token."""
    if label.property("ink") != ink:
        label.setProperty("ink", ink)
        label.style().unpolish(label)
        label.style().polish(label)


class ElidedLabel(QLabel):
    """One line that ends in dots when there is no room, with the whole text as its tool tip."""

    def __init__(self, look: Look, text: str = "", *, role: Role = "body", ink: str = "", hug: bool = False) -> None:
        super().__init__()
        self.setTextFormat(Qt.TextFormat.PlainText)
        look.dress(self, role)
        wide = QSizePolicy.Policy.Maximum if hug else QSizePolicy.Policy.Ignored
        self.setSizePolicy(wide, QSizePolicy.Policy.Fixed)
        if ink:
            self.setProperty("ink", ink)
        self.setText(text)

    @override
    def setText(self, text: str) -> None:
        line = " ".join(text.split())
        super().setText(line)
        self.setToolTip(line[:400])
        self.updateGeometry()

    @override
    def minimumSizeHint(self) -> QSize:
        return QSize(24, super().minimumSizeHint().height())

    @override
    def sizeHint(self) -> QSize:
        return QSize(
            min(self.fontMetrics().horizontalAdvance(self.text()[:300]) + 2, 1200), super().sizeHint().height()
        )

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setPen(self.palette().color(self.foregroundRole()))
        # Only so much of the text is measured as could ever fit, for a title may hold a megabyte.
        text = self.fontMetrics().elidedText(self.text()[:1000], Qt.TextElideMode.ElideRight, self.width())
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, text)


class Avatar(QWidget):
    """A round mark with a person's initials."""

    def __init__(self, look: Look, letters: str, size: int) -> None:
        super().__init__()
        self._look = look
        self._letters = letters
        look.fix(self, width=size, height=size)
        look.changed.connect(self.update)

    def set_letters(self, letters: str) -> None:
        """Shows other initials."""
        self._letters = letters
        self.update()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        paint_avatar(painter, self._look, self._look.zoom(painter, self.rect()), self._letters)


def paint_avatar(painter: QPainter, look: Look, at: QRectF, letters: str) -> None:
    """Paints initials on a disc, at 100 %."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(look.colour("accent_tint"))
    painter.drawEllipse(at)
    font = look.drawn("strong" if at.width() > 40 else "caption_title")
    painter.setFont(font)
    painter.setPen(look.colour("accent"))
    painter.drawText(at, Qt.AlignmentFlag.AlignCenter, letters)


class Mark(QLabel):
    """The mark of a kind of component, or an icon, as a small picture."""

    def __init__(self, look: Look, name: str, size: int, *, token: str = "") -> None:
        super().__init__()
        self._look = look
        self._name = name
        self._size = size
        self._token = token
        look.fix(self, width=size, height=size)
        look.changed.connect(self._draw)
        self._draw()

    def set_name(self, name: str, token: str = "") -> None:
        """Shows another mark, or another icon when `token` names its colour."""
        self._name, self._token = name, token
        self._draw()

    def _draw(self) -> None:
        ratio, size = self.devicePixelRatioF(), self._look.px(self._size)
        if self._token:
            self.setPixmap(self._look.icon_pixmap(self._name, self._token, size, ratio))
        else:
            self.setPixmap(self._look.mark(self._name, size, ratio))  # type: ignore[arg-type]
