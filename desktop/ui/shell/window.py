"""The window of the desk."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QSize, Qt, Slot
from PySide6.QtGui import QCloseEvent, QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QApplication, QMainWindow, QStackedWidget, QWidget
from typing_extensions import override

from desktop.domain.ids import NO_KEY, ComponentId, Kind, LocalKey, OpId
from desktop.services.rows import ComponentStatus, Hit, OutboxSummary
from desktop.services.said import Said
from desktop.ui.context import DeskContext, Navigator
from desktop.ui.page import Page
from desktop.ui.shell.appearance import Appearance
from desktop.ui.shell.banner import Banner
from desktop.ui.shell.build import NewCaseSeed, PageBuilder, look_for
from desktop.ui.shell.commands import build_commands
from desktop.ui.shell.feed import StatusFeed
from desktop.ui.shell.kept import KeptTabs
from desktop.ui.shell.outbox import OutboxPanel
from desktop.ui.shell.pages import VIEWS, OpenPages, new_tab_id
from desktop.ui.shell.rail import ITEMS, Rail
from desktop.ui.shell.said import SaidPanel
from desktop.ui.shell.status import StatusBar
from desktop.ui.shell.tabs import TabStrip
from desktop.ui.shell.topbar import TopBar
from desktop.ui.theme.focus import FocusRing
from desktop.ui.theme.look import PERCENTS
from desktop.ui.widgets.card import column, row


class DeskWindow(QMainWindow):
    """The window: rail, search box, tabs, pages, status bar. It is the navigator of every page."""

    def __init__(self, app: QApplication, make_context: Callable[[Navigator], DeskContext]) -> None:
        super().__init__()
        self.context = context = make_context(self)
        look = context.look
        self.setWindowTitle(f"Knit · {context.council_name}")
        self.setMinimumSize(QSize(1280, 720))
        self.resize(1440, 900)
        self.top = TopBar(context, self)
        self.rail = Rail(look)
        self.tabs = TabStrip(look)
        self.banner = Banner(look)
        self.stack = QStackedWidget()
        self.status = StatusBar(look, context.officer.name)
        self._lay_out()
        self.outbox = OutboxPanel(context, self, self.status.y)
        self.said = SaidPanel(context, self, self.status.y)
        self._builder = PageBuilder(context)
        self.pages = OpenPages(self.tabs, self.stack, self._builder.build)
        self._ring = FocusRing(self, look, app)
        self.feed = StatusFeed(context, self)
        self.appearance = Appearance(app, context, self)
        self._connect()
        self._add_shortcuts()
        self.top.search.set_commands(build_commands(self))
        self.open_view("work")
        self._kept = KeptTabs(context, self.pages, self.tabs, self)

    def _lay_out(self) -> None:
        right = column()
        tab_row = row(self.tabs, gap=0)
        tab_row.setStretchFactor(self.tabs, 1)
        right.addLayout(tab_row)
        right.addWidget(self.banner)
        right.addWidget(self.stack, 1)
        middle = row(gap=0)
        middle.addWidget(self.rail)
        middle.addLayout(right, 1)
        whole = column()
        whole.addWidget(self.top)
        whole.addLayout(middle, 1)
        whole.addWidget(self.status)
        body = QWidget()
        body.setProperty("ground", "canvas")
        body.setLayout(whole)
        self.setCentralWidget(body)

    def _connect(self) -> None:
        context = self.context
        self.rail.chosen.connect(self.open_view)
        self.pages.current_changed.connect(self._on_pages_current_changed)
        self.pages.built.connect(self._on_pages_built)
        self.top.search.chosen.connect(self._on_search_chosen)
        self.feed.components_read.connect(self._on_feed_components_read)
        self.feed.outbox_read.connect(self._on_feed_outbox_read)
        self.feed.work_counted.connect(self.rail.buttons["work"].set_count)
        self.feed.progress_said.connect(self.status.say_progress)
        self.status.component_chosen.connect(self._on_status_component_chosen)
        self.status.outbox_asked.connect(self.toggle_outbox)
        self.status.offline_turned.connect(self._on_status_offline_turned)
        context.live.changed.connect(context.ops.report)
        context.live.state_changed.connect(self.banner.show_state)
        context.ops.failed.connect(self.banner.show_error)
        context.ops.saved.connect(self._on_ops_saved)

    def _add_shortcuts(self) -> None:
        keys: list[tuple[str, Callable[[], object]]] = [
            ("Ctrl+K", self._focus_search),
            ("Ctrl+W", lambda: self.pages.close(self.pages.current)),
            ("Ctrl+Tab", lambda: self.pages.go_back(1)),
            ("Ctrl+Shift+Tab", lambda: self.pages.go_back(-1)),
            ("Ctrl+N", self.open_new_case),
            ("Ctrl+P", self.open_payment),
            ("Ctrl+B", self.toggle_outbox),
            ("Ctrl++", partial(self.appearance.step_size, 1)),
            ("Ctrl+=", partial(self.appearance.step_size, 1)),
            ("Ctrl+-", partial(self.appearance.step_size, -1)),
            ("Ctrl+0", partial(self.appearance.set_size, PERCENTS[0])),
            ("F5", self.reload),
            ("F6", self._focus_page),
        ]
        keys += [(f"Ctrl+{number}", partial(self.open_view, item.view)) for number, item in enumerate(ITEMS, 1)]
        for text, act in keys:
            shortcut = QShortcut(QKeySequence(text), self)
            shortcut.activated.connect(act)

    # ---- navigator ----

    def open_record(self, kind: Kind, key: LocalKey) -> None:
        """Opens a resident or a case in a tab; a payment in the ledger; a place as its cases."""
        self.outbox.hide()
        if kind == "payment":
            self.open_view("payments")
            self._builder.show_payment(self.pages.page("payments"), key)
        elif kind in {"person", "case"}:
            tab = f"{kind}/{key}"
            self.pages.open(tab, look_for(tab))

    @Slot(str)
    def open_view(self, name: str) -> None:
        """A view of the rail."""
        self.pages.open(name, look_for(name))

    def open_new_case(self, resident: LocalKey | None = None) -> None:
        """A form for a new case."""
        tab = new_tab_id()
        self._builder.seeds[tab] = NewCaseSeed(resident=resident or NO_KEY)
        self.pages.open(tab, look_for(tab))

    def mend_case(self, op: OpId) -> None:
        """A new case in its form again; one form for each, however often it is asked for."""
        self.outbox.hide()
        tab = f"mend/{op}"
        self.pages.open(tab, look_for(tab))

    def show_said(self, said: Said) -> None:
        """What a component really said, over the page."""
        self.outbox.hide()
        self.said.show_said(said)

    def open_payment(self, *, resident: LocalKey | None = None, reference: str = "", email: str = "") -> None:
        """The payments view, ready for a payment."""
        self.open_view("payments")
        self._builder.start_payment(self.pages.page("payments"), resident=resident, reference=reference, email=email)

    def replace_page(self, page: Page, kind: Kind, key: LocalKey) -> None:
        """Puts a record in place of the form that made it."""
        tab = next((t for t in self.pages.ids() if self.pages.page(t) is page), "")
        if tab:
            self.pages.swap(tab, f"{kind}/{key}", look_for(f"{kind}/{key}"))

    def step_in_work(self, key: LocalKey, by: int) -> tuple[LocalKey | None, str]:
        """The neighbour of a case in My work, and its place there."""
        return self._builder.step(self.pages.page("work"), key, by)

    # ---- what happens ----

    @Slot(str)
    def _on_pages_current_changed(self, tab: str) -> None:
        kind = tab.partition("/")[0]
        self.rail.show_view(kind if kind in VIEWS else {"person": "residents"}.get(kind, "work") if tab else "")
        page = self.pages.current_page()
        if page is not None and not self.top.search.edit.hasFocus():
            page.take_focus()

    @Slot(object)
    def _on_pages_built(self, page: Page) -> None:
        """Lets Tab go from the page to the status bar, though the bar is older than the page."""
        last: QWidget = page
        after = page.nextInFocusChain()
        while after is not None and page.isAncestorOf(after):
            last, after = after, after.nextInFocusChain()
        for widget in self.status.stops():
            QWidget.setTabOrder(last, widget)
            last = widget

    @Slot(object)
    def _on_search_chosen(self, hit: Hit) -> None:
        if hit.kind == "place":
            self._builder.show_place(self, hit)
        else:
            self.open_record(hit.kind, hit.key)

    @Slot(object)
    def _on_feed_components_read(self, components: tuple[ComponentStatus, ...]) -> None:
        before = len(self.status.stops())
        self.status.show_components(components, self.context.clock.now())
        page = self.pages.current_page()
        if page is not None and len(self.status.stops()) != before:
            self._on_pages_built(page)

    @Slot(object)
    def _on_feed_outbox_read(self, summary: OutboxSummary) -> None:
        self.status.show_outbox(summary)
        self.outbox.show_summary(summary)

    @Slot(str)
    def _on_status_component_chosen(self, component: str) -> None:
        self.context.live.pull(ComponentId(component))

    @Slot(bool)
    def _on_status_offline_turned(self, on: bool) -> None:
        self.context.set_offline(on)
        self.banner.show_offline(on=on)

    @Slot()
    def _on_ops_saved(self) -> None:
        self.status.say_saved(self.context.clock.now())

    @Slot()
    def toggle_outbox(self) -> None:
        """Shows the outbox, or puts it away."""
        if self.outbox.isVisible():
            self.outbox.dismiss()
        else:
            self.outbox.come()

    @Slot()
    def reload(self) -> None:
        """Reads the page in front again and asks the components for what is new."""
        page = self.pages.current_page()
        if page is not None:
            page.reload()
        self.context.live.pull()

    def _focus_search(self) -> None:
        self.top.search.edit.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.top.search.edit.selectAll()

    def _focus_page(self) -> None:
        page = self.pages.current_page()
        if page is not None:
            page.take_focus(Qt.FocusReason.ShortcutFocusReason)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        for sheet in (self.outbox, self.said):
            sheet.fit()

    @override
    def closeEvent(self, event: QCloseEvent) -> None:
        self._kept.keep()
        for tab in self.pages.ids():
            page = self.pages.page(tab)
            if page is not None:
                page.will_close()
        event.accept()
