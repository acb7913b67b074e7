"""People by number and by particulars: superseded, restricted, too many, and nothing of them in an error."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from functools import cache
from typing import Any
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from openapi_schema_validator import OAS30Validator

from desktop.adapters.api import People
from desktop.adapters.capabilities import Checked
from desktop.domain.errors import (
    AuthFailed,
    BadResponse,
    DesktopError,
    Forbidden,
    InvalidInput,
    NotFound,
    NotReady,
    SetupFailed,
)
from desktop.domain.ids import OutsideId
from desktop.domain.nhs_numbers import read_nhs_number
from desktop.domain.people import PersonQuery
from tests.helpers.adapters import SECRET, SPECS, run_adapter
from tests.helpers.faulty_server import FaultyServer, Reply, Request, run_faulty_server
from tests.helpers.plain_yaml import parse_yaml
from tests.plugins.nhs_pds.driver import NUMBER, PATIENT, bundle, mark

needs_specs = pytest.mark.skipif(not SPECS.is_dir(), reason="the published contracts do not lie beside the project")
QUERY = PersonQuery(family="Okafor", given="Cynthia", born=date(1984, 3, 3), gender="Female")
LIVE = {"use": "live", "ods_code": "Y12345"}


@pytest.fixture
def server() -> Iterator[FaultyServer]:
    with run_faulty_server() as server:
        answer(server, PATIENT)
        yield server


@pytest.fixture
def people(server: FaultyServer) -> Iterator[People]:
    with run_adapter("nhs_pds", server.url, settings=LIVE) as loaded:
        assert isinstance(loaded.adapter, People)
        yield loaded.adapter


def answer(server: FaultyServer, tree: object, status: int = 200, **headers: str) -> None:
    reply = Reply(status=status, body=json.dumps(tree).encode(), media="application/fhir+json", headers=headers)
    server.answer = lambda _request: reply


def outcome(code: str, diagnostics: str = "") -> dict[str, object]:
    coding = [{"system": "s", "version": "1", "code": code, "display": f"{code.replace('_', ' ').capitalize()}"}]
    issue = {"severity": "error", "code": "value", "details": {"coding": coding}, "diagnostics": diagnostics}
    return {"resourceType": "OperationOutcome", "issue": [issue]}


# ==== numbers ====


@pytest.mark.parametrize("text", ["9000000009", "943 476 5919", "943-476-5919", " 9434765919 "])
def test_a_sound_number_is_read(text: str) -> None:
    assert len(read_nhs_number(text)) == 10


@pytest.mark.parametrize(
    "text", ["", "9000000008", "943476591", "94347659199", "943476591X", "1234567890", "../Patient", "٩٠٠٠٠٠٠٠٠٩"]
)
def test_a_number_whose_check_digit_is_wrong_is_none(text: str) -> None:
    assert read_nhs_number(text) == ""


def test_every_single_wrong_digit_is_found() -> None:
    good = "9434765919"
    wrong = [good[:i] + str(d) + good[i + 1 :] for i in range(10) for d in range(10) if str(d) != good[i]]
    assert [number for number in wrong if read_nhs_number(number)] == []


def test_a_wrong_number_is_never_sent(server: FaultyServer, people: People) -> None:
    with pytest.raises(InvalidInput) as caught:
        people.get(OutsideId("9000000008"))
    assert caught.value.field == "id"
    assert server.requests == []


# ==== one person ====


def test_a_person_is_read_with_what_holds_today(server: FaultyServer, people: People) -> None:
    answer(server, PATIENT, ETag='W/"8"')
    found = people.get(NUMBER)
    assert (found.given, found.family, found.born) == ("Cynthia Ada", "Okafor", date(1984, 3, 3))
    assert (found.phone, found.email) == ("07700 900416", "cynthia.okafor@example.org")
    assert found.home is not None
    assert (found.home.address, found.home.uprn) == ("14 Tanner Street, Citytown, CY4 2LT", "990000048127")
    assert (found.version, found.replaces, found.restricted) == ('W/"8"', "", False)


def test_a_superseded_number_gives_the_person_it_became(server: FaultyServer, people: People) -> None:
    answer(server, {**PATIENT, "id": "9434765919"})
    found = people.get(NUMBER)
    assert (found.outside_id, found.replaces, found.version) == ("9434765919", NUMBER, 'W/"7"')


@pytest.mark.parametrize("code", ["R", "V", "REDACTED", "r", "", "new in 2031"])
def test_a_record_that_is_marked_stays_without_address_and_contacts(
    server: FaultyServer, people: People, code: str
) -> None:
    answer(server, {**PATIENT, "meta": mark(code)})  # it sends them all the same
    found = people.get(NUMBER)
    assert (found.restricted, found.home, found.phone, found.email) == (True, None, "", "")
    assert found.family == "Okafor"
    answer(server, bundle({**PATIENT, "meta": mark(code)}))
    assert [(one.restricted, one.home, one.phone) for one in people.find(QUERY).items] == [(True, None, "")]


def test_a_person_without_anything_but_a_number_is_read(server: FaultyServer, people: People) -> None:
    answer(server, {"resourceType": "Patient", "id": NUMBER})
    found = people.get(NUMBER)
    assert (found.name, found.home, found.version, found.restricted) == ("", None, "", False)


# ==== search ====


def test_people_are_found_best_first(server: FaultyServer, people: People) -> None:
    other = {**PATIENT, "id": "9434765919"}
    answer(server, bundle(PATIENT, other, {"resourceType": "Patient", "id": "123"}))
    assert [person.outside_id for person in people.find(QUERY).items] == ["9000000009", "9434765919"]
    answer(server, {"resourceType": "Bundle", "type": "searchset", "total": 0})
    assert people.find(QUERY).items == ()


def test_a_person_who_was_found_and_cannot_be_read_is_not_said_to_be_nobody(
    server: FaultyServer, people: People
) -> None:
    answer(server, bundle({**PATIENT, "id": "9000000001"}))
    with pytest.raises(BadResponse) as caught:
        people.find(QUERY)
    assert "9000000001" not in repr(vars(caught.value))


def test_too_many_matches_ask_for_more(server: FaultyServer, people: People) -> None:
    answer(server, outcome("TOO_MANY_MATCHES"))
    with pytest.raises(InvalidInput) as caught:
        people.find(QUERY)
    assert (caught.value.key, caught.value.field) == ("nhs_pds.too_many", "postcode")
    assert "postcode" in caught.value.hint


@pytest.mark.parametrize(
    ("query", "field"),
    [
        (PersonQuery(family="", born=date(1984, 3, 3)), "family"),
        (PersonQuery(family="Okafor"), "born"),
        (replace(QUERY, given="", fuzzy=True), "given"),
        (replace(QUERY, family="O*"), "family"),
        (replace(QUERY, family="Oka*", fuzzy=True), "family"),
        (replace(QUERY, given="x" * 36), "given"),
        (replace(QUERY, gender="F"), "gender"),
        (replace(QUERY, born_to=date(1984, 3, 2)), "born_to"),
    ],
)
def test_what_pds_would_refuse_is_refused_beside_its_field(
    server: FaultyServer, people: People, query: PersonQuery, field: str
) -> None:
    with pytest.raises(InvalidInput) as caught:
        people.find(query)
    assert caught.value.field == field
    assert server.requests == []


# ==== requests by the contract ====


@cache
def contract() -> dict[str, Any]:
    """Parameters by name (headers in lower case), as the contract has them."""
    text = (SPECS / "nhs-pds" / "personal-demographics.yaml").read_text("utf-8")
    part = text[text.index("\ncomponents:") + 1 : text.index("\n  schemas:")]
    lines = (re.sub(r"\s+# [A-Z].*$", "", line) for line in part.splitlines() if not line.strip().startswith("#"))
    tree = parse_yaml("\n".join(lines))
    return {one["name"].lower(): one for one in tree["components"]["parameters"].values()}


def find_faults(request: Request) -> list[str]:
    """What of a request the contract does not take."""
    faults = []
    for name, values in request.query.items():
        schema = contract().get(name, {}).get("schema")
        if schema is None:
            faults.append(f"{name} is unknown")
            continue
        value: object = values if schema["type"] == "array" else values[0]
        if schema["type"] == "integer":
            value = int(values[0])
        elif schema["type"] == "boolean" and values[0] in {"true", "false"}:
            value = values[0] == "true"
        faults += [error.message for error in OAS30Validator(schema).iter_errors(value)]
        faults += [f"{name} is there twice"] if schema["type"] != "array" and len(values) > 1 else []
    headers = {name.lower(): value for name, value in request.headers.items()}
    for name, one in contract().items():
        if one["in"] == "header" and name in {"x-request-id", "x-correlation-id", "nhsd-end-user-organisation-ods"}:
            faults += [e.message for e in OAS30Validator(one["schema"]).iter_errors(headers.get(name))]
    return faults


@needs_specs
@pytest.mark.parametrize(
    "query",
    [
        QUERY,
        replace(QUERY, born_to=date(1985, 1, 1), postcode="CY4*", email="c@example.org", phone="07700900416"),
        replace(QUERY, fuzzy=True),
    ],
)
def test_every_search_is_asked_as_the_official_contract_says(
    server: FaultyServer, people: People, query: PersonQuery
) -> None:
    answer(server, bundle(PATIENT))
    people.find(query)
    assert find_faults(server.requests[0]) == []


@needs_specs
def test_a_planted_fault_is_found(server: FaultyServer, people: People) -> None:
    people.get(NUMBER)
    sound = server.requests[0]
    assert find_faults(sound) == []
    assert find_faults(replace(sound, headers={})) != []
    assert find_faults(replace(sound, query={"gender": ["girl"]})) != []
    assert find_faults(replace(sound, query={"surname": ["x"]})) == ["surname is unknown"]


def test_a_range_of_birth_days_is_two_values(server: FaultyServer, people: People) -> None:
    answer(server, bundle())
    people.find(replace(QUERY, born_to=date(1985, 1, 1)))
    query = server.requests[0].query
    assert query["birthdate"] == ["ge1984-03-03", "le1985-01-01"]
    assert (query["gender"], query["_max-results"]) == (["female"], ["1"])


def test_each_request_has_an_id_of_its_own_that_a_second_try_keeps(server: FaultyServer, people: People) -> None:
    server.replies = [Reply(status=503)]
    people.get(NUMBER)
    people.get(NUMBER)
    ids = [UUID(request.headers["x-request-id"]) for request in server.requests]
    assert ids[0] == ids[1] != ids[2]
    assert len({request.headers["x-correlation-id"] for request in server.requests}) == 1
    assert {request.headers["authorization"] for request in server.requests} == {f"Bearer {SECRET}"}
    assert {request.headers["nhsd-end-user-organisation-ods"] for request in server.requests} == {"Y12345"}


# ==== refusals ====


@pytest.mark.parametrize(
    ("status", "code", "kind"),
    [
        (400, "INVALID_VALUE", InvalidInput),
        (400, "INVALID_SEARCH_DATA", InvalidInput),
        (401, "ACCESS_DENIED", AuthFailed),
        (403, "ACCESS_DENIED", Forbidden),
        (404, "RESOURCE_NOT_FOUND", NotFound),
        (404, "INVALIDATED_RESOURCE", NotFound),
        (408, "UNABLE_TO_CALL_SERVICE", NotReady),
        (429, "TOO_MANY_REQUESTS", NotReady),
    ],
)
def test_a_refusal_is_typed_and_repeats_nothing_that_was_sent(
    server: FaultyServer, people: People, status: int, code: str, kind: type[DesktopError]
) -> None:
    answer(server, outcome(code, "Invalid value - 'Okafor' in field 'family'"), status)
    with pytest.raises(kind) as caught:
        people.get(NUMBER)
    assert "Okafor" not in str(vars(caught.value))
    if code == "INVALID_VALUE":
        assert (caught.value.hint, getattr(caught.value, "field", "")) == ("family: Invalid value", "family")
    if code == "INVALIDATED_RESOURCE":
        assert caught.value.key == "nhs_pds.invalidated"


@pytest.mark.parametrize(
    "body", [b'{"resourceType": "Patient", "name": [{"family": "Okafor"}]}', b'{"family": "Okafor"', b"[" * 50_000]
)
def test_an_answer_that_cannot_be_read_leaves_nothing_of_a_person_in_the_error(
    server: FaultyServer, people: People, body: bytes
) -> None:
    server.answer = lambda _request: Reply(body=body)
    with pytest.raises(BadResponse) as caught:
        people.get(NUMBER)
    error: BaseException | None = caught.value
    assert caught.value.body == ""
    assert error is not None
    assert "Okafor" not in str(vars(error))
    assert error.__cause__ is None


# ==== set up ====


def test_without_the_word_of_somebody_only_the_sandbox_is_asked(server: FaultyServer) -> None:
    address = "https://api.service.nhs.uk/personal-demographics/FHIR/R4"
    with run_adapter("nhs_pds", address, secrets={}) as loaded:
        assert isinstance(loaded.adapter, People)
        with pytest.raises(SetupFailed) as caught:
            loaded.adapter.get(NUMBER)
    assert caught.value.key == "nhs_pds.sandbox"
    with run_adapter("nhs_pds", server.url, secrets={}) as loaded:
        assert isinstance(loaded.adapter, People)
        assert loaded.adapter.get(NUMBER).family == "Okafor"
    assert "authorization" not in server.requests[0].headers


@pytest.mark.parametrize("secrets", [{}, {"api_key": "k"}, {"private_key": "p"}])
def test_real_people_are_not_asked_for_without_a_key(server: FaultyServer, secrets: dict[str, str]) -> None:
    with run_adapter("nhs_pds", server.url, settings=LIVE, secrets=secrets) as loaded:
        assert isinstance(loaded.adapter, People)
        with pytest.raises(SetupFailed) as caught:
            loaded.adapter.find(QUERY)
    assert caught.value.key == "nhs_pds.key"
    assert server.requests == []


def test_a_private_key_is_exchanged_for_a_token_and_once_more_when_it_is_not_taken(server: FaultyServer) -> None:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    made: list[str] = []

    def give(request: Request) -> Reply | None:
        if request.path != "/oauth2/token":
            return None
        made.append(f"t-{len(made) + 1}")
        return Reply(body=json.dumps({"access_token": made[-1], "expires_in": "599"}).encode())

    server.aside = give
    settings = {**LIVE, "token_url": f"{server.url}/oauth2/token", "key_id": "council-1"}
    with run_adapter("nhs_pds", server.url, settings=settings, secrets={"api_key": "k", "private_key": pem}) as loaded:
        assert isinstance(loaded.adapter, People)
        loaded.adapter.get(NUMBER)
        server.replies = [Reply(status=401)]
        loaded.adapter.get(NUMBER)
        server.replies = [Reply(status=401), Reply(status=401)]
        with pytest.raises(AuthFailed):
            loaded.adapter.get(NUMBER)
    sent = [request.headers["authorization"].removeprefix("Bearer ") for request in server.requests]
    assert sent == ["t-1", "t-1", "t-2", "t-2", "t-3"]


def test_the_connection_test_asks_for_a_number_that_is_nobodys(server: FaultyServer, people: People) -> None:
    assert isinstance(people, Checked)
    answer(server, outcome("RESOURCE_NOT_FOUND"), 404)
    diagnosis = people.check()
    assert diagnosis.facts == {"host": "127.0.0.1", "number for trials": "nobody, as it should be"}
    assert diagnosis.warnings == ()
    assert server.requests[0].path == "/Patient/9000000009"
