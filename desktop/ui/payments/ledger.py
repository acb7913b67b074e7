"""The ledger: payments, newest first, read a page at a time."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QModelIndex, QRectF, Qt, Signal, Slot
from PySide6.QtWidgets import QTableView
from typing_extensions import override

from desktop.domain.ids import LocalKey
from desktop.domain.money import format_pence
from desktop.services.rows import PaymentRow
from desktop.ui.formats import PAYMENT_WORDS, format_moment
from desktop.ui.theme.look import Look
from desktop.ui.widgets.delegate import Brush
from desktop.ui.widgets.table import Index, LineDelegate, LineModel, LineTable

HEADS = ("State", "When", "Reference", "For", "Amount", "Payer")
_WIDTHS = (148, 132, 140, 0, 84, 130)
_LEAST_WORDS = 130
_FOLDING = (5, 1, 2)
"""Payer, time and reference: beside an open payment they stand on that payment anyway."""


def cell_text(row: PaymentRow, column: int) -> str:
    """What a cell says."""
    match column:
        case 0:
            return "Waiting" if row.pending else PAYMENT_WORDS[row.state][0]
        case 1:
            return format_moment(row.created_at)
        case 2:
            return row.reference
        case 3:
            return row.description[:300]
        case 4:
            return format_pence(row.amount)
        case _:
            return row.payer or row.email


class LedgerModel(LineModel):
    """Rows so far. The next page is asked for when the view comes near the end.

    Signals:
        more_wanted(): the view is near the end of what is here.
    """

    more_wanted = Signal()
    heads = HEADS
    right = frozenset({4})

    def __init__(self) -> None:
        super().__init__()
        self._rows: list[PaymentRow] = []
        self.has_more = False

    def start(self, rows: Sequence[PaymentRow], *, more: bool) -> None:
        """Shows the first page; in place where the same payments are shown already."""
        self.has_more = more or len(self._rows) > len(rows)
        if [r.key for r in rows] == [r.key for r in self._rows[: len(rows)]] and rows:
            self.change(rows)
            return
        self.beginResetModel()
        self._rows = list(rows)
        self.has_more = more
        self.endResetModel()

    def add(self, rows: Sequence[PaymentRow], *, more: bool) -> None:
        """Puts the next page at the end."""
        self.has_more = more
        known = {row.key for row in self._rows}
        fresh = [row for row in rows if row.key not in known]
        if fresh:
            self.beginInsertRows(QModelIndex(), len(self._rows), len(self._rows) + len(fresh) - 1)
            self._rows += fresh
            self.endInsertRows()

    def change(self, rows: Sequence[PaymentRow]) -> None:
        """Draws changed rows again where they are."""
        fresh = {row.key: row for row in rows}
        for n, old in enumerate(self._rows):
            new = fresh.get(old.key)
            if new is not None and new != old:
                self._rows[n] = new
                self.dataChanged.emit(self.index(n, 0), self.index(n, len(HEADS) - 1))

    def row_at(self, n: int) -> PaymentRow:
        """The payment on a line."""
        return self._rows[n]

    def line_of(self, key: LocalKey) -> int:
        """The line of a payment, or -1."""
        return next((n for n, row in enumerate(self._rows) if row.key == key), -1)

    def rows(self) -> list[PaymentRow]:
        """Every row that is here."""
        return list(self._rows)

    @override
    def count(self) -> int:
        return len(self._rows)

    @override
    def canFetchMore(self, parent: Index) -> bool:
        return self.has_more and not parent.isValid()

    @override
    def fetchMore(self, parent: Index) -> None:
        self.has_more = False
        self.more_wanted.emit()

    @override
    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if role in {Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole}:
            return cell_text(self._rows[index.row()], index.column())
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{HEADS[index.column()]}: {cell_text(self._rows[index.row()], index.column()) or 'none'}"
        return None


class _Delegate(LineDelegate):
    def __init__(self, look: Look, model: LedgerModel, view: QTableView) -> None:
        super().__init__(look, view)
        self._model = model

    @override
    def paint_cell(self, brush: Brush, at: QRectF, index: Index) -> None:
        row, column = self._model.row_at(index.row()), index.column()
        if column == 0:
            _, icon, token = PAYMENT_WORDS[row.state]
            if row.pending:
                icon, token = "cloud-upload-outline", "text2"
            brush.icon(at.left() + 10, at.center().y(), icon, token, 15)
            brush.text(at.adjusted(30, 0, 0, 0), cell_text(row, 0), "small_title", token)
        elif column == 4:
            brush.text(at, cell_text(row, 4), "small_title", right=True)
        else:
            brush.text(at, cell_text(row, column), "small", "text2" if column in {1, 5} else "text")


class LedgerTable(LineTable):
    """The table of the ledger.

    Signals:
        shown(PaymentRow): a payment was chosen.
    """

    shown = Signal(object)

    def __init__(self, look: Look, model: LedgerModel) -> None:
        widths = dict(enumerate(_WIDTHS))
        super().__init__(look, model, name="Ledger", widths=widths, least=_LEAST_WORDS, folding=_FOLDING)
        self._ledger = model
        self._delegate = _Delegate(look, model, self)
        self.setItemDelegate(self._delegate)
        self.opened.connect(self._on_self_opened)

    def lines(self) -> list[str]:
        """What the table says, line by line."""
        return [" | ".join(cell_text(row, n) for n in range(len(HEADS))) for row in self._ledger.rows()]

    @Slot(int)
    def _on_self_opened(self, line: int) -> None:
        self.shown.emit(self._ledger.row_at(line))
