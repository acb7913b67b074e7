"""Lists that do not lead on, cursors that are no longer known, and clocks that were wrong: a pull goes on all the same."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from desktop.adapters.api import Page
from desktop.domain.cases import Case
from desktop.domain.errors import BadResponse, InvalidInput, NotFound
from desktop.sync.plan import LONGEST_WAIT, MOST_WAIT, next_wait
from desktop.sync.pull import Puller
from tests.helpers.model_server import ModelCases, Network, Server
from tests.helpers.stores import BINS, Store, a_case, open_store

YEARS = 4 * 365 * 86_400.0


class OddList(ModelCases):
    """A component whose list is what a test says: pages by cursor, each its cases and the next cursor."""

    def __init__(self, store: Store) -> None:
        super().__init__(Server(store.clock.now), Network(), store.clock.monotonic)
        self.pages: dict[str, tuple[list[Case], str]] = {}
        self.asked: list[tuple[datetime | None, str]] = []
        self.refuses: Exception | None = None

    def changed(self, since: datetime | None = None, cursor: str = "") -> Page[Case]:
        self.asked.append((since, cursor))
        if self.refuses is not None:
            raise self.refuses
        items, more = self.pages[cursor]
        return Page(items=tuple(items), cursor=more)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(tmp_path / "store") as opened:
        yield opened


@pytest.fixture
def adapter(store: Store) -> OddList:
    return OddList(store)


def pull(store: Store, adapter: OddList) -> int:
    return Puller(store.base, BINS, adapter, store.clock).pull()


@pytest.mark.parametrize("round_", [["a"], ["a", "b"], ["a", "b", "c"]], ids=len)
def test_a_list_that_goes_round_for_ever_is_refused_and_begun_anew(
    store: Store, adapter: OddList, round_: list[str]
) -> None:
    names = ["", *round_]
    adapter.pages = {name: ([a_case(n)], (names[n + 1 :] or round_)[0]) for n, name in enumerate(names)}
    for _ in range(2):
        with pytest.raises(BadResponse) as caught:
            pull(store, adapter)
        assert (caught.value.key, adapter.asked[0][1]) == ("pull.loop", "")
        assert len(adapter.asked) == len(names)
        adapter.asked.clear()
    adapter.pages[round_[-1]] = ([a_case(9)], "")
    pull(store, adapter)
    assert store.base.find_key(BINS.id, "case", a_case(9).outside_id) is not None


@pytest.mark.parametrize("kind", [InvalidInput, NotFound])
def test_a_cursor_that_is_no_longer_known_makes_the_next_pass_begin_anew(
    store: Store, adapter: OddList, kind: type[InvalidInput | NotFound]
) -> None:
    adapter.pages = {"": ([a_case(1)], "page-2")}
    with pytest.raises(KeyError):
        pull(store, adapter)
    adapter.refuses = kind("I know no such page.", key="odd.page")
    with pytest.raises(kind):
        pull(store, adapter)
    adapter.refuses = None
    adapter.pages[""] = ([a_case(1)], "")
    pull(store, adapter)
    assert [cursor for _since, cursor in adapter.asked] == ["", "page-2", "page-2", ""]


def test_after_a_clock_that_was_years_ahead_everything_is_read_again(store: Store, adapter: OddList) -> None:
    adapter.pages = {"": ([], "")}
    store.clock.move(YEARS)
    pull(store, adapter)
    store.clock.move(-YEARS)
    pull(store, adapter)
    pull(store, adapter)
    first, second, third = (since for since, _cursor in adapter.asked)
    assert (first, second) == (None, None)
    assert third is not None
    assert third <= store.clock.now()


def test_a_clock_that_was_put_right_by_a_little_costs_no_full_read(store: Store, adapter: OddList) -> None:
    adapter.pages = {"": ([], "")}
    pull(store, adapter)
    store.clock.move(-60)
    pull(store, adapter)
    assert adapter.asked[1][0] is not None


def test_an_op_waits_no_day_because_the_clock_was_set_back_by_one(store: Store) -> None:
    (key,) = store.put([a_case(1)])
    op = store.edit(key, status="fixed")
    offer = store.outbox.offer(op)
    store.outbox.answered(offer.op.id, BadResponse("Odd.", key="odd"))
    store.clock.move(-86_400)
    store.outbox.find_ready()
    store.clock.move(MOST_WAIT + 1)
    assert [each.id for each in store.outbox.find_ready()] == [op.id]


def test_an_op_that_may_be_on_its_way_is_still_given_its_time_after_the_clock_was_set_back(store: Store) -> None:
    (key,) = store.put([a_case(1)])
    op = store.edit(key, status="fixed")
    store.outbox.offer(op)
    store.clock.move(-86_400)
    assert store.outbox.find_ready() == []
    store.clock.move(32)
    assert [each.id for each in store.outbox.find_ready()] == [op.id]


def test_a_component_that_asks_for_thirty_years_is_asked_again_within_the_hour() -> None:
    assert next_wait(0, 1e9, 0.0) == MOST_WAIT
    assert next_wait(0, 1_200.0, 0.0) == 1_200.0
    assert next_wait(50, None, 1.0) <= LONGEST_WAIT + 1
