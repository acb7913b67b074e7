"""The look that is on: its theme, fonts, icons and marks, made once each and kept."""

from __future__ import annotations

import importlib.util
import json
from functools import cache
from pathlib import Path
from typing import Literal

from PySide6.QtCore import QObject, QRect, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontDatabase, QFontMetrics, QIcon, QPainter, QPixmap
from PySide6.QtWidgets import QApplication, QStyleFactory, QWidget

from desktop.services.rows import Colour
from desktop.ui.theme.marks import mark_pixmap
from desktop.ui.theme.style import build_palette, build_sheet
from desktop.ui.theme.tokens import LIGHT, Theme

RESOURCES = Path(__file__).resolve().parents[3] / "resources"
_ICON_FONT = "materialdesignicons6-webfont-6.9.96.ttf"
_ICON_NAMES = "materialdesignicons6-webfont-charmap-6.9.96.json"

PERCENTS = (100, 115, 130, 150)
"""The text sizes that can be chosen."""

Role = Literal[
    "page", "figure", "strong", "section", "body", "title", "small", "small_title", "caption", "caption_title"
]

_ROLES: dict[Role, tuple[int, QFont.Weight]] = {
    "page": (20, QFont.Weight.DemiBold),
    "figure": (28, QFont.Weight.DemiBold),
    "strong": (16, QFont.Weight.DemiBold),
    "section": (14, QFont.Weight.DemiBold),
    "body": (13, QFont.Weight.Normal),
    "title": (13, QFont.Weight.Medium),
    "small": (12, QFont.Weight.Normal),
    "small_title": (12, QFont.Weight.Medium),
    "caption": (11, QFont.Weight.Normal),
    "caption_title": (11, QFont.Weight.Medium),
}


@cache
def _font_families() -> tuple[str, str]:
    """Loads the bundled faces once: the text face and the icon face, as Qt names them."""
    text = "Segoe UI"
    for weight in ("Regular", "Medium", "SemiBold"):
        number = QFontDatabase.addApplicationFont(str(RESOURCES / "fonts" / f"Inter-{weight}.otf"))
        families = QFontDatabase.applicationFontFamilies(number) if number >= 0 else []
        text = families[0] if families else text
    number = QFontDatabase.addApplicationFont(str(_icon_folder() / _ICON_FONT))
    icons = QFontDatabase.applicationFontFamilies(number)[0]
    return text, icons


def _icon_folder() -> Path:
    # QtAwesome ships the icon face and its names. Its own loader reads twelve faces at the first icon (0.2 s of the
    # start), so only the one that is used is read here, without importing the package.
    spec = importlib.util.find_spec("qtawesome")
    if spec is None or spec.origin is None:
        raise FileNotFoundError("QtAwesome is not installed")
    return Path(spec.origin).parent / "fonts"


@cache
def _icon_letters() -> dict[str, str]:
    names: dict[str, str] = json.loads((_icon_folder() / _ICON_NAMES).read_text("utf-8"))
    return {name: chr(int(code, 16)) for name, code in names.items()}


_MOST_TEXTS = 8_192
"""Texts that are measured once and kept: a list is painted again and again with the same words."""


