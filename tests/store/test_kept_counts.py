"""The kept squares and tallies against a full count, after any inserts, changes, moves, deletions and pending edits."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import delete

from desktop.domain.cases import EARLY, MIDDLE, Case, Phase
from desktop.domain.ids import ComponentId, LocalKey
from desktop.domain.places import Point
from desktop.services import cases, map_views
from desktop.services.desk import Desk
from desktop.services.rows import CaseQuery, CaseRow
from desktop.store.base import tables
from desktop.store.base.counters import LEVELS, grid, square, tally
from desktop.store.squares import load_squares
from tests.helpers.stores import Store, a_case, open_store

TOWN = (53.0, -1.5, 53.2, -1.1)
ZOOMS = range(8, 21)
OFFICERS = ("", "A1", "B2")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(tmp_path / "store") as opened:
        yield opened


@pytest.fixture
def desk(store: Store) -> Iterator[Desk]:
    opened = store.desk()
    yield opened
    opened.close()


class Mess:
    """Does to a store whatever may be done to cases, by a seed."""

    def __init__(self, store: Store, seed: int) -> None:
        self.dice = random.Random(seed)
        self.store = store
        self.numbers: list[int] = []

    def point(self) -> Point | None:
        dice = self.dice
        if dice.random() < 0.1:
            return None
        return Point(lat=dice.uniform(TOWN[0], TOWN[2]), lon=dice.uniform(TOWN[1], TOWN[3]))

    def case(self, number: int) -> Case:
        dice = self.dice
        return a_case(
            number,
            title=dice.choice(["Pothole", "Damp"]),
            assignee=dice.choice(OFFICERS),
            phase=dice.choice(list(Phase)),
            point=self.point(),
        )

    def insert(self) -> None:
        start = len(self.numbers) + 1
        self.numbers += range(start, start + 12)
        self.store.put([self.case(number) for number in self.numbers[-12:]])

    def change(self) -> None:
        self.store.put([self.case(number) for number in self.dice.sample(self.numbers, 4)])

    def remove(self) -> None:
        cases = tables.records["case"]
        with self.store.base.transaction() as connection:
            connection.execute(delete(cases).where(cases.c.key == self.key()))

    def take_key(self) -> None:
        number = self.dice.choice(self.numbers)
        with self.store.base.transaction() as connection:
            case = a_case(number)
            key = LocalKey(-self.dice.randrange(1, 10**6))
            self.store.base.take_key(connection, ComponentId("bins"), "case", case.outside_id, key)

    def edit(self) -> None:
        point = self.point()
        changes: list[dict[str, object]] = [
            {"phase": phase.value, "open": int(phase.is_open)} for phase in self.dice.sample(list(Phase), 2)
        ]
        changes += [
            {"lat": point.lat if point else None, "lon": point.lon if point else None},
            {"assignee": self.dice.choice(OFFICERS)},
            {"title": "Noise"},
        ]
        self.store.edit(self.key(), **self.dice.choice(changes))

    def key(self) -> LocalKey:
        with self.store.base.transaction() as connection:
            cases = tables.records["case"]
            keys = [row.key for row in connection.execute(cases.select())]
        return LocalKey(self.dice.choice(keys))

    def run(self, steps: int) -> None:
        self.insert()
        for _ in range(steps):
            self.dice.choice(
                [self.insert, self.change, self.change, self.remove, self.edit, self.edit, self.take_key]
            )()


def all_rows(desk: Desk, query: CaseQuery) -> list[CaseRow]:
    return list(desk.cases.page(query, None, 100_000).rows)


def count_squares(rows: list[CaseRow], zoom: int) -> Counter[tuple[int, int, int]]:
    """Cases by how far they are, of each square, without the squares' places."""
    squares: dict[tuple[int, int], list[int]] = {}
    for row in rows:
        if row.lat is not None and row.lon is not None:
            counts = squares.setdefault(square(row.lat, row.lon, zoom), [0, 0, 0])
            counts[0 if row.phase in EARLY else 1 if row.phase in MIDDLE else 2] += 1
    return Counter(tuple(counts) for counts in squares.values())  # type: ignore[misc]


