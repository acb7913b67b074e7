"""Readers of odd values, redaction, back-off and rate."""

from __future__ import annotations

import base64
import json
import random
from datetime import UTC, datetime
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.adapters.api import (
    read_body,
    read_date,
    read_flag,
    read_items,
    read_moment,
    read_number,
    read_point,
    read_record,
    read_text,
    read_uprn,
    read_whole,
)
from desktop.adapters.ratelimit import TokenBucket
from desktop.adapters.redaction import redact
from desktop.adapters.retry import Backoff, parse_retry_after
from desktop.domain.places import Point
from tests.helpers.adapters import SetClock

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=8,
)


@given(JSON, JSON)
def test_no_value_makes_a_reader_fail(value: object, other: object) -> None:
    assert isinstance(read_text(value), str)
    assert isinstance(read_flag(value), bool)
    assert isinstance(read_items(value), tuple)
    assert isinstance(dict(read_record(value)), dict)
    assert isinstance(read_uprn(value), str)
    assert isinstance(read_number(value), float | None)
    assert isinstance(read_whole(value), int | None)
    assert isinstance(read_moment(value), datetime | None)
    assert read_point(value, other) is None or isinstance(read_point(value, other), Point)


@pytest.mark.parametrize(
    ("value", "text"),
    [(None, ""), ("null", ""), (" a ", "a"), (["", None, "b", "c"], "b"), ({"a": 1}, ""), (3.0, "3"), (True, "true"),
     (10**20, "1" + "0" * 20), ("a\x00b", "ab"),
     ("cut \ud83d", "cut \ufffd"), ("\ude00", "\ufffd"), ("whole \U0001f600", "whole \U0001f600")],
)  # fmt: skip
def test_text_is_read(value: object, text: str) -> None:
    assert read_text(value) == text


@pytest.mark.parametrize(
    ("value", "pence"),
    [("3600", 3_600), (3600.0, 3_600), (-25, -25), ("36.00", 36), ("36.5", None), (36.5, None), (True, None), ("", None),
     ("1e3", None), ("9" * 30, None), (float("inf"), None), ("\u0663", None)],
)  # fmt: skip
def test_a_whole_number_is_never_rounded(value: object, pence: int | None) -> None:
    assert read_whole(value) == pence


@pytest.mark.parametrize(
    ("value", "moment"),
    [
        ("2026-07-01T12:00:00+02:00", datetime(2026, 7, 1, 10, tzinfo=UTC)),
        ("2026-07-01T12:00:00", datetime(2026, 7, 1, 11, tzinfo=UTC)),
        ("2026-01-01T12:00:00Z", datetime(2026, 1, 1, 12, tzinfo=UTC)),
        ("10/02/2016", datetime(2016, 2, 10, tzinfo=UTC)),
        ("2016-02", datetime(2016, 2, 1, tzinfo=UTC)),
        ("0001-01-01T00:00:00", None),
        ("9999-12-31T23:59:59-12:00", None),
        ("31/02/2016", None),
    ],
)
def test_a_moment_is_read_in_each_way_that_it_is_written(value: str, moment: datetime | None) -> None:
    assert read_moment(value) == moment


def test_a_day_is_british() -> None:
    assert str(read_date("2026-06-30T23:30:00Z")) == "2026-07-01"


@pytest.mark.parametrize(
    ("value", "uprn"), [("000100", "100"), (100, "100"), ("1234567890123", ""), ("12a", ""), (None, "")]
)
def test_a_uprn_is_never_padded(value: object, uprn: str) -> None:
    assert read_uprn(value) == uprn


def test_nought_and_nought_is_no_place() -> None:
    assert read_point(0, "0.0") is None
    assert read_point("51.5", -1) == Point(lat=51.5, lon=-1.0)
    assert read_point(91, 0) is None


