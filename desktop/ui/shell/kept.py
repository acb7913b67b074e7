"""The open tabs, kept until the next start; and drafts that a crash left without a tab."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer, Slot

from desktop.ui.context import DeskContext
from desktop.ui.shell.build import look_for
from desktop.ui.shell.pages import OpenPages
from desktop.ui.shell.tabs import TabStrip

_REST_MS = 500
DRAFT_TABS = {"newcase/": "new/", "mend/": "mend/"}
"""How names of drafts begin, and the ids of the tabs in which they are typed."""


class KeptTabs(QObject):
    """Reads the tabs of the last time at the start, and keeps them a moment after each change."""

    def __init__(self, context: DeskContext, pages: OpenPages, strip: TabStrip, parent: QObject) -> None:
        super().__init__(parent)
        self._context = context
        self._pages = pages
        self._strip = strip
        self._restored = False
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(_REST_MS)
        self._rest.timeout.connect(self.keep)
        pages.changed.connect(self._rest.start)
        context.ops.read(
            lambda desk: (
                desk.components.setting("tabs"),
                tuple(name for prefix in DRAFT_TABS for name in desk.drafts.names(prefix)),
            ),
            self._restore,
            lane="start",
        )

    def _restore(self, kept: tuple[object | None, tuple[str, ...]]) -> None:
        tabs, drafts = kept
        self._pages.restore_state(tabs)
        for name in drafts:
            kind, _, rest = name.partition("/")
            tab = f"{DRAFT_TABS[f'{kind}/']}{rest}"
            if tab not in self._pages.ids():
                self._pages.open(tab, look_for(tab), front=False)
                self._strip.set_soiled(tab, soiled=True)
        self._restored = True

    @Slot()
    def keep(self) -> None:
        """Keeps the tabs now."""
        self._rest.stop()
        if self._restored:
            state = self._pages.save_state()
            self._context.ops.note(lambda desk: desk.components.keep_setting("tabs", state))