@pytest.mark.parametrize("seed", range(6))
def test_squares_count_what_a_full_count_finds_at_every_zoom(store: Store, desk: Desk, seed: int) -> None:
    Mess(store, seed).run(60)
    rows = all_rows(desk, CaseQuery(open_only=False))
    assert len(rows) > 20
    placed = [row for row in rows if row.lat is not None and row.lon is not None]
    for zoom in ZOOMS:
        with desk._context.reader.read() as connection:
            squares = load_squares(connection, TOWN, zoom)
        for open_only in (True, False):
            wanted = [each.only_open() for each in squares] if open_only else squares
            counted = [row for row in placed if row.phase.is_open or not open_only]
            assert sum(each.cases for each in wanted) == len(counted)
            assert sum(s.open_lat + s.late_lat for s in wanted) == sum(round((r.lat or 0) * 1e6) for r in counted)
            assert sum(s.open_lon + s.late_lon for s in wanted) == sum(round((r.lon or 0) * 1e6) for r in counted)
        found = Counter((each.early, each.middle, each.late) for each in squares)
        assert any(found == count_squares(rows, at) for at in range(min(zoom, LEVELS[0]), 0, -1))


@pytest.mark.parametrize("seed", range(6))
def test_a_small_box_counts_the_squares_that_it_touches_whole(store: Store, desk: Desk, seed: int) -> None:
    mess = Mess(store, seed)
    mess.run(60)
    rows = all_rows(desk, CaseQuery(open_only=False))
    for _ in range(20):
        south, west = mess.dice.uniform(53.0, 53.15), mess.dice.uniform(-1.5, -1.2)
        box = (south, west, south + 0.03, west + 0.06)
        zoom = mess.dice.randrange(13, 16)
        (left, low), (right, high) = square(box[0], box[1], zoom), square(box[2], box[3], zoom)
        touched = [
            row
            for row in rows
            if row.lat is not None
            and row.lon is not None
            and left <= square(row.lat, row.lon, zoom)[0] <= right
            and low <= square(row.lat, row.lon, zoom)[1] <= high
        ]
        with desk._context.reader.read() as connection:
            squares = load_squares(connection, box, zoom)
        assert Counter((each.early, each.middle, each.late) for each in squares) == count_squares(touched, zoom)


@pytest.mark.parametrize("seed", range(6))
def test_the_tally_counts_what_a_full_count_finds(store: Store, desk: Desk, seed: int) -> None:
    mess = Mess(store, seed)
    mess.run(60)
    for officer in OFFICERS:
        for open_only in (True, False):
            for phases in (frozenset[Phase](), frozenset({Phase.NEW, Phase.CLOSED})):
                query = CaseQuery(assignee=officer, open_only=open_only, phases=phases)
                assert desk.cases.count(query) == len(all_rows(desk, query))
    assert desk.cases.count(CaseQuery(components=frozenset({ComponentId("none")}))) == 0


@pytest.mark.parametrize("to", [Point(lat=53.15, lon=-1.3), Point(lat=53.05, lon=-1.2)])
def test_a_case_that_moves_along_one_line_leaves_nothing_behind(store: Store, desk: Desk, to: Point) -> None:
    store.put([a_case(1, point=Point(lat=53.05, lon=-1.3))])
    store.put([a_case(1, point=to)])
    with desk._context.reader.read() as connection:
        (only,) = load_squares(connection, TOWN, 13)
    assert only.cases == 1
    assert only.middle_point == pytest.approx((to.lat, to.lon))


def test_when_every_case_is_gone_every_counter_is_at_nought(store: Store) -> None:
    mess = Mess(store, 1)
    mess.run(40)
    with store.base.transaction() as connection:
        connection.execute(delete(tables.records["case"]))
        assert [row for row in connection.execute(grid.select()) if any(row[3:])] == []
        assert [row for row in connection.execute(tally.select()) if row.cases] == []


# ==== the map's view ====


@pytest.fixture
def crowded(store: Store, monkeypatch: pytest.MonkeyPatch) -> Store:
    """A town of 60 cases for a map that draws 20."""
    monkeypatch.setattr(map_views, "MOST_PINS", 20)
    monkeypatch.setattr(map_views, "MOST_LISTED", 5)
    store.put(
        [
            a_case(
                number,
                title="Pothole" if number % 2 else "Damp",
                assignee="me" if number < 31 else "",
                phase=Phase.NEW if number < 41 else Phase.WAITING,
                point=Point(lat=53.1 + number / 1_000, lon=-1.3),
            )
            for number in range(1, 61)
        ]
    )
    return store


