"""The places of a resident, on a small map."""

from __future__ import annotations

from desktop.services.rows import Colour, Resident
from desktop.ui.context import DeskContext
from desktop.ui.formats import format_street
from desktop.ui.widgets.button import Button
from desktop.ui.widgets.card import Card, clear_layout, column, row
from desktop.ui.widgets.minimap import MiniMap, Pin
from desktop.ui.widgets.text import ElidedLabel, Mark

_MOST_PINS = 12


class PlacesCard(Card):
    """Home and the places of cases: pins on the map, the first of them in words below it."""

    def __init__(self, context: DeskContext) -> None:
        super().__init__(context.look, "Places")
        button = Button(context.look, "Open map", kind="quiet", size="tiny", icon="arrow-expand")
        button.clicked.connect(lambda: context.go.open_view("map"))
        self.add_action(button)
        self.map = MiniMap(context.look, context.town, name="Map of places")
        self.body.addWidget(self.map, 1)
        self._lines = column(gap=4, margins=(12, 8, 12, 10))
        self.body.addLayout(self._lines)

    def show_resident(self, resident: Resident) -> None:
        """Shows the places of a resident."""
        about = {case.title for case in resident.cases}
        pins: list[Pin] = []
        lines: list[tuple[Colour, str]] = []
        for name, place in resident.places:
            kind: Colour = "cases" if name in about else "addresses"
            street = format_street(place.address)
            lines.append((kind, f"{name}: {street}" if name and street not in name else name or street))
            if place.point is not None and len(pins) < _MOST_PINS:
                pins.append(Pin(place.point, kind, name or place.address))
        self.map.show_pins(tuple(pins))
        self.count.setText(f"{len(lines):,}" if lines else "")
        clear_layout(self._lines)
        for mark, words in lines[:3]:
            line = row(Mark(self._look, mark, 16), gap=6)
            line.addWidget(ElidedLabel(self._look, words, role="small"), 1)
            self._lines.addLayout(line)
        if not lines:
            self._lines.addWidget(ElidedLabel(self._look, "No place is known yet", role="small", ink="text2"))
