"""Columns of a table that fold away where there is no room for them, the least important first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QEvent, QObject, Slot
from PySide6.QtWidgets import QHeaderView, QTableView
from typing_extensions import override

from desktop.ui.theme.look import Look

_LINE, _HEAD = 32, 32


class FoldingColumns(QObject):
    """Sizes a table's rows and columns by the text size, and hides columns until those left have their widths."""

    def __init__(
        self, table: QTableView, look: Look, *, widths: Mapping[int, int], least: int, order: Sequence[int]
    ) -> None:
        """Measures at once, and again whenever the table or the text changes.

        Args:
            table: whose columns these are.
            look: says the text size.
            widths: pixels of each column at 100 %; the one with 0 takes what is left.
            least: what is left at the least, in pixels at 100 %.
            order: columns that may fold, the least important first.
        """
        super().__init__(table)
        self._table = table
        self._look = look
        self._widths = dict(widths)
        self._least = least
        self._order = tuple(order)
        head = table.horizontalHeader()
        head.setHighlightSections(False)
        look.fix(head, height=_HEAD)
        table.verticalHeader().hide()
        table.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        for column, width in self._widths.items():
            mode = QHeaderView.ResizeMode.Interactive if width else QHeaderView.ResizeMode.Stretch
            head.setSectionResizeMode(column, mode)
        table.installEventFilter(self)
        look.changed.connect(self._on_look_changed)
        self._on_look_changed()

    @Slot()
    def _on_look_changed(self) -> None:
        self._table.verticalHeader().setDefaultSectionSize(self._look.px(_LINE))
        for column, width in self._widths.items():
            if width:
                self._table.horizontalHeader().resizeSection(column, self._look.px(width))
        self.fit()
        self._table.viewport().update()

    def fit(self) -> None:
        """Folds what has no room, and unfolds what has."""
        shown = list(self._widths)
        for column in self._order:
            need = sum(self._widths[n] for n in shown) + self._least
            if self._look.px(need) <= self._table.width():
                break
            shown.remove(column)
        for column in self._widths:
            if self._table.isColumnHidden(column) is (column in shown):
                self._table.setColumnHidden(column, column not in shown)

    def last(self) -> int:
        """The last column that is shown."""
        return max(column for column in self._widths if not self._table.isColumnHidden(column))

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize:
            self.fit()
        return False
