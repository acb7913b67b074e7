"""Taking a case straight from the list."""

from __future__ import annotations

from PySide6.QtCore import Slot

from desktop.services.rows import CaseRow
from desktop.ui.context import DeskContext
from desktop.ui.widgets.button import Button


class TakeButton(Button):
    """Assigns the chosen case to the officer; there while one is chosen that somebody else or nobody handles."""

    def __init__(self, context: DeskContext) -> None:
        super().__init__(context.look, "Assign &to me", size="small", name="Assign the chosen case to me", tip="Alt+T")
        self._context = context
        self._row: CaseRow | None = None
        self.clicked.connect(self._on_self_clicked)
        self.show_row(None)

    def show_row(self, row: CaseRow | None) -> None:
        """Takes the case that is chosen now."""
        self._row = row
        self.setEnabled(row is not None and row.assignee != self._context.officer.staff_id)

    @Slot()
    def _on_self_clicked(self) -> None:
        row, officer = self._row, self._context.officer.staff_id
        if row is not None:
            self._context.ops.write(lambda desk: desk.cases.assign(row.key, officer), initiator=self)
