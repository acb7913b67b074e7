"""How the suites drive a plugin, as its `driver.py` under tests/plugins says: good answers, a read, a look, a write.

A plugin that speaks no HTTP, or no records, has `EXEMPT` (why) in place of `DRIVERS` and tests of its own.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from typing import Any

from desktop.adapters.api import find_part
from desktop.adapters.building import LoadedAdapter
from desktop.domain.disclosure import Disclosure
from desktop.domain.errors import DesktopError
from tests.helpers.faulty_server import Reply, Request
from tests.helpers.plugin_parts import load_parts

Record = dict[str, Any]
SINCE = datetime(2026, 9, 1, tzinfo=UTC)
KEY = "11111111-1111-4111-8111-111111111111"
LEAVE = Disclosure(officer="s-17", basis="consent", purpose="test", at=SINCE)


def _encode(value: object) -> bytes:
    return json.dumps(value).encode()


@dataclass(frozen=True, slots=True, kw_only=True)
class Paging:
    """How a plugin's list comes.

    Attributes:
        read: the list from a cursor; gives a page.
        ids: of what `read` gave.
        wrap: a list body of records.
        page_of: the number (from 1) of the page that a request asks for.
        size: records on a page.
        total_in: a list body made that of a numbered page out of a total, at a server's address.
        refuses: whether a cursor that is none of its own is refused.
    """

    read: Callable[[Any, str], Any]
    ids: Callable[[Any], list[str]]
    wrap: Callable[[list[Record]], object]
    page_of: Callable[[Request], int]
    size: int
    total_in: Callable[[object, int, int, str], object]
    refuses: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Driver:
    """One capability of a plugin under test.

    Attributes:
        plugin: its id.
        capability: which one.
        record: a good record, as the server's JSON (or the tree that `encode` takes) has it.
        id_field: the field of the record that holds its id.
        look: asks for the one record, with a request that is a read.
        look_body: the body that answers it.
        paging: how its list comes, None for a plugin without one.
        write: writes, None for a plugin that only reads; `write_method` is its HTTP method.
        written: the body of the good answer to a write.
        settings, secrets: of the component; every secret is the test key where none are given.
        aside: answers requests that are not what is tested, such as those for a token; None for the others.
        encode: a body as bytes; `media` its type.
        statuses: what a status means where this API means something else by it; None where it is an answer.
        number: a number of a record as the id that its list has.
        leaves_out: names of tests of the suite that cannot hold for this API, each with the reason.
        odd_after: how many of the odd records the suite must find at least.
    """

    plugin: str
    capability: str
    record: Record
    id_field: str
    look: Callable[[Any], Any]
    look_body: Callable[[Record], object]
    paging: Paging | None = None
    write: Callable[[Any], Any] | None = None
    write_method: str = "POST"
    written: object = None
    settings: Mapping[str, str] = field(default_factory=dict)
    secrets: Mapping[str, str] | None = None
    aside: Callable[[Request], Reply | None] = lambda _request: None
    encode: Callable[[object], bytes] = _encode
    media: str = "application/json"
    statuses: Mapping[int, type[DesktopError] | None] = field(default_factory=dict)
    number: Callable[[int], str] = str
    leaves_out: Mapping[str, str] = field(default_factory=dict)
    odd_after: int = 200

    @property
    def name(self) -> str:
        """For the names of tests."""
        return f"{self.plugin}.{self.capability}"

    def body(self, records: list[Record]) -> bytes:
        """What answers the list, or the look of a plugin without one, as bytes."""
        return self.encode(self.paging.wrap(records) if self.paging else self.look_body(records[0]))

    def answer_good(self, request: Request) -> Reply:
        """What a good server answers to anything."""
        if self.write is not None and request.method == self.write_method:
            return Reply(status=201, body=self.encode(self.written), media=self.media)
        looks = self.paging is None or request.path.rpartition("/")[2].startswith(str(self.record[self.id_field]))
        body = self.encode(self.look_body(self.record)) if looks else self.body([self.record])
        return Reply(body=body, media=self.media)


@dataclass(frozen=True, slots=True, kw_only=True)
class Parsed:
    """One mapping of a plugin for the mutations: a good body of our own, and what reads it."""

    name: str
    body: bytes
    parse: Callable[[bytes], object]


@cache
def load_drivers() -> tuple[Driver, ...]:
    """The drivers of every plugin."""
    return tuple(driver for parts in load_parts("driver") for driver in getattr(parts, "DRIVERS", ()))


@cache
def load_mappings() -> tuple[Parsed, ...]:
    """The mappings of every plugin."""
    return tuple(parsed for parts in load_parts("driver") for parsed in getattr(parts, "MAPPINGS", ()))


def part_of(driver: Driver, loaded: LoadedAdapter) -> Any:
    """The part of an adapter that a driver drives."""
    return find_part(loaded.adapter, driver.capability)


def paging_of(driver: Driver) -> Paging:
    """How its list comes; only for drivers that have one."""
    assert driver.paging is not None
    return driver.paging
