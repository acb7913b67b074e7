"""What is known of a case, in two columns, and the text that came with it."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QPlainTextEdit

from desktop.services.rows import CaseFile
from desktop.ui.context import DeskContext
from desktop.ui.formats import format_moment
from desktop.ui.widgets.button import Button
from desktop.ui.widgets.card import Card, clear_layout
from desktop.ui.widgets.field import fit_wrapping
from desktop.ui.widgets.minimap import MiniMap, Pin
from desktop.ui.widgets.text import ElidedLabel, text_label

_SHOWN = 20_000


class FactsCard(Card):
    """Facts of a case, and its description."""

    def __init__(self, context: DeskContext) -> None:
        super().__init__(context.look, "Facts")
        self._whole = ""
        self._name_of = context.name_of
        self.text = QPlainTextEdit()
        self.text.setReadOnly(True)
        context.look.dress(self.text, "small")
        self.text.setAccessibleName("What was reported")
        self.text.setTabChangesFocus(True)
        self.text.setStyleSheet("QPlainTextEdit { border: 0; padding: 6px 10px; }")
        self.more = Button(context.look, "Show all of it", kind="quiet", size="tiny")
        self.more.hide()
        self.more.clicked.connect(self._show_all)
        self._grid = QGridLayout()
        self._grid.setContentsMargins(15, 8, 15, 8)
        self._grid.setHorizontalSpacing(8)
        self._grid.setVerticalSpacing(7)
        self._grid.setColumnMinimumWidth(0, 92)
        self._grid.setColumnStretch(1, 1)
        self.body.addLayout(self._grid)
        self.body.addWidget(self.text, 1)
        self.body.addWidget(self.more)

    def show_file(self, file: CaseFile) -> None:
        """Shows the facts of a case."""
        row = file.row
        facts = (
            ("Service", row.service_name),
            ("Status", row.status[:1].upper() + row.status[1:]),
            ("Status note", file.status_note),
            ("Received", format_moment(row.opened_at)),
            ("Last change", format_moment(row.updated_at)),
            ("Handler", self._name_of(row.assignee) or "Nobody yet"),
            ("Team", file.team),
            ("Ward", row.ward),
        )
        shown = tuple((name, value) for name, value in facts if value)
        if shown != getattr(self, "_facts", None):
            self._facts = shown
            self._draw(shown)
        self.count.setText(file.component_name)
        self._show_text(file.description)

    def _draw(self, facts: tuple[tuple[str, str], ...]) -> None:
        clear_layout(self._grid)
        for n, (name, value) in enumerate(facts):
            label = text_label(self._look, name, role="small", ink="text2")
            self._grid.addWidget(label, n, 0, Qt.AlignmentFlag.AlignTop)
            long = len(value) > 200
            words = ElidedLabel(self._look, value, role="small") if long else text_label(
                self._look, value, role="small", wrap=True
            )  # fmt: skip
            words.setAccessibleName(f"{name}: {value[:200]}")
            if not long:
                words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            self._grid.addWidget(words, n, 1)

    def _show_text(self, description: str) -> None:
        if description == self._whole:
            return
        self._whole = description
        # A megabyte on one line takes Qt seconds to lay out: the rest is one press away.
        fit_wrapping(self.text, description)
        self.text.setPlainText(description[:_SHOWN] or "No description.")
        self.more.setVisible(len(description) > _SHOWN)
        self.more.say(f"Show all {len(description):,} characters")

    def _show_all(self) -> None:
        self.text.setPlainText(self._whole)
        self.more.hide()


class PlaceCard(Card):
    """Where a case is."""

    def __init__(self, context: DeskContext) -> None:
        super().__init__(context.look, "Place", mark="addresses")
        self.address = text_label(context.look, "", role="small_title", wrap=True)
        self.detail = text_label(context.look, "", role="small", ink="text2", wrap=True)
        for label in (self.address, self.detail):
            label.setContentsMargins(15, 0, 15, 0)
        self.map = MiniMap(context.look, context.town, name="Map of the place")
        self.body.addSpacing(8)
        self.body.addWidget(self.address)
        self.body.addWidget(self.detail)
        self.body.addSpacing(8)
        self.body.addWidget(self.map, 100)
        self.body.addStretch(1)

    def show_file(self, file: CaseFile) -> None:
        """Shows the place of a case."""
        place = file.place
        address = place.address if place and place.address else file.row.address
        postcode = place.postcode if place and place.postcode not in address else ""
        self.address.setText(", ".join(p for p in (address, postcode) if p) or "No address given")
        parts = [f"UPRN {place.uprn}" if place and place.uprn else "", file.row.ward]
        self.detail.setText(" · ".join(part for part in parts if part))
        if place is not None and place.point is not None:
            self.map.show_pins((Pin(place.point, "cases", address or "The case"),))
            self.map.show()
        else:
            self.map.hide()
            self.detail.setText(self.detail.text() or "No point on the map is known.")
