"""My work: the officer's cases, filtered and sorted in the store."""

from __future__ import annotations

from array import array

from PySide6.QtCore import QEvent, QObject, QTimer, Slot
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QFrame, QStackedWidget
from typing_extensions import override

from desktop.domain.changes import Changes
from desktop.domain.errors import DesktopError
from desktop.domain.ids import LocalKey
from desktop.services.rows import CasePage, CaseQuery, CaseRow
from desktop.tasks.ports import DeskPort
from desktop.ui.context import DeskContext
from desktop.ui.formats import format_count
from desktop.ui.page import Page, TabLook
from desktop.ui.queue.delegate import FOLDING, LEAST_TITLE, WIDTHS, CaseDelegate
from desktop.ui.queue.filters import CaseFilters
from desktop.ui.queue.model import CaseModel
from desktop.ui.queue.take import TakeButton
from desktop.ui.widgets.button import Button
from desktop.ui.widgets.card import EmptyNote, column, row
from desktop.ui.widgets.table import LineTable
from desktop.ui.widgets.text import text_label

_FIRST = 60
_MOST_COMPARED = 50_000


class CaseTable(LineTable):
    """The table: a case is opened by Enter or two clicks, for one chooses it."""

    def __init__(self, context: DeskContext, model: CaseModel) -> None:
        super().__init__(context.look, model, name="Cases", widths=WIDTHS, least=LEAST_TITLE, folding=FOLDING, clicks=2)
        self._paint = CaseDelegate(context.look, model, self)
        self.setItemDelegate(self._paint)
        self._paint.columns = self.columns
        self.viewport().installEventFilter(self)

    @override
    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._hover(self.indexAt(event.position().toPoint()).row())
        super().mouseMoveEvent(event)

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Leave:
            self._hover(-1)
        elif event.type() in {QEvent.Type.Show, QEvent.Type.StyleChange}:
            # Opaque, so that scrolling moves what is painted and only new rows are painted: a tenth of the work.
            # The style sheet takes it away whenever it is put on.
            self.viewport().setAutoFillBackground(True)
        return super().eventFilter(watched, event)

    def _hover(self, line: int) -> None:
        if line != self._paint.hovered:
            self._paint.hovered = line
            self.viewport().update()


