"""Theme and text size: what the officer chose, else what the system asks for."""

from __future__ import annotations

from PySide6.QtCore import QObject, Qt, Slot
from PySide6.QtGui import QStyleHints
from PySide6.QtWidgets import QApplication

from desktop.ui.context import DeskContext
from desktop.ui.theme.look import PERCENTS
from desktop.ui.theme.tokens import THEMES

SYSTEM = "system"


def system_theme(hints: QStyleHints) -> str:
    """The name of the theme that the system asks for."""
    if hints.accessibility().contrastPreference() is Qt.ContrastPreference.HighContrast:
        return "contrast"
    return "dark" if hints.colorScheme() is Qt.ColorScheme.Dark else "light"


class Appearance(QObject):
    """Puts themes and text sizes on the program, and keeps the officer's choice in the profile.

    The system is followed until a theme is chosen, and again when "as the system" is.
    """

    def __init__(self, app: QApplication, context: DeskContext, parent: QObject) -> None:
        super().__init__(parent)
        self._app = app
        self._context = context
        self._look = context.look
        self._chosen = False
        # As it was opened: by `--theme`, by the choice kept, or by the system's colours.
        self._opened = self._look.theme.name
        hints = app.styleHints()
        hints.colorSchemeChanged.connect(self._on_system_changed)
        hints.accessibility().contrastPreferenceChanged.connect(self._on_system_changed)
        context.ops.read(
            lambda desk: (desk.components.setting("theme"), desk.components.setting("text_size")),
            self._restore,
            lane="appearance",
        )

    def _restore(self, kept: tuple[object | None, object | None]) -> None:
        theme, percent = kept
        self._chosen = theme in THEMES
        hints = self._app.styleHints()
        # Whoever opened it knew the system's colours and not its contrast; another theme than those was asked for.
        coloured = "dark" if hints.colorScheme() is Qt.ColorScheme.Dark else "light"
        follows = not self._chosen and self._look.theme.name == self._opened == coloured
        name = system_theme(hints) if follows else self._look.theme.name
        self._apply(name, percent if percent in PERCENTS else self._look.percent)

    def _apply(self, theme: str, percent: object) -> None:
        if (theme, percent) != (self._look.theme.name, self._look.percent) and isinstance(percent, int):
            self._look.apply(self._app, THEMES[theme], percent)

    @Slot()
    def _on_system_changed(self) -> None:
        if not self._chosen:
            self._apply(system_theme(self._app.styleHints()), self._look.percent)

    def set_theme(self, name: str) -> None:
        """Puts a theme on and keeps the choice; `system` follows the system again."""
        self._chosen = name != SYSTEM
        self._apply(name if self._chosen else system_theme(self._app.styleHints()), self._look.percent)
        self._context.ops.note(lambda desk: desk.components.keep_setting("theme", name))

    def set_size(self, percent: int) -> None:
        """Puts a text size on and keeps it."""
        self._apply(self._look.theme.name, percent)
        self._context.ops.note(lambda desk: desk.components.keep_setting("text_size", percent))

    def step_size(self, by: int) -> None:
        """The next larger or smaller text size; stays at the last."""
        at = PERCENTS.index(self._look.percent) + by
        if 0 <= at < len(PERCENTS):
            self.set_size(PERCENTS[at])
