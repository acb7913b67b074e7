"""The estate: what every service uses and pays, and what moving onto one component would save."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from PySide6.QtCore import QRectF, Qt, Signal, Slot
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QWidget
from typing_extensions import override

from desktop.domain.components import Component
from desktop.domain.ids import ComponentId
from desktop.services.estate import Estate, EstatePart, Saving, build_estate, build_saving, find_colours
from desktop.services.rows import ComponentStatus
from desktop.ui.components.grid import EstateGrid, EstateModel, pounds, price_of, service_name
from desktop.ui.components.table import Line, health_of
from desktop.ui.formats import format_count, format_date
from desktop.ui.theme.look import Look
from desktop.ui.widgets.button import Button
from desktop.ui.widgets.card import Card, clear_layout, column, row
from desktop.ui.widgets.text import Mark, text_label

_SIDE_WIDE = 336
_WORDS_WIDE = 128
"""Of the words beside a figure: two lines, so that four figures fit beside each other at any text size."""


class _Bars(QWidget):
    """Two bars of one scale: what it costs now, and what it would."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self._now, self._after = 1, 0
        look.fix(self, height=44)
        look.changed.connect(self.update)

    def show_saving(self, now: int, after: int) -> None:
        """Shows two prices in pence."""
        self._now, self._after = now, after
        self.setAccessibleName(f"Now {pounds(now)}, after {pounds(after)} a year")
        self.update()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        at = self._look.zoom(painter, self.rect())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        most = max(self._now, self._after, 1)
        lines = (("Now", self._now, "text2", 0.0), ("After", self._after, "ok", 22.0))
        for words, pence, token, top in lines:
            painter.setFont(self._look.drawn("small"))
            painter.setPen(self._look.colour("text2"))
            painter.drawText(QRectF(at.left(), top, 40, 20), Qt.AlignmentFlag.AlignVCenter, words)
            painter.setPen(self._look.colour("text"))
            right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
            painter.drawText(QRectF(at.right() - 76, top, 76, 20), right, pounds(pence))
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(self._look.colour(token))
            wide = (at.width() - 44 - 84) * pence / most
            painter.drawRoundedRect(QRectF(at.left() + 44, top + 6, max(2.0, wide), 8), 2, 2)


class _SavingCard(Card):
    """What moving onto one component would save."""

    def __init__(self, look: Look) -> None:
        super().__init__(look, "Consolidate", icon="call-merge")
        self.words = text_label(look, "", role="small", ink="text2", wrap=True)
        self.saved = text_label(look, "", role="figure", ink="ok")
        self.saved_words = text_label(look, "", role="small", ink="text2", wrap=True)
        self.bars = _Bars(look)
        self.rest = text_label(look, "", role="small", ink="text2", wrap=True)
        inside = column(gap=8, margins=(15, 12, 15, 14))
        inside.addWidget(self.words)
        figure = row(self.saved, gap=8)
        figure.addWidget(self.saved_words, 1)
        inside.addLayout(figure)
        inside.addWidget(self.bars)
        inside.addWidget(self.rest)
        self.body.addLayout(inside)

    def show_saving(self, saving: Saving | None) -> None:
        """Shows a saving, or that nothing is paid for twice here."""
        for widget in (self.saved, self.saved_words, self.bars, self.rest):
            widget.setVisible(saving is not None)
        if saving is None:
            self.set_title("Consolidate")
            self.words.setText("Nothing else that the council pays for does this.")
            return
        self.set_title(f"Consolidate {saving.colour}")
        services = [service_name(service) for service in saving.services]
        others = [
            name for name in saving.leaving if name.casefold() not in {service.casefold() for service in services}
        ]
        source = f" from {', '.join(others)}" if others else ""
        self.words.setText(f"Move {', '.join(services)}{source} to {saving.to}.")
        more = saving.saved_pence < 0
        self.saved.setText(pounds(abs(saving.saved_pence)))
        self.saved_words.setText("more each year" if more else "saved each year")
        self.bars.show_saving(saving.now_pence, saving.after_pence)
        earliest = (
            f"Earliest, by contract: {format_date(date.fromisoformat(saving.earliest))}."
            if saving.earliest
            else "When the contracts end is not known for all of them."
        )
        self.rest.setText(
            f"{earliest} At the present price of {saving.to} for each service; what the move itself costs is not in it."
        )


