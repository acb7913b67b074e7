"""Search as you type and the R*Tree, on real encrypted files, over base rows and pending edits."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from desktop.domain.ids import OutsideId
from desktop.domain.people import Person
from desktop.domain.places import Point
from desktop.services.desk import Desk
from desktop.services.rows import CaseQuery
from desktop.store.reading import build_match
from tests.helpers.stores import Store, a_case, open_store

CYNTHIA = Person(outside_id=OutsideId("p1"), given="Cynthia", family="O'Hara", email="cynthia@example.org")
ZOE = Person(outside_id=OutsideId("p2"), given="Zoë", family="Müller-Łukasz", email="zoe@example.org")
AZIZ = Person(outside_id=OutsideId("p3"), given="عزيز", family="حداد", email="aziz@example.org")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(tmp_path / "store") as opened:
        opened.put(
            [
                a_case(1, title="Missed collection", reporter=CYNTHIA, address="7 Queen's Walk"),
                a_case(2, title="Café terrace noise 🎷", reporter=ZOE, address="8 Bücherstraße"),
                a_case(3, title="ضوضاء في الشارع", reporter=AZIZ, address="9 Station Road"),
            ]
        )
        yield opened


@pytest.fixture
def desk(store: Store) -> Iterator[Desk]:
    opened = store.desk()
    yield opened
    opened.close()


def find_titles(desk: Desk, words: str) -> set[str]:
    return {hit.title for hit in desk.search.find(words)}


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("missed", "Missed collection"),
        ("mis", "Missed collection"),
        ("MISSED COLL", "Missed collection"),
        ("coll mis", "Missed collection"),
        ("REF-00001", "Missed collection"),
        ("ref 00001", "Missed collection"),
        ("cynthia", "Cynthia O'Hara"),
        ("o'hara", "Cynthia O'Hara"),
        ("o’hara", "Cynthia O'Hara"),
        ("O'HA", "Cynthia O'Hara"),
        ("queen's", "7 Queen's Walk"),
        ("zoe", "Zoë Müller-Łukasz"),
        ("ZOË", "Zoë Müller-Łukasz"),
        ("muller", "Zoë Müller-Łukasz"),
        ("müller-łuk", "Zoë Müller-Łukasz"),
        ("cafe", "Café terrace noise 🎷"),
        ("bucher", "8 Bücherstraße"),
        ("عز", "عزيز حداد"),
        ("ضوض", "ضوضاء في الشارع"),
    ],
)
def test_what_is_typed_finds(desk: Desk, typed: str, found: str) -> None:
    assert found in find_titles(desk, typed)


def test_each_further_key_narrows(desk: Desk) -> None:
    counts = [len(desk.search.find("station road"[:length])) for length in range(1, 13)]
    assert counts == sorted(counts, reverse=True)
    assert counts[-1] > 0


@pytest.mark.parametrize(
    "typed",
    [
        '"', '""', '"missed', 'mis"sed', "*", "mis*", "**", "-", "-missed", "AND", "OR", "NOT", "missed AND", "missed OR",
        "NEAR(missed collection)", "NEAR", "title:missed", "{title}: x", "^missed", "(", ")", "((", "'", "';--", "%", "_",
        "\\", "+", "missed + collection", "\x00", "\u200b", "😀", "a" * 5_000, "x " * 500, "/", "?", ":words", "@1",
    ],
)  # fmt: skip
def test_operators_and_odd_keys_never_break_a_search(desk: Desk, typed: str) -> None:
    desk.search.find(typed)
    desk.cases.page(CaseQuery(text=typed), None, 10)
    desk.cases.count(CaseQuery(text=typed))


def test_words_that_fts_knows_as_operators_are_only_words() -> None:
    assert build_match("missed AND (NOT bin*)") == '"missed"* "AND"* "NOT"* "bin"*'
    assert build_match(" \"' -*") == ""


def test_a_pending_title_is_found_and_the_old_one_is_not(store: Store, desk: Desk) -> None:
    key = next(hit.key for hit in desk.search.find("missed"))
    store.edit(key, title="Overflowing bin")
    assert [hit.key for hit in desk.search.find("overflow")] == [key]
    assert desk.cases.count(CaseQuery(text="overflow")) == 1
    assert desk.cases.count(CaseQuery(text="missed")) == 0
    assert desk.cases.page(CaseQuery(text="missed"), None, 10).rows == ()


def test_a_pulled_title_takes_the_old_one_out_of_the_index(store: Store, desk: Desk) -> None:
    store.put([a_case(1, title="Collected at last", reporter=CYNTHIA)])
    assert find_titles(desk, "missed") == set()
    assert "Collected at last" in find_titles(desk, "collected")


# ==== points ====

THIRD = 51.123456789  # not a 32-bit float
BOX = (51.0, -1.0, 52.0, 1.0)


def put_point(store: Store, point: Point, number: int = 9) -> None:
    store.put([a_case(number, title=f"at {point.lat!r}", point=point)])


def find_in(desk: Desk, box: tuple[float, float, float, float]) -> int:
    count = desk.cases.count(CaseQuery(bbox=box))
    found = desk.map.view(CaseQuery(bbox=box), 16)
    assert (len(found.rows), found.in_view, found.counted) == (count, count, "exact")
    return count


@pytest.mark.parametrize("side", range(4))
def test_a_point_on_the_edge_of_the_box_is_inside_and_one_just_past_it_is_not(
    store: Store, desk: Desk, side: int
) -> None:
    put_point(store, Point(lat=THIRD, lon=-0.987654321))
    just = 1e-9  # far less than a 32-bit float can tell at this size
    edge = [THIRD, -0.987654321, THIRD, -0.987654321]
    box = list(BOX)
    box[side] = edge[side]
    assert find_in(desk, (box[0], box[1], box[2], box[3])) == 1
    box[side] += just * (1 if side < 2 else -1)
    assert find_in(desk, (box[0], box[1], box[2], box[3])) == 0


def test_a_moved_point_is_found_where_it_is_now_only(store: Store, desk: Desk) -> None:
    put_point(store, Point(lat=51.5, lon=0.0))
    put_point(store, Point(lat=53.5, lon=0.0))
    assert find_in(desk, BOX) == 0
    assert find_in(desk, (53.0, -1.0, 54.0, 1.0)) == 1


def test_a_pending_move_hides_the_old_place(store: Store, desk: Desk) -> None:
    put_point(store, Point(lat=51.5, lon=0.0))
    key = desk.map.view(CaseQuery(bbox=BOX), 16).rows[0].key
    store.edit(key, lat=53.5, lon=0.0)
    assert find_in(desk, BOX) == 0
    assert find_in(desk, (53.0, -1.0, 54.0, 1.0)) == 1


def test_a_case_without_a_point_is_on_no_map(store: Store, desk: Desk) -> None:
    assert find_in(desk, (-90.0, -180.0, 90.0, 180.0)) == 0