class WorkView(Page):
    """My work. First the rows of the first screen, then the keys of all; after that a snapshot."""

    def __init__(self, context: DeskContext) -> None:
        super().__init__(TabLook(text="My work", icon="tray-full"))
        self._context = context
        self._lane = f"work-{id(self)}"
        self._query = CaseQuery(assignee=context.officer.staff_id)
        self._keep_key: LocalKey | None = None
        self._complete = False
        self._is_stale = False
        self.setProperty("ground", "surface")
        look = context.look
        self.model = CaseModel(context.clock.now(), context.name_of)
        self.table = CaseTable(context, self.model)
        self.filters = CaseFilters(context, self._query)
        self.count = text_label(look, "", role="small", ink="text2")
        self.count.setAccessibleName("How many cases")
        self._bar = QFrame()
        self._bar.setProperty("band", "new")
        self._new_text = text_label(look, "", role="small_title")
        self.show_new = Button(look, "&Show", size="tiny", name="Show what is new")
        self._bar.setLayout(row(self._new_text, self.show_new, None, gap=10, margins=(16, 4, 16, 4)))
        self._bar.hide()
        self._empty = EmptyNote(look, "tray-full", "Nothing here yet", "")
        self._stack = QStackedWidget()
        self._stack.addWidget(self.table)
        self._stack.addWidget(self._empty)
        layout = column()
        layout.addWidget(self.filters)
        self.take = TakeButton(context)
        counts = row(self.count, None, self.take, margins=(16, 4, 16, 4))
        layout.addLayout(counts)
        layout.addWidget(self._bar)
        layout.addWidget(self._stack, 1)
        self.setLayout(layout)
        self.start_at = self.table
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(400)
        self._rest.timeout.connect(self._compare)
        self.table.opened.connect(self._on_table_opened)
        for said in (self.table.selectionModel().currentRowChanged, self.model.dataChanged, self.model.modelReset):
            said.connect(self._on_choice_changed)
        self.model.wanted.connect(self._on_model_wanted)
        self.filters.changed.connect(self._on_filters_changed)
        self.show_new.clicked.connect(self.reload)
        context.ops.changed.connect(self._on_ops_changed)
        self.reload()

    @property
    def query(self) -> CaseQuery:
        """What the list shows."""
        return self._query

    @Slot()
    def reload(self) -> None:
        """Takes a new snapshot; the case that was chosen stays chosen."""
        line = self.table.currentIndex().row()
        held = self.model.row_at(line) if line >= 0 else None
        self._keep_key = held.key if held else None
        self._bar.hide()
        self._complete = self._is_stale = False
        query = self._query
        self._context.ops.runner.forget(f"{self._lane}-ids")
        self._context.ops.read(
            lambda desk: desk.cases.page(query, None, _FIRST), self._show_first, lane=self._lane, failed=self._fail
        )

    def _show_first(self, page: CasePage) -> None:
        self.model.start(page.rows, self._context.clock.now())
        self._select_kept()
        self._say_count(len(page.rows), final=page.after is None)
        if page.after is None:
            self._complete = True
            self._show_state(empty=not page.rows)
            return
        self._show_state(empty=False)
        query = self._query
        self._context.ops.read(
            lambda desk: desk.cases.ids(query), self._show_ids, lane=f"{self._lane}-ids", slow=True, failed=self._fail
        )

    def _show_ids(self, ids: array[int]) -> None:
        self._complete = True
        self.model.complete(ids)
        self._select_kept()
        self._say_count(self.model.rowCount(), final=True)

    def _select_kept(self) -> None:
        if self._keep_key is not None and (line := self.model.line_of(self._keep_key)) >= 0:
            self.table.selectRow(line)
            self._keep_key = None

    def _say_count(self, number: int, *, final: bool) -> None:
        words = format_count(number, "case") if final else f"First {number:,} cases, counting the rest"
        whose = "yours" if self._query.assignee else "of everyone"
        order = "target, earliest first" if self._query.sort == "due" else "last change, newest first"
        self.count.setText(f"{words}, {whose} · by {order}")

    def _show_state(self, *, empty: bool) -> None:
        if empty:
            mine = bool(self._query.assignee)
            title = "No case fits" if self.filters.is_narrowed() else "You have no open cases" if mine else "No cases"
            detail = (
                "Clear a filter to see more."
                if self.filters.is_narrowed()
                else "Choose Everyone to see the cases of your colleagues, or press Ctrl+N for a new one."
                if mine
                else "Cases appear here as soon as the first component has been read. F5 asks again."
            )
            self._empty.say(title, detail)
        self._stack.setCurrentWidget(self._empty if empty else self.table)

    def _fail(self, error: DesktopError) -> None:
        self._empty.say(error.title, error.hint)
        self._stack.setCurrentWidget(self._empty)

    # ---- what changes ----

    @Slot(object)
    def _on_filters_changed(self, query: CaseQuery) -> None:
        self._query = query
        self.reload()

    @Slot(object, object)
    def _on_ops_changed(self, changes: Changes, initiator: QObject | None) -> None:
        # What the officer did on another page shows when this one is in front again: nothing moves under the pointer.
        self._is_stale |= initiator is not None and changes.touches("case") and not self.isVisible()
        if changes.base:
            self.reload()
        elif changes.touches("case"):
            if "case" in changes.many:
                self.model.expire()
                self.table.viewport().update()
            elif loaded := self.model.loaded([key for kind, key in changes.keys if kind == "case"]):
                self._context.ops.read(
                    lambda desk: desk.cases.rows(loaded), self.model.fill, lane=f"{self._lane}-changed"
                )
            self._rest.start()

    @Slot()
    def _compare(self) -> None:
        """Counts what a new snapshot would add, without touching the rows on the screen."""
        if not self._complete:
            return
        query, held = self._query, self.model.keys()

        def count_new(desk: DeskPort) -> int:
            if len(held) > _MOST_COMPARED:
                return max(0, desk.cases.count(query) - len(held))
            known = set(held)
            return sum(key not in known for key in desk.cases.ids(query))

        self._context.ops.read(count_new, self._say_new, lane=f"{self._lane}-new", slow=True)

    def _say_new(self, number: int) -> None:
        if number and not self.model.rowCount():
            self.reload()
            return
        self._new_text.setText(f"{number:,} new")
        self._bar.setAccessibleName(f"{number:,} new cases: show")
        self._bar.setVisible(number > 0)

    @Slot(object)
    def _on_model_wanted(self, keys: tuple[LocalKey, ...]) -> None:
        # One lane a page: pages that are scrolled past are still filled, for the eye may come back to them.
        self._context.ops.read(
            lambda desk: desk.cases.rows(keys), self.model.fill, lane=f"{self._lane}-page-{keys[0] if keys else 0}"
        )

    @Slot()
    def _on_choice_changed(self) -> None:
        line = self.table.currentIndex().row()
        self.take.show_row(self.model.row_at(line) if line >= 0 else None)

    @override
    def shown_again(self) -> None:
        if self._is_stale:
            self.reload()

    @Slot(int)
    def _on_table_opened(self, line: int) -> None:
        case = self.model.row_at(line)
        if case is not None:
            self._context.go.open_record("case", case.key)

    @override
    def save_state(self) -> dict[str, object]:
        return self.filters.save_state()

    @override
    def restore_state(self, state: dict[str, object]) -> None:
        self.filters.restore_state(state)

    def step(self, key: LocalKey, by: int) -> tuple[LocalKey | None, str]:
        """The case before or after one in the list, and its place, such as `9 of 4,821`."""
        line = self.model.line_of(key)
        total = self.model.rowCount()
        if line < 0:
            return None, ""
        to = line + by
        held: CaseRow | None = self.model.row_at(to) if 0 <= to < total else None
        return (held.key if held else None), f"{line + 1:,} of {total:,}"