class _PartCard(Card):
    """The component of the chosen cell.

    Signals:
        opened(str): it should be opened.
    """

    opened = Signal(str)

    def __init__(self, look: Look) -> None:
        super().__init__(look, "Component")
        self._id = ""
        self.words = text_label(look, "", role="small", ink="text2", wrap=True)
        self.open = Button(look, "&Open component", icon="arrow-right")
        self.open.clicked.connect(lambda: self.opened.emit(self._id))
        self._health = row(gap=6)
        inside = column(gap=8, margins=(15, 12, 15, 14))
        inside.addLayout(self._health)
        inside.addWidget(self.words)
        inside.addLayout(row(self.open, None))
        self.body.addLayout(inside)

    def show_line(self, line: Line | None, parts: Sequence[EstatePart], now: datetime) -> None:
        """Shows a component, or that nothing is used there."""
        clear_layout(self._health)
        self.open.setVisible(line is not None)
        if line is None:
            self.set_title("Component")
            self.words.setText("Nothing is used here.")
            return
        component = line.component
        self._id = component.id
        self.set_title(component.name)
        words, icon, tone = health_of(line, now)
        token = {"ok": "ok", "warn": "warn", "bad": "bad", "lock": "info"}[tone]
        self._health.addWidget(Mark(self._look, icon, 16, token=token))
        self._health.addWidget(text_label(self._look, words, role="small_title", ink=token), 1)
        price = f"{pounds(component.cost_pence)} a year" if component.cost_pence else "Its price is not said"
        ends = (
            f"contract ends {format_date(date.fromisoformat(component.contract_ends))}"
            if component.contract_ends
            else "the end of its contract is not said"
        )
        users = ", ".join(service_name(name) for name in component.services) or "every service"
        sentences = [f"{price}, {ends}.", f"Used by {users}."]
        sentences += [f"Also here: {', '.join(f'{p.name} ({price_of(p)})' for p in parts[1:])}."] if parts[1:] else []
        self.words.setText("\n".join(sentences))


class EstatePane(QWidget):
    """Figures, the grid, and what the chosen cell is about.

    Signals:
        opened(str): a component should be opened.
    """

    opened = Signal(str)

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self._lines: dict[str, Line] = {}
        self._now: datetime | None = None
        self.model = EstateModel(look)
        self.grid = EstateGrid(look, self.model)
        self.saving = _SavingCard(look)
        self.part = _PartCard(look)
        self._figures = row(gap=28, margins=(16, 8, 16, 8))
        card = Card(look, "Services and what they use")
        card.body.addWidget(self.grid, 1)
        side = QFrame()
        look.fix(side, width=_SIDE_WIDE)
        beside = column(gap=16)
        beside.addWidget(self.saving)
        beside.addWidget(self.part)
        beside.addStretch(1)
        side.setLayout(beside)
        columns = row(gap=16, margins=(16, 8, 16, 16))
        holder = column()
        holder.addWidget(card)
        columns.addLayout(holder, 1)
        holder = column()
        holder.addWidget(side)
        columns.addLayout(holder)
        whole = column()
        whole.addLayout(self._figures)
        whole.addLayout(columns, 1)
        self.setLayout(whole)
        self.grid.chosen.connect(self._on_grid_chosen)
        self.grid.opened.connect(self.opened)
        self.part.opened.connect(self.opened)

    def show_estate(
        self,
        components: Sequence[Component],
        statuses: Mapping[str, ComponentStatus],
        cases: Mapping[ComponentId, int],
        now: datetime,
    ) -> None:
        """Shows the components as they are set up; the chosen cell stays where it was."""
        estate = build_estate(components, find_colours(tuple(statuses.values())), cases)
        self._lines = {component.id: Line(component, statuses.get(component.id)) for component in components}
        self._now = now
        if estate == self.model.estate:
            return
        at = self.grid.currentIndex()
        place = (at.row(), at.column())
        self.model.show(estate)
        self._show_figures(estate)
        if at.isValid() and place[0] >= 0:
            self.grid.setCurrentIndex(self.model.index(*place))
        else:
            self.grid.go_to_again()

    def _show_figures(self, estate: Estate) -> None:
        clear_layout(self._figures)
        per_case = estate.per_case_pence
        figures = [
            (pounds(estate.total_pence), "a year, all components", "text"),
            (f"£{per_case / 100:,.2f}" if per_case else "–", f"for each of {estate.cases:,} cases", "text"),
            (f"{estate.components:,}", f"components from {format_count(estate.plugins, 'plugin')}", "text"),
            (f"{estate.again:,}", "places that pay for the same thing again", "warn" if estate.again else "text"),
        ]
        for figure, words, ink in figures:
            pair = row(gap=8)
            pair.addWidget(text_label(self._look, figure, role="strong", ink=ink))
            label = text_label(self._look, words, role="small", ink="text2", wrap=True)
            self._look.fix(label, width=_WORDS_WIDE)
            pair.addWidget(label)
            self._figures.addLayout(pair)
        self._figures.addStretch(1)
        for icon, words in (("content-copy", "Paid for again"), ("share-variant", "Shared")):
            self._figures.addLayout(
                row(Mark(self._look, icon, 14, token="text2"), text_label(self._look, words, role="small", ink="text2"))
            )

    @Slot(str, object)
    def _on_grid_chosen(self, id: str, parts: tuple[EstatePart, ...]) -> None:
        if self._now is None:
            return
        line = self._lines.get(id)
        components = [each.component for each in self._lines.values()]
        statuses = [each.status for each in self._lines.values() if each.status is not None]
        self.part.show_line(line, parts, self._now)
        chosen = next((part.id for part in parts if part.is_again), ComponentId(id))
        self.saving.show_saving(build_saving(components, find_colours(statuses), chosen) if line else None)
