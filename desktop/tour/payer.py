"""The payer's browser: a real page in a profile that keeps nothing, whose fields are filled and button pressed."""

from __future__ import annotations

import json

import shiboken6
from PySide6.QtCore import Qt, QUrl
from PySide6.QtTest import QTest
from PySide6.QtWebEngineCore import QWebEnginePage, QWebEngineProfile
from PySide6.QtWebEngineWidgets import QWebEngineView
from PySide6.QtWidgets import QWidget
from typing_extensions import override

from desktop.tour.hands import StepFailed, pause, wait_for
from desktop.ui.map.scheme import register_scheme

_MOST_TABS = 40


class _Page(QWebEnginePage):
    @override
    def javaScriptConsoleMessage(
        self, level: QWebEnginePage.JavaScriptConsoleMessageLevel, message: str, lineNumber: int, sourceID: str
    ) -> None:
        return


class PayerBrowser:
    """One window. `open` is what the desk is given in place of the system's browser."""

    def __init__(self, *, keyboard: bool) -> None:
        register_scheme()  # the map's, which must be known before any profile is made, and the payer's comes first
        self._keyboard = keyboard
        self.opened: list[str] = []
        self.view = QWebEngineView()
        self.view.setWindowTitle("Payment page")
        self.view.resize(1100, 820)
        self._profile = QWebEngineProfile()
        self._page = _Page(self._profile)
        self.view.setPage(self._page)
        self._loaded = 0
        self._page.loadFinished.connect(self._on_page_load_finished)

    def open(self, url: str) -> None:
        """Opens a page."""
        self.opened.append(url)
        self.view.show()
        self.view.load(QUrl(url))

    def _on_page_load_finished(self, _ok: bool) -> None:
        self._loaded += 1

    def ask(self, script: str) -> object:
        """What a script says of the page, from a world of its own that the page's policy does not reach."""
        answers: list[object] = []
        self._page.runJavaScript(script, 1, answers.append)
        wait_for(lambda: bool(answers), "the payment page to answer", 10)
        return answers[0]

    def wait_page(self, words: str) -> None:
        """Waits until the page says some words."""
        needle = json.dumps(words)
        script = f"!!document.body && document.body.innerText.includes({needle})"
        wait_for(lambda: self.ask(script) is True, f"the payment page to say {words!r}")

    def pay(self, card: str, *, name: str, email: str) -> None:
        """Fills the form in and presses its button."""
        fields = {
            "card_number": card,
            "expiry_month": "11",
            "expiry_year": "29",
            "cardholder_name": name,
            "security_code": "123",
            "email": email,
        }
        for field, value in fields.items():
            self._fill(field, value)

    def confirm(self) -> None:
        """Presses the button that pays."""
        self._press("confirm")

    def give_up(self) -> None:
        """Presses the button that cancels."""
        self._press("cancel")

    def _fill(self, field: str, value: str) -> None:
        if not self._keyboard:
            self.ask(f"document.querySelector('[name={field}]').value = {json.dumps(value)}; true")
            return
        self._tab_to(f"document.activeElement && document.activeElement.name === '{field}'", field)
        self.ask("document.activeElement.select && document.activeElement.select(); true")
        QTest.keyClicks(self._target(), value)
        wait_for(lambda: self.ask("document.activeElement.value") == value, f"{value!r} in {field}", 5)

    def _press(self, button: str) -> None:
        before = self._loaded
        if self._keyboard:
            self._tab_to(f"document.activeElement && document.activeElement.id === '{button}'", button)
            QTest.keyClick(self._target(), Qt.Key.Key_Return)
        else:
            self.ask(f"document.getElementById('{button}').click(); true")
        wait_for(lambda: self._loaded > before, "the next page")

    def _tab_to(self, script: str, what: str) -> None:
        self.view.activateWindow()
        self._target().setFocus()
        for _ in range(_MOST_TABS):
            if self.ask(script) is True:
                return
            QTest.keyClick(self._target(), Qt.Key.Key_Tab)
            pause(40)
        raise StepFailed(f"Tab does not reach {what} on the payment page")

    def _target(self) -> QWidget:
        return self.view.focusProxy() or self.view

    def put_away(self) -> None:
        """Hides the window."""
        self.view.hide()

    def close(self) -> None:
        """Ends the page, then its profile."""
        self.view.close()
        shiboken6.delete(self.view)
        shiboken6.delete(self._page)
        shiboken6.delete(self._profile)
