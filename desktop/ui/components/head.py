"""The head of the Components screen: which of its two pages is in front, and what can be done with all components."""

from __future__ import annotations

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QFrame

from desktop.ui.theme.look import Look
from desktop.ui.widgets.button import Button, FilterChip
from desktop.ui.widgets.card import row
from desktop.ui.widgets.text import text_label


class ComponentsHead(QFrame):
    """Its buttons are wired by the page.

    Signals:
        list_chosen(bool): the list is wanted, or the estate.
    """

    list_chosen = Signal(bool)

    def __init__(self, look: Look) -> None:
        super().__init__()
        self.estate = FilterChip(look, "&Estate", name="What every service uses and pays")
        self.list = FilterChip(look, "&List", name="Each component, how it fares and its settings")
        self._pair = QButtonGroup(self)
        self.total = text_label(look, "", role="small", ink="text2")
        self.add = Button(look, "&Add component", kind="main", icon="plus")
        self.read_in = Button(
            look, "Read in…", icon="file-import-outline", tip="Components from a file, without secrets"
        )
        self.write_out = Button(
            look, "Write out…", icon="file-export-outline", tip="All components to a file, without secrets"
        )
        for chip in (self.estate, self.list):
            self._pair.addButton(chip)
        title = text_label(look, "Components", role="page")
        parts = (title, self.estate, self.list, self.total, None, self.read_in, self.write_out, self.add)
        self.setProperty("edge", "bottom")
        self.setLayout(row(*parts, margins=(16, 10, 16, 10)))
        self._pair.buttonClicked.connect(self._on_pair_clicked)

    def show_list(self, *, on: bool) -> None:
        """Says which page is in front; the sum stands beside the list, for the estate has its own figures."""
        (self.list if on else self.estate).setChecked(True)
        self.total.setVisible(on)

    @Slot(QAbstractButton)
    def _on_pair_clicked(self, chip: QAbstractButton) -> None:
        self.list_chosen.emit(chip is self.list)