def test_a_far_view_counts_every_case_though_it_lists_few(crowded: Store, desk: Desk) -> None:
    found = desk.map.view(CaseQuery(bbox=TOWN), 12)
    assert (found.in_view, found.counted, found.total, len(found.rows)) == (60, "about", 60, 5)
    assert (sum(s.early for s in found.spots), sum(s.middle for s in found.spots)) == (40, 20)
    assert all(spot.keys == () for spot in found.spots)
    assert all(53.1 <= spot.lat <= 53.17 and spot.lon == pytest.approx(-1.3) for spot in found.spots)


def test_a_pending_edit_moves_a_case_from_ring_to_ring(crowded: Store, desk: Desk) -> None:
    crowded.edit(LocalKey(desk.cases.page(CaseQuery(), None, 1).rows[0].key), phase="resolved", open=0)
    found = desk.map.view(CaseQuery(bbox=TOWN), 12)
    assert (found.in_view, found.total) == (59, 59)
    found = desk.map.view(CaseQuery(bbox=TOWN, open_only=False), 12)
    assert (found.in_view, sum(s.late for s in found.spots)) == (60, 1)


def test_a_near_view_has_pins_that_can_be_opened(crowded: Store, desk: Desk) -> None:
    found = desk.map.view(CaseQuery(bbox=(53.1, -1.4, 53.11, -1.2)), 17)
    assert (found.in_view, found.counted, len(found.rows)) == (10, "exact", 5)
    assert sorted(key for spot in found.spots for key in spot.keys) == sorted(
        row.key for row in all_rows(desk, CaseQuery(bbox=(53.1, -1.4, 53.11, -1.2)))
    )


@pytest.mark.parametrize("near", [0, 1_000])
def test_under_a_filter_of_more_than_can_be_drawn_the_count_says_at_least(
    crowded: Store, desk: Desk, monkeypatch: pytest.MonkeyPatch, near: int
) -> None:
    monkeypatch.setattr(map_views, "NEAR", near)
    found = desk.map.view(CaseQuery(bbox=TOWN, text="pothole"), 12)
    assert (found.in_view, found.counted, found.total) == (20, "at least", None)
    found = desk.map.view(CaseQuery(bbox=TOWN, assignee="me"), 12)
    assert (found.in_view, found.counted, found.total) == (20, "at least", 30)
    found = desk.map.view(CaseQuery(bbox=TOWN, assignee="me", text="pothole"), 12)
    assert (found.in_view, found.counted) == (15, "exact")
    assert {row.title for row in found.rows} == {"Pothole"}
    assert sum(spot.early for spot in found.spots) == 15


def test_of_more_hits_than_are_looked_at_from_afar_the_newest_are_drawn(
    crowded: Store, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (cases, map_views):
        monkeypatch.setattr(module, "NEWEST", 10)
    near = desk.map.view(CaseQuery(bbox=(53.1, -1.4, 53.1305, -1.2), text="pothole"), 15)
    assert (near.in_view, near.counted) == (15, "exact")
    monkeypatch.setattr(map_views, "NEAR", 0)
    far = desk.map.view(CaseQuery(bbox=TOWN, text="pothole"), 12)
    assert (far.in_view, far.counted) == (10, "at least")
    hits = sorted(row.key for row in all_rows(desk, CaseQuery(text="pothole")))
    assert sorted(key for spot in far.spots for key in spot.keys) == hits[-10:]


@pytest.mark.parametrize("near", [0, 1_000])
def test_a_filter_never_lets_in_a_case_outside_the_box(
    crowded: Store, desk: Desk, monkeypatch: pytest.MonkeyPatch, near: int
) -> None:
    monkeypatch.setattr(map_views, "NEAR", near)
    found = desk.map.view(CaseQuery(bbox=(53.1, -1.4, 53.1205, -1.2), text="pothole"), 15)
    assert (found.in_view, found.counted) == (10, "exact")


def test_without_a_box_there_is_a_list_and_no_spot(crowded: Store, desk: Desk) -> None:
    found = desk.map.view(CaseQuery(assignee="me"), 16)
    assert (found.spots, found.in_view, found.counted, found.total) == ((), 20, "at least", 30)
    assert len(found.rows) == 5
