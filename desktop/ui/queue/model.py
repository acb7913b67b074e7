"""The list of cases behind My work: a window over any number of rows, in the order of one snapshot."""

from __future__ import annotations

from array import array
from collections import OrderedDict
from collections.abc import Callable, Sequence
from datetime import datetime

from PySide6.QtCore import QModelIndex, Qt, Signal
from typing_extensions import override

from desktop.domain.ids import LocalKey
from desktop.services.rows import CaseRow
from desktop.ui.formats import format_date, format_phase, format_street
from desktop.ui.widgets.table import Index, LineModel

PAGE = 128
_KEPT_PAGES = 64

HEADS = ("Reference", "Title", "Service", "Place", "Phase", "Received", "Target", "Assignee")
REFERENCE, TITLE, SERVICE, PLACE, PHASE, RECEIVED, TARGET, ASSIGNEE = range(len(HEADS))


class CaseModel(LineModel):
    """Cases by their keys, with the rows themselves fetched a page at a time.

    The first rows come with the first page, before the keys of all are known. After that the list is a snapshot:
    changed rows are drawn again where they are; nothing is put in or taken out until the officer asks.

    Signals:
        wanted(tuple): keys whose rows are on the screen and not here yet.
    """

    wanted = Signal(object)
    heads = HEADS

    def __init__(self, now: datetime, name_of: Callable[[str], str]) -> None:
        super().__init__()
        self.now = now
        self.name_of = name_of
        self._ids: array[int] = array("q")
        self._pages: OrderedDict[int, dict[LocalKey, CaseRow]] = OrderedDict()
        self._asked: set[int] = set()
        self._stale: set[int] = set()

    # ---- filling ----

    def start(self, rows: Sequence[CaseRow], now: datetime) -> None:
        """Begins a new snapshot with its first rows."""
        self.beginResetModel()
        self.now = now
        self._ids = array("q", (row.key for row in rows))
        self._pages.clear()
        self._asked.clear()
        self._stale.clear()
        self._keep(rows)
        self.endResetModel()

    def complete(self, ids: array[int]) -> None:
        """Takes the keys of the whole list. The rows that are shown stay where they are."""
        shown = len(self._ids)
        if ids[:shown] == self._ids:
            if len(ids) > shown:
                self.beginInsertRows(QModelIndex(), shown, len(ids) - 1)
                self._ids = ids
                self.endInsertRows()
            return
        # Something changed between the first page and the keys: the rows on the screen keep their order.
        held = set(self._ids)
        rest = array("q", (key for key in ids if key not in held))
        if rest:
            self.beginInsertRows(QModelIndex(), shown, shown + len(rest) - 1)
            self._ids.extend(rest)
            self.endInsertRows()

    def fill(self, rows: Sequence[CaseRow]) -> None:
        """Takes rows that were wanted, or that changed, and draws them again in place."""
        pages = self._keep(rows)
        for page in pages:
            self._asked.discard(page)
            last = min((page + 1) * PAGE, len(self._ids)) - 1
            self.dataChanged.emit(self.index(page * PAGE, 0), self.index(last, len(HEADS) - 1))

    def expire(self) -> None:
        """Many rows changed: each stays on the screen, and is fetched again when it is next drawn."""
        self._stale = set(self._pages)

    def _keep(self, rows: Sequence[CaseRow]) -> set[int]:
        keys = {row.key: row for row in rows}
        pages: set[int] = set()
        for page in self._pages_of(keys):
            held = self._pages.setdefault(page, {})
            for n in range(page * PAGE, min((page + 1) * PAGE, len(self._ids))):
                key = LocalKey(self._ids[n])
                if key in keys:
                    held[key] = keys[key]
            self._pages.move_to_end(page)
            pages.add(page)
        while len(self._pages) > _KEPT_PAGES:
            self._pages.popitem(last=False)
        return pages

    def _pages_of(self, keys: dict[LocalKey, CaseRow]) -> list[int]:
        """Pages among those kept or asked for that hold some of these keys."""
        near = {0, *self._pages, *self._asked}
        return [
            page
            for page in sorted(near)
            if any(LocalKey(k) in keys for k in self._ids[page * PAGE : (page + 1) * PAGE])
        ]

    # ---- reading ----

    def keys(self) -> array[int]:
        """Every key of the snapshot, in order."""
        return self._ids

    def loaded(self, keys: Sequence[LocalKey]) -> tuple[LocalKey, ...]:
        """Which of these keys have their rows here."""
        wanted = set(keys)
        return tuple(key for page in self._pages.values() for key in page if key in wanted)

    def row_at(self, n: int) -> CaseRow | None:
        """The row on a line, or None while it is fetched; asking for it fetches its page."""
        key = LocalKey(self._ids[n])
        page = n // PAGE
        row = self._pages.get(page, {}).get(key)
        if (row is None or page in self._stale) and page not in self._asked:
            self._asked.add(page)
            self._stale.discard(page)
            self.wanted.emit(tuple(LocalKey(k) for k in self._ids[page * PAGE : (page + 1) * PAGE]))
        return row

    def line_of(self, key: LocalKey) -> int:
        """The line of a key, or -1."""
        try:
            return self._ids.index(key)
        except ValueError:
            return -1

    def text(self, row: CaseRow, column: int) -> str:
        """What a cell says."""
        if column == ASSIGNEE:
            return self.name_of(row.assignee) or "None"
        return cell_text(row, column)

    # ---- Qt ----

    @override
    def count(self) -> int:
        return len(self._ids)

    @override
    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if role not in {Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.ToolTipRole}:
            return None
        row = self.row_at(index.row())
        if row is None:
            return ""
        text = self.text(row, index.column())
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{HEADS[index.column()]}: {text or 'none'}"
        return text


def cell_text(row: CaseRow, column: int) -> str:
    """What a cell says, with the assignee by staff id."""
    match column:
        case 0:
            return row.reference
        case 1:
            return row.title[:300]
        case 2:
            return row.service_name
        case 3:
            return format_street(row.address)
        case 4:
            return format_phase(row.phase)
        case 5:
            return format_date(row.opened_at)
        case 6:
            return format_date(row.due_at) if row.due_at else ""
        case _:
            return row.assignee
