"""The desk's composition root: builds everything once, and holds no logic of its own."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TextIO

from PySide6.QtCore import QCoreApplication, Qt, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QApplication, QInputDialog, QLineEdit, QMessageBox

from desktop.config.paths import default_profile
from desktop.config.screen import has_screen
from desktop.domain.clocks import SystemClock
from desktop.domain.errors import DesktopError, OperationCancelled
from desktop.host.commands import add_profile, read_ask, read_profile, report
from desktop.host.session import Session
from desktop.host.training import open_secrets, training_town
from desktop.maps.town import EMPTY, load_town
from desktop.tasks.estate import EstateTasks
from desktop.tasks.live import Live
from desktop.tasks.operations import Operations
from desktop.tasks.ports import SessionPort
from desktop.ui.context import DeskContext, Navigator
from desktop.ui.shell.window import DeskWindow
from desktop.ui.theme.look import RESOURCES, Look
from desktop.ui.theme.tokens import THEMES

SANDBOX_SWITCH = "QTWEBENGINE_DISABLE_SANDBOX"


def build_application(argv: list[str]) -> QApplication:
    """The one Qt application, with what must be said before it is made."""
    QCoreApplication.setAttribute(Qt.ApplicationAttribute.AA_ShareOpenGLContexts)
    app = QApplication(argv[:1] or ["knit"])
    app.setApplicationName("Knit")
    app.setOrganizationName("Knit")
    app.setQuitOnLastWindowClosed(True)
    return app


def may_show_web(platform: str, *, is_root: bool, switch: str) -> bool:
    """Whether a web view may be made: as root, Chromium with its sandbox ends the whole process."""
    return not (platform.startswith("linux") and is_root and switch != "1")


def build_window(
    app: QApplication, session: SessionPort, *, theme: str = "light", open_page: Callable[[str], None] | None = None
) -> DeskWindow:
    """The window over an open profile.

    Args:
        app: the application.
        session: the open profile.
        theme: `light`, `dark` or `contrast`.
        open_page: opens the page where a payer pays; the system's browser when None.
    """
    look = Look()
    look.setParent(app)
    look.apply(app, THEMES[theme])
    is_root = hasattr(os, "geteuid") and os.geteuid() == 0

    def make_context(go: Navigator) -> DeskContext:
        return DeskContext(
            ops=Operations(session.open_desk, app),
            live=Live(session.client, app),
            estate=EstateTasks(session.estate, app),
            look=look,
            clock=SystemClock(),
            officer=session.officer,
            staff_names={officer.staff_id: officer.name for officer in session.officers},
            town=load_town(RESOURCES / "map" / "citytown.geojson") if session.training else EMPTY,
            council_name=session.council_name,
            training=session.training,
            go=go,
            open_page=open_page or open_in_browser,
            set_offline=session.offline,
            web_map=may_show_web(sys.platform, is_root=is_root, switch=os.environ.get(SANDBOX_SWITCH, "")),
        )

    return DeskWindow(app, make_context)


def open_in_browser(url: str) -> None:
    """Opens a page in the system's browser."""
    QDesktopServices.openUrl(QUrl(url))


def run_desk(app: QApplication, session: SessionPort, *, theme: str = "") -> int:
    """Shows the window over an open profile until it is closed; gives Qt's exit code."""
    window = build_window(app, session, theme=theme or find_theme(session, app))
    window.show()
    try:
        return app.exec()
    finally:
        window.context.ops.close()


def find_theme(session: SessionPort, app: QApplication) -> str:
    """The theme that the officer chose last, else the system's."""
    desk = session.open_desk()
    try:
        kept = desk.components.setting("theme")
    finally:
        desk.close()
    if isinstance(kept, str) and kept in THEMES:
        return kept
    return "dark" if app.styleHints().colorScheme() is Qt.ColorScheme.Dark else "light"


def _parser(prog: str) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog=prog)
    add_profile(parser)
    parser.add_argument("--theme", choices=sorted(THEMES), default="", help="instead of the one chosen last")
    return parser


def desk_command(argv: list[str], _out: TextIO, err: TextIO) -> int:
    """`knit`: opens the desk on a profile. What stands in the way is said in a dialogue, and on stderr."""
    options = _parser("knit").parse_args(argv)
    app = build_application(["knit"])
    try:
        profile = read_profile(options)
        ask = read_ask(options) or (ask_passphrase if has_screen(sys.platform, os.environ) else None)
        with Session(profile, open_secrets(profile, ask)) as session:
            return run_desk(app, session, theme=options.theme)
    except DesktopError as error:
        return tell(error, err)


def ask_passphrase() -> str:
    """Asks for the vault's passphrase, where no keyring answers. Raises OperationCancelled."""
    text, given = QInputDialog.getText(
        None, "Knit", "No keyring answers on this computer. Passphrase of your vault:", QLineEdit.EchoMode.Password
    )
    if not given or not text:
        raise OperationCancelled("Knit was not opened: no passphrase was given.", key="vault.none_given")
    return text


def tell(error: DesktopError, err: TextIO) -> int:
    """Says why the desk cannot open: in a dialogue where there is a screen, and as JSON on stderr."""
    code = report(error, err)
    if has_screen(sys.platform, os.environ):
        box = QMessageBox(QMessageBox.Icon.Warning, "Knit", error.title)
        box.setInformativeText(error.hint)
        box.exec()
    return code


def demo_command(argv: list[str], _out: TextIO, err: TextIO) -> int:
    """`knit demo`: opens the training town, with a profile of its own beside the officer's."""
    parser = _parser("knit demo")
    parser.add_argument("--officer", default="", metavar="STAFF_ID", help="who sits at the desk")
    options = parser.parse_args(argv)
    root: Path = options.profile or default_profile("training").root
    app = build_application(["knit"])
    try:
        with training_town(root, officer=options.officer) as (_town, session):
            return run_desk(app, session, theme=options.theme)
    except DesktopError as error:
        return tell(error, err)
