"""Where something is: an address that is searched for, or a point on the map."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

import msgspec
from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QListWidget, QListWidgetItem
from typing_extensions import override

from desktop.domain.errors import DesktopError, InvalidInput
from desktop.domain.ids import ComponentId, LocalKey
from desktop.domain.places import Place, Point
from desktop.services.rows import ComponentStatus
from desktop.ui.context import DeskContext
from desktop.ui.widgets.button import Button
from desktop.ui.widgets.card import Card, column, row
from desktop.ui.widgets.field import Field, LineEdit
from desktop.ui.widgets.minimap import MiniMap, Pin
from desktop.ui.widgets.text import Mark, text_label

_POSTCODE = re.compile(r"[a-z]{1,2}\d[a-z\d]?\s*\d[a-z]{2}", re.IGNORECASE)
_POINT = re.compile(r"\s*(-?\d{1,2}\.\d+)\s*[, ]\s*(-?\d{1,3}\.\d+)\s*")
_MOST = 12


def decode_places(answer: object) -> tuple[Place, ...]:
    """The places in a component's answer to a search.

    Raises:
        msgspec.ValidationError: the answer is not a page of places.
    """
    items = answer.get("items") if isinstance(answer, dict) else answer
    return msgspec.convert(items, tuple[Place, ...])


def parse_point(text: str) -> Point | None:
    """A point from `53.4081, -1.5120`; None when the text is not one.

    Raises:
        InvalidInput: the numbers are not on the earth.
    """
    match = _POINT.fullmatch(text)
    if match is None:
        return None
    lat, lon = float(match[1]), float(match[2])
    if not (-90 <= lat <= 90 and -180 <= lon <= 180):
        raise InvalidInput("That point is not on the map.", key="place.point", field="place")
    return Point(lat=lat, lon=lon)


class PlaceCard(Card):
    """Search for an address; what the store knows comes first, then what the address component answers.

    Signals:
        chosen(Place | None): another place is chosen.
    """

    chosen = Signal(object)

    def __init__(self, context: DeskContext) -> None:
        super().__init__(context.look, "Where", mark="addresses")
        look = context.look
        self._context = context
        self._lane = f"place-{id(self)}"
        self._component: ComponentId | None = None
        self._attribution = ""
        self._call: object | None = None
        self._words = ""
        self.place: Place | None = None
        self.edit = LineEdit(look, placeholder="Address, postcode, or latitude and longitude")
        self.field = Field(look, "Find the p&lace", self.edit, required=True)
        self.found = QListWidget()
        self.found.setAccessibleName("Places found")
        look.dress(self.found, "small")
        look.fix(self.found, height=132)
        self.found.hide()
        self.note = text_label(look, "", role="caption", ink="text3", wrap=True)
        self.note.hide()
        self.map = MiniMap(look, context.town, name="Choose a point on the map", picking=True)
        self._chosen_text = text_label(look, "", role="small_title", wrap=True)
        self._chosen_detail = text_label(look, "", role="caption", ink="text2", wrap=True)
        self.clear = Button(look, icon="close", kind="quiet", size="tiny", name="Take the place out")
        words = column()
        words.addWidget(self._chosen_text)
        words.addWidget(self._chosen_detail)
        inner = row(Mark(look, "addresses", 18), gap=8, margins=(10, 6, 6, 6))
        inner.addLayout(words, 1)
        inner.addWidget(self.clear)
        self._chosen = QFrame()
        self._chosen.setProperty("box", "on")
        self._chosen.setLayout(inner)
        self._chosen.hide()
        form = column(gap=8, margins=(15, 12, 15, 8))
        for widget in (self.field, self.found, self.note, self._chosen):
            form.addWidget(widget)
        self.body.addLayout(form)
        self.body.addWidget(self.map, 1)
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(250)
        self._rest.timeout.connect(self._ask_live)
        self.edit.textEdited.connect(self._on_edit_edited)
        self.edit.installEventFilter(self)
        self.found.itemActivated.connect(self._on_found_chosen)
        self.found.itemClicked.connect(self._on_found_chosen)
        self.map.picked.connect(self._on_map_picked)
        self.clear.clicked.connect(lambda: self.put(None))

    def set_component(self, component: ComponentStatus | None) -> None:
        """Which component looks addresses up."""
        self._component = component.id if component else None
        self._attribution = component.attribution if component else ""

    def _say(self, words: str) -> None:
        self.note.setText(words)
        self.note.setVisible(bool(words))

    # ---- looking for it ----

    @Slot(str)
    def _on_edit_edited(self, text: str) -> None:
        words = " ".join(text.split())
        self._words = words
        self.field.say_wrong("")
        self._cancel()
        if len(words) < 3:
            self.found.hide()
            self._say("")
            return
        try:
            point = parse_point(words)
        except InvalidInput as error:
            self.field.say_wrong(str(error))
            return
        if point is not None:
            # Not yet: more figures may follow.
            self.found.hide()
            self._rest.start()
            return
        self._context.ops.read(
            lambda desk: desk.places.find(words, _MOST), self._show_kept, lane=self._lane, failed=self._fail_quietly
        )
        self._rest.start()

    def _show_kept(self, places: Sequence[tuple[LocalKey, Place]]) -> None:
        self._fill([place for _, place in places])
        self._say("Asking the address component…" if self._component else "From the store only.")

    @Slot()
    def _ask_live(self) -> None:
        point = parse_point(self._words)
        if point is not None:
            self._take_point(point, move=True)
            return
        if self._component is None or len(self._words) < 3:
            return
        words = self._words
        postcode = _POSTCODE.fullmatch(words)
        method, arguments = (
            ("addresses.postcode", {"postcode": words}) if postcode else ("addresses.find", {"query": words})
        )
        self._call = self._context.live.call(
            self._component,
            method,
            arguments,
            done=lambda answer: self._show_live(words, answer),
            failed=lambda error: self._live_failed(words, error),
        )

    def _show_live(self, words: str, answer: object) -> None:
        if words != self._words:
            return
        try:
            places = decode_places(answer)
        except msgspec.ValidationError:
            self._say("The address component answered something that is not a list of places.")
            return
        held = [self.found.item(n).data(Qt.ItemDataRole.UserRole) for n in range(self.found.count())]
        known = {place.uprn or place.address for place in held}
        # New ones go below those that are shown: nothing moves under the pointer.
        self._fill([*held, *(p for p in places if (p.uprn or p.address) not in known)], keep=True)
        count = self.found.count()
        self._say(
            f"{count:,} found. Down and Enter choose one. {self._attribution}".strip()
            if count
            else "No address fits. Choose a point on the map instead."
        )

    def _live_failed(self, words: str, error: DesktopError) -> None:
        if words == self._words:
            self._say(f"{error.title} Addresses from the store are shown; a point on the map will do as well.")

    def _fail_quietly(self, error: DesktopError) -> None:
        self._say(str(error))

    def _fill(self, places: list[Place], *, keep: bool = False) -> None:
        chosen = self.found.currentRow() if keep else -1
        self.found.clear()
        for place in places[: _MOST * 2]:
            shown = place.postcode and place.postcode not in place.address
            item = QListWidgetItem(f"{place.address}, {place.postcode}" if shown else place.address)
            item.setData(Qt.ItemDataRole.UserRole, place)
            self.found.addItem(item)
        self.found.setCurrentRow(chosen)
        self.found.setVisible(bool(places))

    def _cancel(self) -> None:
        self._rest.stop()
        if self._call is not None:
            self._context.live.cancel(self._call)
            self._call = None

    # ---- choosing it ----

    @Slot(QListWidgetItem)
    def _on_found_chosen(self, item: QListWidgetItem) -> None:
        self.put(item.data(Qt.ItemDataRole.UserRole))
        self.edit.setFocus()

    @Slot(object)
    def _on_map_picked(self, point: Point) -> None:
        self._take_point(point, move=False)

    def _take_point(self, point: Point, *, move: bool) -> None:
        """Takes a bare point at once, then asks for the nearest address to it. The map moves only when asked."""
        self.put(Place(point=point), move=move)
        if self._component is None:
            return
        self._call = self._context.live.call(
            self._component,
            "addresses.nearest",
            {"lat": point.lat, "lon": point.lon},
            done=lambda answer: self._name_point(point, answer),
            failed=lambda error: self._say(f"{error.title} The point alone is kept."),
        )

    def _name_point(self, point: Point, answer: object) -> None:
        if answer is None or self.place is None or self.place.point != point:
            return
        try:
            near = msgspec.convert(answer, Place)
        except msgspec.ValidationError:
            return
        # The point stays where the officer put it; the address says what is near.
        self.put(replace(near, point=point), move=False)

    def put(self, place: Place | None, *, move: bool = True) -> None:
        """Shows a place as the one that is chosen."""
        self.place = place
        self._words = ""
        self._cancel()
        self.found.hide()
        self._say("")
        self.field.say_wrong("")
        self._chosen.setVisible(place is not None)
        if place is not None:
            point = place.point
            spot = f"{point.lat:.5f}, {point.lon:.5f}" if point else "no point known"
            self._chosen_text.setText(place.address or "A point on the map")
            uprn = f"UPRN {place.uprn} · " if place.uprn else ""
            self._chosen_detail.setText(f"{uprn}{spot}")
            self._chosen.setAccessibleName(f"Chosen: {self._chosen_text.text()}, {self._chosen_detail.text()}")
            self.edit.setText(place.address or spot)
            pins = (Pin(point, "cases", place.address or "The point"),) if point else ()
            self.map.show_pins(pins, move=move)
        else:
            self.edit.clear()
            self.map.show_pins(())
        self.chosen.emit(place)

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.edit and event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            key = Qt.Key(event.key())
            if key == Qt.Key.Key_Down and self.found.isVisible():
                self.found.setFocus()
                self.found.setCurrentRow(max(0, self.found.currentRow()))
                return True
            if key in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and self.found.isVisible() and self.found.count():
                self._on_found_chosen(self.found.item(max(0, self.found.currentRow())))
                return True
        return super().eventFilter(watched, event)

    def will_close(self) -> None:
        """Drops what is still asked."""
        self._cancel()
        self._context.ops.runner.forget(self._lane)
