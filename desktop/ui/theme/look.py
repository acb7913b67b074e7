"""The look that is on: its theme, fonts, icons and marks, made once each and kept."""

from __future__ import annotations

import importlib.util
import json
from functools import cache
from pathlib import Path
from typing import Literal

from PySide6.QtCore import QObject, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontDatabase, QFontMetrics, QIcon, QPainter, QPixmap
from PySide6.QtWidgets import QApplication, QStyleFactory

from desktop.services.rows import Colour
from desktop.ui.theme.marks import mark_pixmap
from desktop.ui.theme.style import build_palette, build_sheet
from desktop.ui.theme.tokens import LIGHT, Theme

RESOURCES = Path(__file__).resolve().parents[3] / "resources"
_ICON_FONT = "materialdesignicons6-webfont-6.9.96.ttf"
_ICON_NAMES = "materialdesignicons6-webfont-charmap-6.9.96.json"

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
    """The theme that is on, with pictures kept by name, colour, size and screen.

    Signals:
        changed(): another theme is on; paint again.
    """

    changed = Signal()

    def __init__(self, theme: Theme = LIGHT, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.theme = theme
        self._pictures: dict[tuple[str, str, int, float], QPixmap] = {}
        self._fonts: dict[Role, QFont] = {}
        self._colours: dict[str, QColor] = {}
        self._texts: dict[tuple[Role, str, int], tuple[str, int]] = {}

    def apply(self, app: QApplication, theme: Theme) -> None:
        """Puts a theme on the whole program."""
        self.theme = theme
        self._pictures.clear()
        self._fonts.clear()
        self._colours.clear()
        self._texts.clear()
        app.setStyle(QStyleFactory.create("Fusion"))
        app.setFont(self.font("body"))
        app.setPalette(build_palette(theme))
        app.setStyleSheet(build_sheet(theme))
        self.changed.emit()

    def font(self, role: Role) -> QFont:
        """The font of a role, with figures of one width."""
        if role not in self._fonts:
            size, weight = _ROLES[role]
            font = QFont([_font_families()[0], "Segoe UI", "sans-serif"])
            font.setPixelSize(size)
            font.setWeight(weight)
            font.setFeature(QFont.Tag("tnum"), 1)
            if role == "page":
                font.setLetterSpacing(QFont.SpacingType.PercentageSpacing, 99)
            self._fonts[role] = font
        return self._fonts[role]

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
            metrics = QFontMetrics(self.font(role))
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
