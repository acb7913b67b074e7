"""Plain values in, plain values out, the same for the host and the command line."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from typing import Any

import pytest

from desktop.adapters.api import PROTOCOLS, Created, Page
from desktop.adapters.calling import (
    call_method,
    call_typed,
    decode_arguments,
    decode_result,
    encode_result,
    find_methods,
    get_method,
    guard_errors,
)
from desktop.adapters.faults import ERRORS, decode_error, encode_error
from desktop.domain.cases import Case, CaseDraft, Event, Phase
from desktop.domain.errors import BadResponse, DesktopError, InvalidInput, NotReady
from desktop.domain.ids import OutsideId, Uprn
from desktop.domain.people import Person
from desktop.domain.places import Place, Point
from tests.helpers.adapters import SECRET

CASE = Case(
    outside_id=OutsideId("1"), reference="1", service_code="P", service_name="Pothole", title="\u202eT\U0001f573",
    phase=Phase.IN_PROGRESS, opened_at=datetime(2026, 9, 1, 9, tzinfo=UTC),
    place=Place(uprn=Uprn("10"), point=Point(lat=51.5, lon=-1.0)), reporter=Person(given="C", born=date(1980, 2, 29)),
)  # fmt: skip


class Echo:
    """Offers addresses; keeps what it was called with."""

    def __init__(self) -> None:
        self.given: tuple[Any, ...] = ()

    def find(self, query: str, cursor: str = "") -> Page[Place]:
        self.given = (query, cursor)
        return Page(items=(Place(address=query),), raws=(b"\xff",))

    def postcode(self, postcode: str, cursor: str = "") -> Page[Place]:
        raise KeyError(SECRET)

    def uprn(self, uprn: Uprn) -> Place:
        raise BadResponse(f"Bad {SECRET}", f"{SECRET}!", key="x.y", body=f"<{SECRET}> 4444333322221111")

    def nearest(self, lat: float, lon: float) -> Place | None:
        self.given = (lat, lon)
        return None


def there_and_back(value: object, kind: object) -> object:
    return decode_result(kind, json.loads(json.dumps(encode_result(value))))


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        (Page(items=(CASE,), cursor="c", raws=(b"\x00\xff",)), Page[Case]),
        ((CASE, CASE), tuple[Case, ...]),
        (CASE, Case),
        (None, Place | None),
        (Created(outside_id=OutsideId("1")), Created),
        (Event(outside_id=OutsideId("e"), case_id=OutsideId("1"), at=CASE.opened_at, phase=Phase.CLOSED), Event),
    ],
)
def test_a_result_comes_back_as_it_was(value: object, kind: object) -> None:
    assert there_and_back(value, kind) == value


def test_a_result_of_another_version_is_said() -> None:
    with pytest.raises(BadResponse):
        decode_result(Case, {"outside_id": 1})


@pytest.mark.parametrize("capability", sorted(PROTOCOLS))
def test_every_protocol_method_has_types_for_all_it_takes_and_gives(capability: str) -> None:
    for method in find_methods(capability).values():
        assert method.result is not None
        assert set(method.defaults) <= set(method.arguments)


def test_arguments_become_records() -> None:
    method = get_method("cases.create")
    draft = {"service_code": "P", "answers": {"A": ["1", "2"]}, "place": {"point": {"lat": 1, "lon": 2.5}}}
    decoded = decode_arguments(method, {"draft": draft, "key": "k"})
    assert decoded["draft"] == CaseDraft(
        service_code="P", answers={"A": ("1", "2")}, place=Place(point=Point(lat=1.0, lon=2.5))
    )


@pytest.mark.parametrize("since", ["2026-09-01", "2026-09-01T00:00:00", "2026-09-01T01:00:00+01:00"])
def test_a_time_is_always_in_a_zone(since: str) -> None:
    for method, more in (("cases.changed", {}), ("cases.find_event", {"id": "1", "key": "k"})):
        decoded = decode_arguments(get_method(method), {"since": since, **more})
        assert decoded["since"] == datetime(2026, 9, 1, tzinfo=UTC)


def test_a_number_where_an_id_belongs_is_its_text() -> None:
    assert decode_arguments(get_method("addresses.uprn"), {"uprn": 100012}) == {"uprn": "100012"}


@pytest.mark.parametrize(
    ("method", "arguments", "field", "hint"),
    [
        ("cases.get", {}, "id", "Required: id"),
        ("cases.get", {"id": "1", "x": 1}, "x", "Arguments: id"),
        ("cases.get", {"id": {"a": 1}}, "id", "Expected `str`"),
        ("cases.changed", {"since": "yesterday"}, "since", "RFC3339"),
        ("cases.add_event", {"id": "1", "key": "k", "event": {"txt": "x"}}, "event", "event.text"),
        (
            "cases.create",
            {"key": "k", "draft": {"service_code": "", "answers": {}, "place": {"uprm": 1}}},
            "draft",
            "draft.place.uprn",
        ),
    ],
)
def test_a_wrong_argument_is_named_with_what_there_is(
    method: str, arguments: dict[str, object], field: str, hint: str
) -> None:
    with pytest.raises(InvalidInput) as caught:
        decode_arguments(get_method(method), arguments)
    assert caught.value.field == field
    assert hint in caught.value.hint


@pytest.mark.parametrize(
    "name", ["cases.fly", "weather.today", "cases", "cases._private", ".", "payments.key_lifetime"]
)
def test_an_unknown_method_is_refused_with_those_there_are(name: str) -> None:
    with pytest.raises(InvalidInput, match="There are: "):
        get_method(name)


def test_a_capability_that_the_adapter_does_not_offer_is_refused() -> None:
    with pytest.raises(InvalidInput, match="addresses"):
        call_method(Echo(), "cases.types", {})


def test_a_call_goes_through_with_plain_values() -> None:
    echo = Echo()
    assert call_method(echo, "addresses.nearest", {"lat": 1, "lon": 2}) is None
    assert echo.given == (1.0, 2.0)
    assert call_typed(echo, "addresses.find", {"query": "x"}) == Page(items=(Place(address="x"),), raws=(b"\xff",))


def test_a_plugins_own_fault_becomes_one_of_ours() -> None:
    with pytest.raises(BadResponse) as caught:
        call_method(Echo(), "addresses.postcode", {"postcode": "x"}, secrets={SECRET})
    assert caught.value.key == "plugin.crashed"
    assert SECRET not in str(caught.value)


def test_secrets_and_card_numbers_are_taken_out_of_errors() -> None:
    with pytest.raises(BadResponse) as caught:
        call_method(Echo(), "addresses.uprn", {"uprn": "1"}, secrets={SECRET})
    told = f"{caught.value} {caught.value.args} {caught.value.body}"
    assert SECRET not in told
    assert "4444333322221111" not in told


def test_what_ends_the_program_is_let_through() -> None:
    with pytest.raises(KeyboardInterrupt), guard_errors("x"):
        raise KeyboardInterrupt


# ==== errors ====


@pytest.mark.parametrize("kind", sorted(ERRORS))
def test_every_error_comes_back_as_it_was(kind: str) -> None:
    error = ERRORS[kind]("What happened.", "What to do.", key="a.b", subject="waste")
    again = decode_error(json.loads(json.dumps(encode_error(error))))
    assert type(again) is type(error)
    assert vars(again) == vars(error)


def test_what_an_error_carries_comes_back_too() -> None:
    for error in (
        NotReady("t", key="k", retry_after=2.5),
        InvalidInput("t", key="k", field="amount"),
        BadResponse("t", key="k", body="b"),
    ):
        assert vars(decode_error(encode_error(error))) == vars(error)


def test_an_unknown_error_is_still_an_error() -> None:
    assert isinstance(decode_error({"error": "FromTheFuture", "title": "t"}), DesktopError)
