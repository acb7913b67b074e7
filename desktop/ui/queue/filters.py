"""The filters above a list of cases: whose, which phase, words, order."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QTimer, Signal, Slot
from PySide6.QtWidgets import QButtonGroup, QFrame

from desktop.domain.cases import Phase
from desktop.services.rows import CaseQuery
from desktop.ui.context import DeskContext
from desktop.ui.formats import format_phase
from desktop.ui.widgets.button import Button, FilterChip
from desktop.ui.widgets.card import column, row
from desktop.ui.widgets.choice import ComboBox
from desktop.ui.widgets.field import LineEdit
from desktop.ui.widgets.text import text_label

_PHASES = (Phase.NEW, Phase.TRIAGE, Phase.IN_PROGRESS, Phase.WAITING, Phase.RESOLVED, Phase.CLOSED)


class CaseFilters(QFrame):
    """Whose cases, which phases, words, and the order.

    Signals:
        changed(CaseQuery): what is asked for now; words follow a short rest after the last key.
    """

    changed = Signal(object)

    def __init__(self, context: DeskContext, query: CaseQuery) -> None:
        super().__init__()
        look = context.look
        self._officer = context.officer.staff_id
        self._query = query
        self.setProperty("edge", "bottom")
        self.mine = FilterChip(look, "&Mine", name="My cases")
        self.everyone = FilterChip(look, "&Everyone", name="Cases of everyone")
        whose = QButtonGroup(self)
        for chip in (self.mine, self.everyone):
            whose.addButton(chip)
        self.mine.setChecked(True)
        self.phases = {phase: FilterChip(look, format_phase(phase)) for phase in _PHASES}
        self.words = LineEdit(
            look, placeholder="Filter by words, reference or street", size="small", name="Filter by words"
        )
        self.words.setClearButtonEnabled(True)
        look.fix(self.words, width=280)
        self.order = ComboBox(look, name="Order", size="small")
        self.order.addItem("By target", "due")
        self.order.addItem("By last change", "updated")
        self.new_case = Button(look, "&New case", kind="main", icon="folder-plus-outline", tip="Ctrl+N")
        top = row(text_label(look, "My work", role="page"), 8, self.mine, self.everyone, None, self.new_case)
        low = row(self.words, 4, *self.phases.values(), None, self.order)
        layout = column(gap=8, margins=(16, 10, 16, 10))
        layout.addLayout(top)
        layout.addLayout(low)
        self.setLayout(layout)
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(120)
        self._rest.timeout.connect(self._on_any_changed)
        whose.buttonToggled.connect(self._on_any_changed)
        for chip in self.phases.values():
            chip.toggled.connect(self._on_any_changed)
        self.words.textChanged.connect(self._rest.start)
        self.order.currentIndexChanged.connect(self._on_any_changed)
        self._go = context.go
        self.new_case.clicked.connect(self._on_new_case_clicked)

    def is_narrowed(self) -> bool:
        """Whether a phase or words narrow the list."""
        return bool(self._query.phases or self._query.text)

    @Slot()
    def _on_new_case_clicked(self) -> None:
        self._go.open_new_case()

    @Slot()
    def _on_any_changed(self) -> None:
        phases = frozenset(phase for phase, chip in self.phases.items() if chip.isChecked())
        query = replace(
            self._query,
            assignee=self._officer if self.mine.isChecked() else "",
            phases=phases,
            open_only=all(phase.is_open for phase in phases),
            text=self.words.text().strip(),
            sort=self.order.currentData(),
        )
        if query != self._query:
            self._query = query
            self.changed.emit(query)

    def show_place(self, street: str) -> None:
        """Everyone's cases that name a place."""
        self.everyone.setChecked(True)
        self.words.setText(street)

    def save_state(self) -> dict[str, object]:
        """What is chosen, for the next start. Words are left out: they may name a resident."""
        return {
            "everyone": self.everyone.isChecked(),
            "phases": [phase.value for phase, chip in self.phases.items() if chip.isChecked()],
            "sort": self._query.sort,
        }

    def restore_state(self, state: dict[str, object]) -> None:
        """Takes back what was kept; what it does not know it leaves."""
        self.everyone.setChecked(bool(state.get("everyone")))
        wanted = state.get("phases")
        for phase, chip in self.phases.items():
            chip.setChecked(isinstance(wanted, list) and phase.value in wanted)
        self.order.setCurrentIndex(1 if state.get("sort") == "updated" else 0)
