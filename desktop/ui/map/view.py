"""The map tab: the list at the left, the map beside it, both of one query."""

from __future__ import annotations

import secrets
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Slot
from PySide6.QtWidgets import QButtonGroup, QFrame, QStackedWidget, QVBoxLayout
from typing_extensions import override

from desktop.domain.changes import Changes
from desktop.domain.errors import DesktopError
from desktop.domain.ids import LocalKey
from desktop.maps.page import MapDocument, build_map_page
from desktop.services.rows import CaseQuery, MapFound
from desktop.ui.context import DeskContext
from desktop.ui.formats import format_count
from desktop.ui.page import Page, TabLook
from desktop.ui.widgets.button import FilterChip
from desktop.ui.widgets.card import EmptyNote, column, row
from desktop.ui.widgets.field import LineEdit
from desktop.ui.widgets.records import RecordList
from desktop.ui.widgets.text import text_label

if TYPE_CHECKING:
    from desktop.ui.map.web import MapWeb

_FIRST_ZOOM = 16
NO_WEB = (
    "The map is not drawn: Knit runs as the computer's administrator.",
    "Start it as yourself to see the map. The list has every case with a place.",
)


class MapView(Page):
    """Cases in view. Moving the map changes the list; pointing at a row lights its pin."""

    def __init__(self, context: DeskContext) -> None:
        super().__init__(TabLook(text="Map", icon="map-outline"))
        self._context = context
        self._lane = f"map-{id(self)}"
        self._query = CaseQuery()
        self._zoom = _FIRST_ZOOM
        self.web: MapWeb | None = None
        self.is_drawn = False
        look = context.look
        self.everyone = FilterChip(look, "&Everyone", name="Cases of everyone")
        self.mine = FilterChip(look, "&Mine", name="My cases")
        self.closed = FilterChip(look, "Closed too")
        self.words = LineEdit(look, placeholder="Filter by words or street", size="small", name="Filter the map")
        self.words.setClearButtonEnabled(True)
        self.count = text_label(look, "", role="small_title", ink="text2")
        self.list = RecordList(look, now=context.clock.now(), name="Cases in view", name_of=context.name_of, height=56)
        self._none = EmptyNote(look, "map-search-outline", "No case here", "Move the map, zoom out, or clear a filter.")
        self._list_stack = QStackedWidget()
        self._list_stack.addWidget(self.list)
        self._list_stack.addWidget(self._none)
        self.foot = text_label(look, "", role="caption", ink="text2")
        self._canvas = QStackedWidget()
        self.note = EmptyNote(look, "map-outline", "Drawing the map…", "")
        self._canvas.addWidget(self.note)
        self._lay_out()
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(120)
        self._rest.timeout.connect(self._on_filters_changed)
        self._connect()
        self.start_at = self.list
        self._read()
        self._begin_web()

    def _lay_out(self) -> None:
        look = self._context.look
        whose = QButtonGroup(self)
        for chip in (self.everyone, self.mine):
            whose.addButton(chip)
        self.everyone.setChecked(True)
        panel = QFrame()
        panel.setProperty("edge", "right")
        look.fix(panel, width=312)
        side: QVBoxLayout = column()
        head = column(gap=10, margins=(16, 12, 12, 10))
        head.addWidget(text_label(look, "Map", role="page"))
        head.addWidget(self.words)
        head.addLayout(row(self.everyone, self.mine, self.closed, None, gap=6))
        side.addLayout(head)
        band = QFrame()
        band.setProperty("edge", "hair")
        band.setLayout(row(self.count, None, margins=(16, 6, 12, 6)))
        side.addWidget(band)
        side.addWidget(self._list_stack, 1)
        panel.setLayout(side)
        foot = QFrame()
        foot.setProperty("ground", "surface")
        look.fix(foot, height=24)
        credit = text_label(look, self._context.town.credit, role="caption", ink="text2")
        foot.setLayout(row(self.foot, None, credit, margins=(12, 0, 12, 0)))
        right = column()
        right.addWidget(self._canvas, 1)
        right.addWidget(foot)
        whole = row(gap=0)
        whole.addWidget(panel)
        whole.addLayout(right, 1)
        self.setLayout(whole)

    def _connect(self) -> None:
        self.words.textChanged.connect(self._rest.start)
        for chip in (self.everyone, self.mine, self.closed):
            chip.toggled.connect(self._rest.start)
        self.list.opened.connect(lambda case: self._context.go.open_record("case", case.key))
        self._context.ops.changed.connect(self._on_ops_changed)

    @property
    def query(self) -> CaseQuery:
        """What the list and the map show."""
        return self._query

    # ---- the web view ----

    def _begin_web(self) -> None:
        if not self._context.web_map:
            self.note.say(*NO_WEB)
            return
        centre = self._context.town.centre
        # folium takes 0.4 s to import: on a reader thread, not on this one.
        self._context.ops.read(
            lambda _desk: build_map_page(centre=centre, zoom=_FIRST_ZOOM, nonce=secrets.token_hex(16)),
            self._show_web,
            lane=f"{self._lane}-page",
            slow=True,
        )

    def _show_web(self, document: MapDocument) -> None:
        # Late: the web engine costs memory and time, and is made when the map is first looked at.
        from desktop.ui.map.web import MapWeb

        web = MapWeb(self._context.look, document)
        web.channel.view_changed.connect(self._on_web_view_changed)
        web.channel.case_opened.connect(lambda key: self._context.go.open_record("case", key))
        web.channel.case_hovered.connect(self._on_web_hovered)
        self.list.hovered.connect(lambda key: web.channel.lit.emit(str(key)))
        self.web = web
        self._canvas.addWidget(web)
        self._canvas.setCurrentWidget(web)

    @Slot(object)
    def _on_web_view_changed(self, view: tuple[float, float, float, float, int]) -> None:
        south, west, north, east, zoom = view
        self.is_drawn = True
        self._zoom = zoom
        self._query = replace(self._query, bbox=(south, west, north, east))
        self._read()

    @Slot(object)
    def _on_web_hovered(self, key: LocalKey) -> None:
        line = self.list.records.row_of(key) if key else -1
        if line >= 0:
            self.list.scrollTo(self.list.records.index(line))
        self.list.light(line)

    # ---- one query for both ----

    @Slot()
    def _on_filters_changed(self) -> None:
        query = replace(
            self._query,
            assignee=self._context.officer.staff_id if self.mine.isChecked() else "",
            open_only=not self.closed.isChecked(),
            text=self.words.text().strip(),
        )
        if query != self._query:
            self._query = query
            self._read()

    @override
    def reload(self) -> None:
        self._read()

    def _read(self) -> None:
        query, zoom = self._query, self._zoom
        self._context.ops.read(lambda desk: desk.map.view(query, zoom), self._show, lane=self._lane, failed=self._fail)

    def _show(self, found: MapFound) -> None:
        self.list.records.show(found.rows, self._context.clock.now())
        self._list_stack.setCurrentIndex(0 if found.rows else 1)
        words = {"exact": "", "about": "about ", "at least": "at least "}[found.counted]
        said = f"{words}{format_count(found.in_view, 'case')} in view"
        self.count.setText(said[0].upper() + said[1:])
        parts = [] if found.total is None else [format_count(found.total, "case")]
        parts.append(said)
        if found.counted == "at least":
            parts.append("zoom in or add a word to see them all")
        if found.in_view > len(found.rows):
            parts.append(f"{len(found.rows):,} of them in the list")
        self.foot.setText(", ".join(parts))
        if self.web is not None:
            self.web.channel.show_spots(found.spots)

    def _fail(self, error: DesktopError) -> None:
        self._none.say(error.title, error.hint)
        self._list_stack.setCurrentIndex(1)

    @Slot(object, object)
    def _on_ops_changed(self, changes: Changes, _initiator: QObject | None) -> None:
        if changes.touches("case"):
            self._rest.stop()
            QTimer.singleShot(300, self, self._read)

    @override
    def will_close(self) -> None:
        self._context.ops.runner.forget(self._lane)
        if self.web is not None:
            self.web.let_go()
            self.web = None
