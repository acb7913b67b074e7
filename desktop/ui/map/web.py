"""The one web view of the desk: its page, its channel, and what may pass over it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict

import shiboken6
from PySide6.QtCore import QObject, Qt, QUrl, Signal, Slot
from PySide6.QtWebChannel import QWebChannel
from PySide6.QtWebEngineCore import QWebEnginePage, QWebEngineProfile, QWebEngineSettings
from PySide6.QtWebEngineWidgets import QWebEngineView
from typing_extensions import override

from desktop.domain.ids import LocalKey
from desktop.maps.clusters import Spot
from desktop.maps.page import HOME, MapDocument
from desktop.ui.map.scheme import SCHEME, OnlyKnit, SchemeHandler, register_scheme
from desktop.ui.theme.look import RESOURCES, Look


class MapChannel(QObject):
    """What the page may call, and what it is told. Only numbers and ids pass in.

    Signals:
        shown(str): spots as JSON.        themed(str): colours as JSON.
        lit(str): the key of the case that is pointed at, "0" for none.
        moved(float, float, int): latitude, longitude and zoom to go to.
        view_changed(tuple): south, west, north, east, zoom.
        case_opened(LocalKey): a pin was clicked.       case_hovered(LocalKey): the pointer is on one; 0 for none.
    """

    shown = Signal(str)
    themed = Signal(str)
    lit = Signal(str)
    moved = Signal(float, float, int)
    view_changed = Signal(object)
    case_opened = Signal(object)
    case_hovered = Signal(object)

    def __init__(self, look: Look, parent: QObject) -> None:
        super().__init__(parent)
        self._look = look
        look.changed.connect(self._on_look_changed)

    @Slot(result=str)
    def look(self) -> str:
        """The colours of the theme as JSON."""
        theme = self._look.theme
        named = ("surface", "surface2", "hover", "line", "control", "text", "text2", "text3", "focus")
        colours = {**asdict(theme.map), **{name: getattr(theme, name) for name in named}}
        return json.dumps({**colours, "cases": theme.kinds["cases"].fill, "on_cases": theme.kinds["cases"].on})

    @Slot(float, float, float, float, int, float, float)
    def viewport(
        self, south: float, west: float, north: float, east: float, zoom: int, _lat: float, _lon: float
    ) -> None:
        """The page shows another part of the town."""
        if -90 <= south < north <= 90 and -180 <= west < east <= 180 and 0 <= zoom <= 22:
            self.view_changed.emit((south, west, north, east, zoom))

    @Slot(str)
    def opened(self, key: str) -> None:
        """A pin was clicked. Keys pass as text, since JavaScript's numbers end at 53 bits."""
        if (number := _parse_key(key)) is not None:
            self.case_opened.emit(number)

    @Slot(str)
    def hovered(self, key: str) -> None:
        """The pointer is on a pin, or on none."""
        if (number := _parse_key(key)) is not None:
            self.case_hovered.emit(number)

    def show_spots(self, spots: Sequence[Spot]) -> None:
        """Draws pins and clusters."""
        self.shown.emit(json.dumps([{**asdict(spot), "keys": [str(key) for key in spot.keys]} for spot in spots]))

    @Slot()
    def _on_look_changed(self) -> None:
        self.themed.emit(self.look())


def _parse_key(text: str) -> LocalKey | None:
    digits = text.removeprefix("-")
    return LocalKey(int(text)) if digits.isascii() and digits.isdigit() and len(digits) < 20 else None


class _QuietPage(QWebEnginePage):
    """Goes nowhere but to our own page, and writes nothing into the log: a page's words may name a resident."""

    @override
    def acceptNavigationRequest(self, url: QUrl | str, type: QWebEnginePage.NavigationType, isMainFrame: bool) -> bool:
        return QUrl(url).scheme() == SCHEME.decode()

    @override
    def javaScriptConsoleMessage(
        self, level: QWebEnginePage.JavaScriptConsoleMessageLevel, message: str, lineNumber: int, sourceID: str
    ) -> None:
        return


class MapWeb(QWebEngineView):
    """The view. Its profile keeps nothing on the disk; its page is let go before the profile."""

    def __init__(self, look: Look, document: MapDocument) -> None:
        register_scheme()
        super().__init__()
        self.setAccessibleName("Map")
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)
        self.store = QWebEngineProfile(self)
        self.guard = OnlyKnit(self.store)
        self.store.setUrlRequestInterceptor(self.guard)
        self._handler = SchemeHandler(document, RESOURCES, self.store)
        self.store.installUrlSchemeHandler(SCHEME, self._handler)
        self.channel = MapChannel(look, self)
        page = _QuietPage(self.store, self)
        page.setBackgroundColor(look.theme.map.land)
        settings = page.settings()
        for attribute in (
            QWebEngineSettings.WebAttribute.LocalStorageEnabled,
            QWebEngineSettings.WebAttribute.PluginsEnabled,
            QWebEngineSettings.WebAttribute.JavascriptCanOpenWindows,
            QWebEngineSettings.WebAttribute.JavascriptCanAccessClipboard,
        ):
            settings.setAttribute(attribute, False)
        self._web_channel = QWebChannel(page)
        self._web_channel.registerObject("desk", self.channel)
        page.setWebChannel(self._web_channel)
        self.setPage(page)
        self.load(QUrl(HOME + "index.html"))

    def let_go(self) -> None:
        """Ends the page before its profile, as Qt wants it."""
        page = self.page()
        self.setPage(None)  # type: ignore[arg-type]  # Qt takes a null page
        shiboken6.delete(page)
