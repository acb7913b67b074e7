"""Every type of attribute: from the definition to a question, and an answer back to what GeoReport takes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from desktop.adapters.api import TokenCases
from desktop.domain.cases import Choice, Datatype, Question
from desktop.domain.errors import InvalidInput, OutcomeUnknown
from plugins.open311.answering import build_answers
from tests.helpers.adapters import SetClock
from tests.helpers.faulty_server import FaultyServer, Reply, Request, run_faulty_server
from tests.helpers.open311_server import as_json, by_path, run
from tests.plugins.open311.driver import DRAFT

SINCE = SetClock().now()


def an_attribute(code: str, datatype: str, order: int, **more: Any) -> dict[str, Any]:
    return {"variable": True, "code": code, "datatype": datatype, "required": False, "order": order,
            "description": f"About {code}", "datatype_description": f"How {code}", **more}  # fmt: skip


VALUES = [{"key": "a", "name": "Ash"}, {"key": "b", "name": "Beech"}]
DEFINITION = {
    "service_code": "POT",
    "attributes": [
        an_attribute("MANY", "multivaluelist", 6, values=VALUES),
        an_attribute("ONE", "singlevaluelist", 5, values=VALUES),
        an_attribute("TEXT", "text", 4),
        an_attribute("WHEN", "datetime", 3),
        an_attribute("COUNT", "number", 2),
        an_attribute("LINE", "string", 1, required=True),
        an_attribute("", "text", 0, variable=False, description="Read this first."),
        {**an_attribute("SAY", "string", 7), "variable": "false"},
        an_attribute("ODD", "colour", 8, values=VALUES),
    ],
}


@pytest.fixture
def server() -> Iterator[FaultyServer]:
    with run_faulty_server() as server:
        yield server


def serve(server: FaultyServer, definition: object = DEFINITION, **replies: Reply) -> None:
    def answer(request: Request) -> Reply:
        if request.path.startswith("/services/"):
            return Reply(body=json.dumps(definition).encode())
        listed = as_json({"service_code": "POT", "metadata": True, "type": "realtime"})
        return by_path(services=listed, requests=as_json({"service_request_id": "9"}), **replies)(request)

    server.answer = answer


def test_every_attribute_becomes_a_question_in_the_order_that_it_names(server: FaultyServer) -> None:
    serve(server)
    with run(server) as adapter:
        (kind,) = adapter.types()
    assert [(q.code, q.datatype.value, q.required, q.variable) for q in kind.questions] == [
        ("LINE", "string", True, True), ("COUNT", "number", False, True), ("WHEN", "datetime", False, True),
        ("TEXT", "text", False, True), ("ONE", "singlevaluelist", False, True), ("MANY", "multivaluelist", False, True),
        ("SAY", "string", False, False), ("ODD", "singlevaluelist", False, True), ("", "text", False, False),
    ]  # fmt: skip
    line, many = kind.questions[0], kind.questions[5]
    assert (line.text, line.hint) == ("About LINE", "How LINE")
    assert many.choices == (Choice(key="a", name="Ash"), Choice(key="b", name="Beech"))
    assert kind.questions[-1].text == "Read this first."


def test_answers_of_every_type_are_sent_as_georeport_takes_them(server: FaultyServer) -> None:
    serve(server)
    given = {
        "MANY": ("b", "a", "b"), "ONE": ("a",), "TEXT": ("two\nlines",), "WHEN": ("2026-07-01T09:30",),
        "COUNT": (" 2.5 ",), "LINE": ("here",),
    }  # fmt: skip
    with run(server) as adapter:
        adapter.create(replace(DRAFT, answers=given), "key-1")
    form = server.requests[-1].form
    assert {name: form[name] for name in form if name.startswith("attribute[") and name[10].isupper()} == {
        "attribute[LINE]": ["here"], "attribute[COUNT]": ["2.5"], "attribute[WHEN]": ["2026-07-01T09:30:00+01:00"],
        "attribute[TEXT]": ["two\nlines"], "attribute[ONE]": ["a"], "attribute[MANY][]": ["b", "a"],
    }  # fmt: skip


@pytest.mark.parametrize(
    ("answers", "code", "said"),
    [
        ({}, "LINE", "Answer “About LINE”. How LINE"),
        ({"LINE": ("  ",)}, "LINE", "Answer “About LINE”. How LINE"),
        ({"LINE": ("two\nlines",)}, "LINE", "Write this on one line. How LINE"),
        ({"LINE": ("x", "y")}, "LINE", "Give one answer to “About LINE”."),
        ({"LINE": ("x",), "COUNT": ("lots",)}, "COUNT", "Enter a number, like 3 or 2.5. How COUNT"),
        ({"LINE": ("x",), "COUNT": ("1e9",)}, "COUNT", "Enter a number, like 3 or 2.5. How COUNT"),
        ({"LINE": ("x",), "WHEN": ("31/02/2026",)}, "WHEN", "Enter a date that exists"),
        ({"LINE": ("x",), "ONE": ("c",)}, "ONE", "Choose from the list for “About ONE”. Ash, Beech"),
        ({"LINE": ("x",), "ONE": ("a", "b")}, "ONE", "Give one answer to “About ONE”."),
        ({"LINE": ("x",), "MANY": ("a", "c")}, "MANY", "Choose from the list for “About MANY”. Ash, Beech"),
        ({"LINE": ("x",), "TEXT": ("y" * 4_001,)}, "TEXT", "The answer may have 4,000 characters at most; this has 4,001."),
        ({"LINE": ("x",), "SAY": ("y",)}, "SAY", "This service does not ask this. Leave the answer out."),
        ({"LINE": ("x",), "NEW": ("y",)}, "NEW", "This service does not ask this. Leave the answer out."),
    ],
)  # fmt: skip
def test_a_wrong_answer_is_refused_beside_its_field_before_anything_is_sent(
    server: FaultyServer, answers: dict[str, tuple[str, ...]], code: str, said: str
) -> None:
    serve(server)
    with run(server) as adapter, pytest.raises(InvalidInput) as caught:
        adapter.create(replace(DRAFT, answers=answers), "key-1")
    assert caught.value.field == f"answer:{code}"
    assert said in str(caught.value)
    assert not [request for request in server.requests if request.method == "POST"]


def test_what_the_server_itself_finds_wrong_stands_beside_the_answer_too(server: FaultyServer) -> None:
    refusal = Reply(status=400, body=b'[{"code": 400, "description": "attribute[COUNT] is too large"}]')
    serve(server)
    listed = server.answer
    server.answer = lambda request: refusal if request.method == "POST" else listed(request)
    with run(server) as adapter, pytest.raises(InvalidInput) as caught:
        adapter.create(replace(DRAFT, answers={"LINE": ("x",), "COUNT": ("9",)}), "key-1")
    assert caught.value.field == "answer:COUNT"


def test_a_service_whose_definition_is_not_published_is_asked_without_checks(server: FaultyServer) -> None:
    server.answer = by_path(services=Reply(status=404, body=b"[]"), requests=as_json({"service_request_id": "9"}))
    with run(server) as adapter:
        adapter.create(replace(DRAFT, answers={"ANY": ("x", "y")}), "key-1")
    assert server.requests[-1].form["attribute[ANY][]"] == ["x", "y"]


def test_a_date_without_a_time_and_one_with_a_zone_are_written_whole() -> None:
    question = Question(code="W", text="When?", datatype=Datatype.DATETIME)
    sent = [build_answers([question], {"W": (given,)})["W"][0] for given in ("2026-01-31", "2026-01-31T08:00:00Z")]
    assert sent == ["2026-01-31T00:00:00+00:00", "2026-01-31T08:00:00+00:00"]


# ==== services that answer later, and never ====


def serve_mode(server: FaultyServer, mode: str, made: dict[str, Any], **more: Reply) -> None:
    listed = as_json({"service_code": "POT", "metadata": False, "type": mode})

    def answer(request: Request) -> Reply:
        if request.path.startswith("/services/"):
            return Reply(status=404, body=b"[]")
        if request.method == "GET" and request.path.startswith("/requests"):
            return more.get("listed", Reply(body=b"[]"))
        return by_path(services=listed, requests=as_json(made), **more)(request)

    server.answer = answer


def test_a_token_is_asked_for_by_itself_also_by_an_adapter_that_was_started_since(server: FaultyServer) -> None:
    serve_mode(server, "batch", {"token": "t1"}, tokens=as_json({"token": "t1"}))
    with run(server) as adapter:
        token = adapter.create(replace(DRAFT, answers={}), "key-1").token
    with run(server) as adapter:
        assert isinstance(adapter, TokenCases)
        assert adapter.find_by_token(token) == ""
        serve_mode(server, "batch", {}, tokens=as_json({"service_request_id": "W-9", "token": "t1"}))
        assert adapter.find_by_token(token) == "W-9"


@pytest.mark.parametrize("made", [{}, {"service_notice": "Thank you"}, {"service_request_id": None, "token": ""}])
def test_a_service_that_never_answers_says_so(server: FaultyServer, made: dict[str, Any]) -> None:
    serve_mode(server, "blackbox", made)
    with run(server) as adapter:
        created = adapter.create(replace(DRAFT, answers={}), "key-1")
    assert (created.unanswered, created.outside_id, created.token) == (True, "", "")
    assert created.notice == str(made.get("service_notice") or "")


def test_a_service_that_should_answer_and_does_not_is_looked_for(server: FaultyServer) -> None:
    serve_mode(server, "realtime", {})
    with run(server) as adapter:
        assert not adapter.create(replace(DRAFT, answers={}), "key-1").unanswered


def test_whether_a_service_that_never_answers_took_a_lost_report_is_asked_of_the_officer(server: FaultyServer) -> None:
    serve_mode(server, "blackbox", {})
    with run(server) as adapter, pytest.raises(OutcomeUnknown):
        adapter.find_created(replace(DRAFT, answers={}), "key-1", SINCE)