def test_a_body_is_read_in_any_charset() -> None:
    assert read_body(b"\xef\xbb\xbf{}") == "{}"
    assert read_body("Zo\u00eb".encode("utf-16"), "text/xml; charset=utf-16") == "Zo\u00eb"
    assert read_body("Zo\u00eb".encode("latin-1"), "text/xml; charset=klingon") == "Zo\u00eb"


# ==== redaction ====


@given(st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), min_size=8, max_size=40))
def test_a_secret_is_gone_in_every_form(secret: str) -> None:
    coded = [secret, quote(secret, safe=""), base64.b64encode(f"user:{secret}".encode()).decode()]
    for form in coded:
        assert form.encode() not in redact(f"<{form}>".encode(), {secret})


def test_card_numbers_are_gone_and_other_numbers_stay() -> None:
    body = b'{"card": "4444 3333 2222 1111", "ms": 1700000000000, "uprn": 100012345678, "lat": 51.4444333322221111}'
    assert redact(body, ()) == (
        b'{"card": "[removed]", "ms": 1700000000000, "uprn": 100012345678, "lat": 51.4444333322221111}'
    )


def test_very_short_secrets_do_not_cut_up_a_body() -> None:
    assert redact(b"an apple", {"a", ""}) == b"an apple"


# ==== waiting ====


@pytest.mark.parametrize(
    ("header", "seconds"),
    [("7", 7.0), ("Mon, 14 Sep 2026 09:00:30 GMT", 30.0), ("Mon, 14 Sep 2026 08:00:00 GMT", 0.0), ("soon", None),
     ("", None), ("-5", None), ("9" * 40, 86_400.0), ("\u0663", None)],
)  # fmt: skip
def test_how_long_to_wait_is_read_as_seconds_or_date(header: str, seconds: float | None) -> None:
    assert parse_retry_after({"Retry-After": header}, clock=SetClock()) == seconds


def test_a_date_is_counted_from_the_servers_own() -> None:
    headers = {"Retry-After": "Mon, 14 Sep 2026 12:00:05 GMT", "Date": "Mon, 14 Sep 2026 12:00:00 GMT"}
    assert parse_retry_after(headers, clock=SetClock()) == 5.0


@given(st.integers(1, 30), st.none() | st.floats(0, 100), st.integers())
def test_a_wait_grows_is_spread_and_is_never_shorter_than_asked(tried: int, asked: float | None, seed: int) -> None:
    wait = Backoff().wait_s(tried, asked_s=asked, rng=random.Random(seed))
    assert (asked or 0) <= wait <= (asked or 0) + 20


class SteppedClock(SetClock):
    """A clock whose seconds are set too."""

    seconds = 0.0

    def monotonic(self) -> float:
        return self.seconds


def test_a_bucket_gives_a_burst_and_then_its_rate() -> None:
    clock = SteppedClock()
    bucket = TokenBucket(per_second=2, burst=2, clock=clock)
    assert [bucket.take() for _ in range(4)] == [0, 0, 0.5, 1.0]
    clock.seconds = 10
    assert bucket.take() == 0
    assert TokenBucket(per_second=0, burst=1, clock=clock).take() == 0


def test_a_text_in_lists_that_are_nested_for_ever_is_none() -> None:
    assert read_text(json.loads("[" * 900 + '"x"' + "]" * 900)) == ""
    assert read_text([[["x"]]]) == "x"


def test_a_citizen_number_is_taken_out_of_a_body_and_the_name_beside_it_stays() -> None:
    person = {"inpBsn": "111222333", "anpIdentificatie": "", "inpA_nummer": "1234567890", "geslachtsnaam": "Vries"}
    found = json.loads(redact(json.dumps({"betrokkeneIdentificatie": person}).encode(), ()))
    assert found["betrokkeneIdentificatie"]["inpBsn"] == "[removed]"
    assert found["betrokkeneIdentificatie"]["inpA_nummer"] == "[removed]"
    assert found["betrokkeneIdentificatie"]["geslachtsnaam"] == "Vries"