class Look(QObject):
    """The theme and the text size that are on, with pictures kept by name, colour, size and screen.

    Sizes are said in pixels at 100 %. What a layout places takes them through `px`, `dress` and `fix`; what is painted is
    painted at 100 % under `zoom`, so that letters, icons and the room between them grow together.

    Signals:
        changed(): another theme or text size is on; measure and paint again.
    """

    changed = Signal()

    def __init__(self, theme: Theme = LIGHT, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.theme = theme
        self.percent = 100
        self._pictures: dict[tuple[str, str, int, float], QPixmap] = {}
        self._fonts: dict[tuple[Role, int], QFont] = {}
        self._colours: dict[str, QColor] = {}
        self._texts: dict[tuple[Role, str, int], tuple[str, int]] = {}

    def apply(self, app: QApplication, theme: Theme, percent: int | None = None) -> None:
        """Puts a theme, and a text size where one is given, on the whole program."""
        self.theme = theme
        self.percent = percent or self.percent
        self._pictures.clear()
        self._fonts.clear()
        self._colours.clear()
        self._texts.clear()
        app.setStyle(QStyleFactory.create("Fusion"))
        app.setFont(self.font("body"))
        app.setPalette(build_palette(theme))
        app.setStyleSheet(build_sheet(theme, self.percent))
        for widget in app.allWidgets():
            self._measure(widget)
        self.changed.emit()

    # ---- sizes ----

    @property
    def scale(self) -> float:
        """The text size as a factor, 1.0 to 1.5."""
        return self.percent / 100

    def px(self, pixels: float) -> int:
        """Pixels at the text size that is on."""
        return round(pixels * self.scale)

    def zoom(self, painter: QPainter, rect: QRect) -> QRectF:
        """Lets a painter paint at 100 % into a place that is as large as the text size makes it; gives that place."""
        scale = self.scale
        painter.scale(scale, scale)
        return QRectF(rect.x() / scale, rect.y() / scale, rect.width() / scale, rect.height() / scale)

    def dress(self, widget: QWidget, role: Role) -> None:
        """Gives a widget the font of a role, at every text size."""
        widget.setProperty("fontRole", role)
        self._measure(widget)

    def fix(self, widget: QWidget, *, width: int = 0, height: int = 0) -> None:
        """Gives a widget a width or height that grows with the text; 0 leaves it to the layout."""
        widget.setProperty("fixedAt100", [width, height])
        self._measure(widget)

    def _measure(self, widget: QWidget) -> None:
        role, fixed = widget.property("fontRole"), widget.property("fixedAt100")
        if role:
            widget.setFont(self.font(role))
        if fixed and fixed[0]:
            widget.setFixedWidth(self.px(fixed[0]))
        if fixed and fixed[1]:
            widget.setFixedHeight(self.px(fixed[1]))

    # ---- fonts, colours, pictures ----

    def font(self, role: Role) -> QFont:
        """The font of a role for a widget, with figures of one width."""
        return self._font(role, self.percent)

    def drawn(self, role: Role) -> QFont:
        """The font of a role for what is painted under `zoom`."""
        return self._font(role, 100)

    def _font(self, role: Role, percent: int) -> QFont:
        if (role, percent) not in self._fonts:
            size, weight = _ROLES[role]
            font = QFont([_font_families()[0], "Segoe UI", "sans-serif"])
            font.setPixelSize(round(size * percent / 100))
            font.setWeight(weight)
            font.setFeature(QFont.Tag("tnum"), 1)
            if role == "page":
                font.setLetterSpacing(QFont.SpacingType.PercentageSpacing, 99)
            self._fonts[role, percent] = font
        return self._fonts[role, percent]

    def colour(self, token: str) -> QColor:
        """A colour of the theme by its name, such as `text2`, or `cases.ink` for a kind's."""
        if token not in self._colours:
            kind, dot, part = token.partition(".")
            named = getattr(self.theme.kinds[kind], part) if dot else getattr(self.theme, token)  # type: ignore[index]
            self._colours[token] = QColor(named)
        return self._colours[token]

    def fit(self, words: str, role: Role, width: int) -> tuple[str, int]:
        """Words as they fit into so many pixels, with dots where they are cut; and the pixels that they take."""
        key = (role, words, width)
        if key not in self._texts:
            if len(self._texts) >= _MOST_TEXTS:
                self._texts.clear()
            metrics = QFontMetrics(self.drawn(role))
            shown = metrics.elidedText(words, Qt.TextElideMode.ElideRight, width)
            self._texts[key] = (shown, metrics.horizontalAdvance(shown))
        return self._texts[key]

    def icon_pixmap(self, name: str, token: str, size: int, ratio: float = 1.0) -> QPixmap:
        """An icon of Material Design Icons 6 in a colour of the theme."""
        key = (name, token, size, ratio)
        if key not in self._pictures:
            picture = QPixmap(round(size * ratio), round(size * ratio))
            picture.setDevicePixelRatio(ratio)
            picture.fill(Qt.GlobalColor.transparent)
            font = QFont(_font_families()[1])
            font.setPixelSize(size)
            painter = QPainter(picture)
            painter.setRenderHint(QPainter.RenderHint.TextAntialiasing)
            painter.setFont(font)
            painter.setPen(self.colour(token))
            painter.drawText(QRectF(0, 0, size, size), Qt.AlignmentFlag.AlignCenter, _icon_letters()[name])
            painter.end()
            self._pictures[key] = picture
        return self._pictures[key]

    def icon(self, name: str, token: str, size: int) -> QIcon:
        """An icon for a button or an action, sharp on dense screens too."""
        icon = QIcon(self.icon_pixmap(name, token, size))
        icon.addPixmap(self.icon_pixmap(name, token, size, 2.0))
        return icon

    def mark(self, kind: Colour, size: int, ratio: float = 1.0) -> QPixmap:
        """The mark of a kind of component."""
        key = ("mark", kind, size, ratio)
        if key not in self._pictures:
            self._pictures[key] = mark_pixmap(self.theme, kind, size, ratio)
        return self._pictures[key]

    def mark_icon(self, kind: Colour, size: int) -> QIcon:
        """The mark as an icon."""
        icon = QIcon(self.mark(kind, size))
        icon.addPixmap(self.mark(kind, size, 2.0))
        return icon
