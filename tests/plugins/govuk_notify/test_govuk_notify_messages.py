"""Messages: the token, what is sent, never twice, refusals by what happens next, and statuses before they expire."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from referencing import Registry, Resource

from desktop.domain.errors import (
    AuthFailed,
    DesktopError,
    Forbidden,
    InvalidInput,
    NotFound,
    NotReady,
    OutcomeUnknown,
    SetupFailed,
)
from desktop.domain.ids import OutsideId
from desktop.domain.messages import MessageKind, MessageState
from plugins.govuk_notify.mapping import build_message, build_status, find_fields, find_missing
from tests.helpers.adapters import SPECS, SetClock, run_adapter
from tests.helpers.conformance_drivers import KEY, LEAVE
from tests.helpers.faulty_server import FaultyServer, Reply, Request, run_faulty_server
from tests.plugins.govuk_notify.driver import (
    API_KEY,
    ID,
    NOTIFICATION,
    SECRET_ID,
    SENT,
    SERVICE,
    TEMPLATE,
    TEMPLATE_RECORD,
    TEXT,
    none_sent_before,
    wrap,
)

needs_specs = pytest.mark.skipif(not SPECS.is_dir(), reason="the published contracts do not lie beside the project")
LETTER = replace(TEXT, kind=MessageKind.LETTER, to="Cynthia Okafor\n14 Tanner Street\n\nCitytown\nCY4 2LT")
EMAIL = replace(TEXT, kind=MessageKind.EMAIL, to="cynthia@example.org")
KEPT = timedelta(days=7)


@pytest.fixture
def server() -> Iterator[FaultyServer]:
    with run_faulty_server() as server:
        server.aside = none_sent_before
        server.answer = lambda _request: Reply(status=201, body=json.dumps(SENT).encode())
        yield server


@pytest.fixture
def adapter(server: FaultyServer) -> Iterator[Any]:
    with run_adapter("govuk_notify", server.url, secrets={"api_key": API_KEY}) as loaded:
        yield loaded.adapter


def say(status: int, kind: str, message: str) -> Reply:
    body = {"status_code": status, "errors": [{"error": kind, "message": message}]}
    return Reply(status=status, body=json.dumps(body).encode())


def unpack(part: str) -> Any:
    return json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))


# ==== the token ====


def test_each_request_carries_a_token_signed_with_the_secret_and_never_the_key(
    server: FaultyServer, adapter: Any
) -> None:
    adapter.send(TEXT, KEY, LEAVE)
    request = server.requests[0]
    scheme, _, token = request.headers["authorization"].partition(" ")
    head, claims, signature = token.split(".")
    expected = hmac.new(SECRET_ID.encode(), f"{head}.{claims}".encode(), hashlib.sha256).digest()
    assert scheme == "Bearer"
    assert unpack(head) == {"typ": "JWT", "alg": "HS256"}
    assert unpack(claims) == {"iss": SERVICE, "iat": int(SetClock().now().timestamp())}
    assert signature == base64.urlsafe_b64encode(expected).rstrip(b"=").decode()
    assert SECRET_ID not in str(request)


def test_a_key_that_is_not_notifys_is_said_to_be_that(server: FaultyServer) -> None:
    with pytest.raises(SetupFailed) as caught, run_adapter("govuk_notify", server.url, secrets={"api_key": "abc"}):
        pass
    assert "abc" not in str(caught.value)


# ==== sending ====


@needs_specs
@pytest.mark.parametrize(
    ("message", "schema"),
    [(TEXT, "SendTextMessageRequest"), (EMAIL, "SendEmailRequest"), (LETTER, "SendLetterRequest")],
    ids=["sms", "email", "letter"],
)
def test_what_is_sent_is_what_the_contract_asks_for(message: Any, schema: str) -> None:
    tree = json.loads((SPECS / "govuk-notify" / "openapi" / "schema.json").read_text("utf-8"))
    wanted = next(
        (
            tree["components"]["schemas"][n]
            for n in (schema, schema.replace("Email", "EmailMessage"))
            if n in tree["components"]["schemas"]
        ),
        None,
    )
    if wanted is None:
        pytest.fail(f"the contract has no {schema}: {sorted(tree['components']['schemas'])}")
    registry = Registry().with_resource("schema.json", Resource.opaque(tree))
    validator = Draft202012Validator({**wanted, "components": tree["components"]}, registry=registry)
    body = build_message(message, key=KEY, sms_sender="", reply_to="")
    assert [error.message for error in validator.iter_errors(body)] == []
    assert list(validator.iter_errors({key: value for key, value in body.items() if key != "template_id"}))


def test_a_letter_has_its_address_line_by_line() -> None:
    body = build_message(LETTER, key=KEY, sms_sender="s", reply_to="r")
    assert body["personalisation"] == {
        "name": "Cynthia",
        "address_line_1": "Cynthia Okafor",
        "address_line_2": "14 Tanner Street",
        "address_line_3": "Citytown",
        "address_line_4": "CY4 2LT",
    }
    assert not body.keys() & {"sms_sender_id", "email_reply_to_id", "phone_number"}


def test_the_key_is_looked_for_before_anything_is_sent_and_what_is_there_is_not_sent_again(
    server: FaultyServer, adapter: Any
) -> None:
    server.aside = lambda request: (
        Reply(body=json.dumps(wrap([NOTIFICATION])).encode()) if "reference" in request.query else None
    )
    assert adapter.send(TEXT, KEY, LEAVE).state is MessageState.DELIVERED
    assert server.requests == []


def test_where_it_cannot_be_asked_nothing_is_sent(server: FaultyServer, adapter: Any) -> None:
    server.aside = lambda request: Reply(status=500) if "reference" in request.query else None
    with pytest.raises(NotReady):
        adapter.send(TEXT, KEY, LEAVE)
    assert server.requests == []


def test_another_message_with_a_reference_like_it_is_not_taken_for_it(server: FaultyServer, adapter: Any) -> None:
    server.answer = lambda _request: Reply(body=json.dumps(wrap([{**NOTIFICATION, "reference": "other"}])).encode())
    server.aside = lambda _request: None
    assert adapter.find_sent(KEY) is None


@pytest.mark.parametrize(
    ("message", "key", "field"),
    [
        (replace(TEXT, to=" "), KEY, "to"),
        (replace(TEXT, template=OutsideId("visit")), KEY, "template"),
        (replace(LETTER, to="Cynthia\nCitytown"), KEY, "to"),
        (TEXT, "", "key"),
    ],
)
def test_what_cannot_be_sent_is_refused_beside_its_field(
    server: FaultyServer, adapter: Any, message: Any, key: str, field: str
) -> None:
    with pytest.raises(InvalidInput) as caught:
        adapter.send(message, key, LEAVE)
    assert caught.value.field == field
    assert server.requests == []


# ==== refusals ====


@pytest.mark.parametrize(
    ("reply", "kind", "key"),
    [
        (say(403, "AuthError", "Error: Your system clock must be accurate to within 30 seconds"), SetupFailed, "govuk_notify.clock"),
        (say(403, "AuthError", "Invalid token: API key not found"), AuthFailed, "govuk_notify.auth"),
        (say(403, "BadRequestError", "Invalid token: API key not found"), AuthFailed, "govuk_notify.auth"),
        (say(400, "BadRequestError", "Can\u2019t send to this recipient using a team-only API key"), Forbidden, "govuk_notify.trial"),
        (say(400, "BadRequestError", "Cannot send when service is in trial mode"), Forbidden, "govuk_notify.trial"),
        (say(400, "ValidationError", "phone_number Too many digits"), InvalidInput, "component.input"),
        (say(429, "RateLimitError", "Exceeded rate limit"), NotReady, "component.busy"),
        (say(429, "TooManyRequestsError", "Exceeded send limits (sms: 250000) for today"), NotReady, "govuk_notify.daily"),
        (say(500, "Exception", "Internal server error"), OutcomeUnknown, "http.outcome"),
    ],
)  # fmt: skip
def test_a_refusal_is_named_by_what_happens_next(
    server: FaultyServer, adapter: Any, reply: Reply, kind: type[DesktopError], key: str
) -> None:
    server.answer = lambda _request: reply
    with pytest.raises(kind) as caught:
        adapter.send(TEXT, KEY, LEAVE)
    assert caught.value.key == key


def test_the_daily_limit_waits_until_midnight(server: FaultyServer, adapter: Any) -> None:
    server.answer = lambda _request: say(429, "TooManyRequestsError", "Exceeded send limits")
    with pytest.raises(NotReady) as caught:
        adapter.send(TEXT, KEY, LEAVE)
    assert caught.value.retry_after == 15 * 3_600


def test_a_wrong_field_is_named(server: FaultyServer, adapter: Any) -> None:
    server.answer = lambda _request: say(400, "ValidationError", "phone_number Too many digits")
    with pytest.raises(InvalidInput) as caught:
        adapter.send(TEXT, KEY, LEAVE)
    assert (caught.value.field, caught.value.hint) == ("phone_number", "phone_number Too many digits")


# ==== templates and previews ====


def test_fields_of_a_template_are_found_also_those_that_depend(server: FaultyServer, adapter: Any) -> None:
    server.answer = lambda _request: Reply(body=json.dumps({"templates": [TEMPLATE_RECORD]}).encode())
    (template,) = adapter.templates("email")
    assert template.fields == ("name", "date", "late")
    assert find_fields("((a)) and ((a)) and ( (b))") == ("a",)


def test_a_preview_with_missing_fields_names_them_and_shows_the_template(server: FaultyServer, adapter: Any) -> None:
    def answer(request: Request) -> Reply:
        if request.method == "POST":
            return say(400, "BadRequestError", "Missing personalisation: name, date")
        return Reply(body=json.dumps(TEMPLATE_RECORD).encode())

    server.answer = answer
    preview = adapter.preview(TEMPLATE, {})
    assert preview.missing == ("name", "date")
    assert preview.body.startswith("Dear ((name))")
    assert find_missing("something else") == ()


# ==== statuses ====


@pytest.mark.parametrize(
    ("kind", "word", "state"),
    [
        ("sms", "pending", MessageState.SENDING),
        ("sms", "sent", MessageState.SENT),
        ("email", "temporary-failure", MessageState.FAILED_FOR_NOW),
        ("letter", "received", MessageState.DELIVERED),
        ("letter", "validation-failed", MessageState.FAILED),
        ("letter", "new-word", MessageState.NOT_KNOWN),
    ],
)
def test_notifys_words_become_states_and_are_kept(kind: str, word: str, state: MessageState) -> None:
    status = build_status({**NOTIFICATION, "type": kind, "status": word}, kept=KEPT)
    assert status is not None
    assert (status.state, status.status) == (state, word)


def test_a_failure_says_what_to_do_and_a_message_when_it_is_forgotten() -> None:
    status = build_status({**NOTIFICATION, "status": "temporary-failure"}, kept=KEPT)
    assert status is not None
    assert status.reason.startswith("The phone was off")
    assert status.expires_at is not None
    assert status.expires_at.isoformat() == "2026-09-17T09:00:00+00:00"


def test_a_message_that_notify_has_forgotten_is_not_found(server: FaultyServer, adapter: Any) -> None:
    server.answer = lambda _request: say(404, "NoResultFound", "No result found")
    with pytest.raises(NotFound):
        adapter.status(OutsideId(ID))
