"""A desk's window over a town in memory, and the waiting that its tests share."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeVar

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from desktop.maps.town import load_town
from desktop.tasks.estate import EstateTasks
from desktop.tasks.live import Live
from desktop.tasks.operations import Operations
from desktop.ui.context import DeskContext, Navigator
from desktop.ui.page import Page
from desktop.ui.shell.window import DeskWindow
from desktop.ui.theme.look import RESOURCES, Look
from desktop.ui.theme.tokens import THEMES
from tests.helpers.fake_desk import FixedClock
from tests.helpers.fake_session import FakeSession
from tests.helpers.fake_town import OFFICER, FakeTown

P = TypeVar("P", bound=Page)


@dataclass
class OpenDesk:
    """A window, the town behind it, and the payment pages that it opened."""

    window: DeskWindow
    session: FakeSession
    bot: QtBot
    pages: list[str] = field(default_factory=list)

    @property
    def town(self) -> FakeTown:
        """The town behind the window."""
        return self.session.town

    def settle(self) -> None:
        """Waits until nothing is read or written, and what came of it is shown."""
        runner = self.window.context.ops.runner
        estate = self.window.context.estate
        for _ in range(2):  # what was read may ask for more
            self.bot.wait(30)
            self.bot.waitUntil(lambda: runner.is_idle() and not estate.running, timeout=10_000)

    def key(self, widget: QWidget, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        """Presses a key on a widget."""
        QTest.keyClick(widget, key, modifier)

    def write(self, widget: QWidget, text: str) -> None:
        """Types into a widget."""
        QTest.keyClicks(widget, text)

    def click(self, widget: QWidget) -> None:
        """Clicks on the middle of a widget."""
        QTest.mouseClick(widget, Qt.MouseButton.LeftButton)

    def page(self, kind: type[P]) -> P:
        """The page in front, which is of this kind."""
        page = self.window.pages.current_page()
        assert isinstance(page, kind)
        return page


def open_desk(bot: QtBot, app: QApplication, session: FakeSession, *, theme: str = "light") -> OpenDesk:
    """Opens a window over a session, shows it and waits until it is filled."""
    look = Look()
    look.apply(app, THEMES[theme])
    pages: list[str] = []

    def make(go: Navigator) -> DeskContext:
        return DeskContext(
            ops=Operations(session.open_desk),
            live=Live(session.client),
            estate=EstateTasks(session.estate),
            look=look,
            clock=FixedClock(),
            officer=OFFICER,
            staff_names={officer.staff_id: officer.name for officer in session.officers},
            town=load_town(RESOURCES / "map" / "citytown.geojson"),
            council_name=session.council_name,
            training=True,
            go=go,
            open_page=pages.append,
            set_offline=session.offline,
            web_map=False,
        )

    desk = OpenDesk(DeskWindow(app, make), session, bot, pages)
    desk.window.show()
    desk.window.activateWindow()
    desk.settle()
    return desk


def close_desk(desk: OpenDesk) -> None:
    """Closes the window and ends its threads."""
    desk.settle()
    desk.window.close()
    desk.window.context.ops.close()
    desk.window.deleteLater()
    desk.bot.wait(20)
