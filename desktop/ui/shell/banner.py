"""The calm bar under the tabs: what the host does, what went wrong, and that work goes on."""

from __future__ import annotations

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QFrame

from desktop.domain.errors import DesktopError
from desktop.ui.theme.look import Look
from desktop.ui.widgets.button import Button
from desktop.ui.widgets.card import row
from desktop.ui.widgets.text import Mark, text_label


class Banner(QFrame):
    """One sentence, and a button that puts it away. An error that was put away does not come back by itself."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self.setProperty("band", "warn")
        self._state = ""
        self._error = ""
        self._offline = ""
        self._mark = Mark(look, "alert-circle-outline", 18, token="warn")
        self.text = text_label(look, "", role="small", wrap=True)
        self.close_button = Button(look, icon="close", kind="quiet", size="tiny", name="Put this message away")
        self.close_button.clicked.connect(self._on_close_clicked)
        inner = row(self._mark, gap=10, margins=(16, 6, 12, 6))
        inner.addWidget(self.text, 1)
        inner.addWidget(self.close_button)
        self.setLayout(inner)
        self.hide()

    @Slot(str, str)
    def show_state(self, state: str, sentence: str) -> None:
        """What the component host does; nothing while it runs."""
        self._state = "" if state in {"running", "starting"} else sentence
        self._draw()

    @Slot(object)
    def show_error(self, error: DesktopError) -> None:
        """What went wrong where no field or page could say it."""
        self._error = str(error)
        self._draw()

    def show_offline(self, *, on: bool) -> None:
        """That the officer works offline."""
        words = "You work offline. Nothing is sent or fetched; all you do is kept and goes out when you turn this off."
        self._offline = words if on else ""
        self._draw()

    @Slot()
    def _on_close_clicked(self) -> None:
        self._error = ""
        self._state = ""
        self._draw()

    def _draw(self) -> None:
        words = self._error or self._state or self._offline
        self.text.setText(words)
        self.setAccessibleName(words)
        self.close_button.setVisible(bool(self._error or self._state))
        self._mark.set_name("alert-octagon" if self._error else "history", "bad" if self._error else "warn")
        self.setVisible(bool(words))
