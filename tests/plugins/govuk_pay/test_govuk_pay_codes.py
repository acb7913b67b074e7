"""Every error code of GOV.UK Pay becomes the error that says what happens next; what it says in words decides nothing."""

from __future__ import annotations

import json

import pytest

from desktop.domain import errors
from desktop.domain.errors import (
    BadResponse,
    DesktopError,
    Forbidden,
    InvalidInput,
    NotFound,
    NotReady,
    OutcomeUnknown,
    RemoteConflict,
)
from desktop.domain.ids import OutsideId
from plugins.govuk_pay.adapter import GovukPayAdapter
from plugins.govuk_pay.refusing import CODES
from tests.helpers.adapters import REPOSITORY
from tests.helpers.faulty_server import FaultyServer, Reply

ID = OutsideId("pay1")
DOCUMENTED: dict[type[DesktopError], str] = {
    InvalidInput: "P0010 P0101 P0102 P0103 P0104 P0105 P0401 P0601 P0602 P0920 P1101 P2101 P2102 P2401",
    Forbidden: "P0195 P0196 P0199 P0930 P0940 P0941 P0942",
    NotFound: "P0200 P0300 P0402 P0500 P0600 P0700 P0800 P1000 P1100 P2200 P2402 P2500",
    RemoteConflict: "P0191 P0501 P0502 P0603 P0604 P1001 P1003 P1211 P1212 P2501",
    NotReady: "P0050 P0298 P0398 P0498 P0798 P0898 P0900 P0999 P1898 P2298 P2498",
    OutcomeUnknown: "P0198 P0598 P0698 P1098 P2198 P2598",
    BadResponse: "P0197 P0697 P2197",
}
"""Every code of the API reference and of the service's own list, by what happens next."""
EACH = [(code, kind) for kind, codes in DOCUMENTED.items() for code in codes.split()]


def refuse(server: FaultyServer, code: str, status: int = 418, **more: str) -> None:
    body = json.dumps({"code": code, "description": "Whatever it says today", **more}).encode()
    server.answer = lambda _request: Reply(status=status, body=body)


def catch(pay: GovukPayAdapter) -> DesktopError:
    with pytest.raises(DesktopError) as caught:
        pay.get(ID)
    return caught.value


def test_the_table_has_every_documented_code_and_no_other() -> None:
    assert sorted(CODES) == sorted(code for code, _ in EACH)


@pytest.mark.parametrize(("code", "kind"), EACH)
def test_a_code_decides_whatever_the_status_and_the_words(
    server: FaultyServer, pay: GovukPayAdapter, code: str, kind: type[DesktopError]
) -> None:
    refuse(server, code)
    error = catch(pay)
    assert type(error) is kind
    assert error.key == CODES[code][3]
    assert error.key.startswith("govuk_pay.")
    assert error.title == f"Waste {CODES[code][1]}"
    assert error.hint.startswith(CODES[code][2])


@pytest.mark.parametrize("code", ["P0298", "P2498", "P0198", "P2198"])
def test_a_fault_on_its_side_leaves_a_write_unknown_whichever_code_it_gives(
    server: FaultyServer, pay: GovukPayAdapter, code: str
) -> None:
    refuse(server, code, 500)
    server.replies = [Reply(body=b'{"results": []}')]
    with pytest.raises(OutcomeUnknown):
        pay.agree("CT-17", "Council Tax", "", "k1")


@pytest.mark.parametrize("code", sorted(CODES))
def test_each_code_says_what_to_do_in_a_sentence(code: str) -> None:
    kind, does, hint, _ = CODES[code]
    assert issubclass(kind, errors.DesktopError)
    assert does.endswith(".")
    assert hint.endswith(".")
    assert hint[0].isupper()


@pytest.mark.parametrize(
    ("status", "kind"),
    [(400, InvalidInput), (401, errors.AuthFailed), (403, Forbidden), (404, NotFound), (409, RemoteConflict),
     (412, RemoteConflict), (422, InvalidInput), (429, NotReady), (500, NotReady), (418, BadResponse)],
)  # fmt: skip
@pytest.mark.parametrize("code", ["P7777", "", "null", "Downstream system error"])
def test_an_unknown_code_falls_back_on_the_status(
    server: FaultyServer, pay: GovukPayAdapter, status: int, kind: type[DesktopError], code: str
) -> None:
    refuse(server, code, status)
    error = catch(pay)
    assert type(error) is kind
    assert error.key.startswith("component.")


def test_the_field_and_the_words_stand_beside_what_can_be_mended(server: FaultyServer, pay: GovukPayAdapter) -> None:
    refuse(server, "P0102", 422, field="amount")
    error = catch(pay)
    assert isinstance(error, InvalidInput)
    assert error.field == "amount"
    assert error.hint.endswith("Whatever it says today")


def test_the_words_of_a_refusal_are_shown_without_the_payers_address(
    server: FaultyServer, pay: GovukPayAdapter
) -> None:
    refuse(
        server, "P0102", 422, field="email", description="Invalid attribute value: email. cy.okafor@example.org is none"
    )
    error = catch(pay)
    assert error.hint.endswith("Invalid attribute value: email. … is none")


def test_a_header_that_is_wrong_is_named_as_the_field(server: FaultyServer, pay: GovukPayAdapter) -> None:
    refuse(server, "P0102", 422, header="Idempotency-Key")
    error = catch(pay)
    assert isinstance(error, InvalidInput)
    assert error.field == "Idempotency-Key"


def test_words_for_developers_stay_away_from_what_cannot_be_mended(server: FaultyServer, pay: GovukPayAdapter) -> None:
    refuse(server, "P0941", 403)
    assert "Whatever" not in catch(pay).hint


def test_too_many_requests_are_waited_out_for_a_second_or_as_it_says(
    server: FaultyServer, pay: GovukPayAdapter
) -> None:
    refuse(server, "P0900", 429)
    first = catch(pay)
    body = b'{"code": "P0900", "description": "Too many requests"}'
    server.answer = lambda _request: Reply(status=429, body=body, headers={"Retry-After": "3600"})
    second = catch(pay)
    assert isinstance(first, NotReady)
    assert isinstance(second, NotReady)
    assert (first.retry_after, second.retry_after) == (1.0, 3600.0)


def test_what_it_could_not_read_is_kept_for_the_report(server: FaultyServer, pay: GovukPayAdapter) -> None:
    refuse(server, "P0197", 400)
    error = catch(pay)
    assert isinstance(error, BadResponse)
    assert "P0197" in error.body


def test_the_page_lists_each_code_with_its_error_and_key() -> None:
    page = (REPOSITORY / "docs" / "plugins" / "govuk_pay.md").read_text(encoding="utf-8")
    rows = [line.split("|") for line in page.splitlines() if line.startswith("| P")]
    listed = {code: (row[2].strip(), row[3].strip()) for row in rows for code in row[1].replace(",", " ").split()}
    assert listed == {code: (row[0].__name__, f"`{row[3]}`") for code, row in CODES.items()}
