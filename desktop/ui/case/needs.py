"""What on a case's page needs the officer: a refusal, and fields that somebody else changed as well."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QApplication, QWidget

from desktop.services.rows import CaseFile
from desktop.ui.case.conflict import ConflictCard
from desktop.ui.case.refused import RefusedCard
from desktop.ui.context import DeskContext
from desktop.ui.widgets.card import column


class NeedsYou(QWidget):
    """The cards, one below the other; takes no room while there are none.

    Signals:
        settled(): the card that had the focus is gone.
    """

    settled = Signal()

    def __init__(self, context: DeskContext) -> None:
        super().__init__()
        self._context = context
        self.refused = RefusedCard(context)
        self.conflicts: list[ConflictCard] = []
        self._cards = column(gap=16)
        self._cards.addWidget(self.refused)
        self.setLayout(self._cards)
        self.hide()

    def show_file(self, file: CaseFile) -> None:
        """Shows what a case needs. Cards are made anew only when one of them changed, so that a reason being typed stays."""
        now = QApplication.focusWidget()
        held = now is not None and self.isAncestorOf(now)
        self.refused.show_ops(file.ops, file.component_name)
        if [card.conflict for card in self.conflicts] != list(file.conflicts):
            for card in self.conflicts:
                self._cards.removeWidget(card)
                card.hide()
                card.deleteLater()
            self.conflicts = [ConflictCard(self._context, conflict) for conflict in file.conflicts]
            for card in self.conflicts:
                self._cards.addWidget(card)
        shown = bool(self.conflicts) or not self.refused.isHidden()
        self.setVisible(shown)
        if held and not shown:  # else the focus would go to the search box, which then opens
            self.settled.emit()

    def take_focus(self) -> None:
        """Puts the focus on the first choice (Alt+C)."""
        if self.conflicts:
            self.conflicts[0].take_focus()
