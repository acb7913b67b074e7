"""The town's GOV.UK Notify: by the official contract, and through the adapter."""

from __future__ import annotations

import io
import json
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from desktop.adapters.api import build_jwt
from desktop.adapters.commands import call_command
from desktop.domain.clocks import SystemClock
from desktop.sandbox.notify_templates import TEMPLATES, Template
from tests.helpers.contracts import needs_specs
from tests.helpers.notify_contract import client_errors, notify_errors
from tests.helpers.serving_town import Reply, TestTown

FIELDS = {
    "name": "Cynthia", "date": "1 May", "matter": "damp", "reference": "HSG-1", "status": "open", "paid": "no", "days": "5",
    "outcome": "It is dry.", "amount": "£31", "address_line_1": "Cynthia Okafor", "address_line_2": "14 Tanner Street",
    "address_line_3": "CY4 2LT",
}  # fmt: skip
BY_CODE = {template.code: template for template in TEMPLATES}
SMS, EMAIL, LETTER = (BY_CODE[code] for code in ("visit-sms", "case-email", "visit-letter"))
TO = {"sms": {"phone_number": "07700 900416"}, "email": {"email_address": "cynthia@example.org"}, "letter": {}}


@pytest.fixture
def notify_town(fresh_town: TestTown) -> TestTown:
    """A town at this moment: a token of the adapter has the time of this computer."""
    fresh_town.clock.moment = SystemClock().now()
    return fresh_town


def token(town: TestTown, *, off: int = 0, secret: str = "", **claims: object) -> str:
    key = town.keys["govuk_notify"]
    made: dict[str, Any] = {"iss": key[-73:-37], "iat": int(town.clock.now().timestamp()) + off, **claims}
    return build_jwt({name: value for name, value in made.items() if value is not None}, secret or key[-36:])


def ask(town: TestTown, method: str, path: str, tree: object = None, bearer: str = "", **query: str) -> Reply:
    headers = {"Authorization": f"Bearer {bearer or token(town)}"}
    return town.ask(method, "govuk_notify", f"/v2/{path}", tree=tree, query=query, headers=headers)


def send(town: TestTown, template: Template = SMS, **more: Any) -> Reply:
    tree = {"template_id": template.id, "personalisation": FIELDS, **TO[template.kind], **more}
    kept = {name: value for name, value in tree.items() if value is not None}
    return ask(town, "POST", f"notifications/{template.kind}", kept)


def say_error(reply: Reply) -> tuple[int, str, str]:
    assert reply.tree["status_code"] == reply.status
    first = reply.tree["errors"][0]
    return reply.status, first["error"], first["message"]


# ==== the contract ====


@needs_specs
@pytest.mark.parametrize("template", TEMPLATES, ids=lambda template: template.code)
def test_templates_previews_and_messages_are_those_of_the_contract(template: Template, town: TestTown) -> None:
    shown = ask(town, "GET", f"template/{template.id}").tree
    assert ask(town, "GET", f"template/{template.id}/version/{template.version}").tree == shown
    preview = ask(town, "POST", f"template/{template.id}/preview", {"personalisation": FIELDS}).tree
    made = send(town, template, reference="r-1")
    message = ask(town, "GET", f"notifications/{made.tree['id']}").tree
    names = {"sms": "SendTextMessageResponse", "email": "SendEmailResponse", "letter": "SendNormalLetterResponse"}
    errors = [
        *client_errors("GET_template_by_id", shown), *notify_errors("TemplateResponse", shown),
        *client_errors("POST_template_preview", preview), *notify_errors("TemplatePreviewResponse", preview),
        *client_errors(f"POST_notification_{template.kind}_response", made.tree), *notify_errors(names[template.kind], made.tree),
        *client_errors("GET_notification_response", message), *notify_errors("GetOneMessageResponse", message),
    ]  # fmt: skip
    assert (made.status, errors) == (201, [])


@needs_specs
def test_lists_and_refusals_are_those_of_the_contract(town: TestTown) -> None:
    send(town)
    listed = ask(town, "GET", "notifications").tree
    refused = send(town, template_id="x").tree
    denied = ask(town, "GET", "templates", bearer="a.b.c").tree
    errors = [
        *client_errors("GET_templates_response", ask(town, "GET", "templates").tree),
        *notify_errors("TemplatesResponse", ask(town, "GET", "templates").tree),
        *client_errors("GET_notifications_response", listed), *notify_errors("GetMultipleMessagesResponse", listed),
        *client_errors("GET_received_texts_response", ask(town, "GET", "received-text-messages").tree),
        *notify_errors("SendNotificaitonRequestError", refused), *notify_errors("AuthError", denied),
        *notify_errors("TemplateNoResultError", ask(town, "GET", f"template/{uuid4()}").tree),
    ]  # fmt: skip
    assert errors == []


@needs_specs
def test_the_contract_finds_a_planted_fault(town: TestTown) -> None:
    message = ask(town, "GET", f"notifications/{send(town).tree['id']}").tree
    assert client_errors("GET_notification_response", {**message, "template": {}}) != []
    assert client_errors("GET_notifications_response", {"notifications": [{"id": "5"}], "links": {"current": ""}}) != []
    assert notify_errors("GetOneMessageResponse", {**message, "new": 1}) != []
    assert notify_errors("GetOneMessageResponse", {**message, "status": "gone"}) != []


# ==== who asks ====


@pytest.mark.parametrize(
    ("off", "secret", "claims", "message"),
    [
        (-31, "", {}, "Error: Your system clock must be accurate to within 30 seconds"),
        (31, "", {}, "Error: Your system clock must be accurate to within 30 seconds"),
        (0, "another", {}, "Invalid token: API key not found"),
        (0, "", {"iss": str(uuid4())}, "Invalid token: service not found"),
        (0, "", {"iss": "citytown"}, "Invalid token: service id is not the right data type"),
        (0, "", {"iss": None}, "Invalid token: iss field not provided"),
        (0, "", {"iat": None}, "Error: Your system clock must be accurate to within 30 seconds"),
    ],
)
def test_a_wrong_token_is_refused_in_notifys_own_words(
    off: int, secret: str, claims: dict[str, object], message: str, town: TestTown
) -> None:
    reply = ask(town, "GET", "templates", bearer=token(town, off=off, secret=secret, **claims))
    assert say_error(reply) == (403, "AuthError", message)


def test_a_token_is_good_for_thirty_seconds_and_must_be_there(town: TestTown) -> None:
    assert ask(town, "GET", "templates", bearer=token(town, off=-30)).status == 200
    assert say_error(town.ask("GET", "govuk_notify", "/v2/templates"))[0] == 401
    basic = town.ask("GET", "govuk_notify", "/v2/templates", headers={"Authorization": "Basic x"})
    assert say_error(basic)[2] == "Unauthorized: authentication bearer scheme must be used"
    assert say_error(ask(town, "GET", "templates", bearer="no"))[0] == 403


# ==== what it refuses ====


@pytest.mark.parametrize(
    ("template", "changes", "kind", "message"),
    [
        (SMS, {"template_id": None}, "ValidationError", "template_id is a required property"),
        (SMS, {"template_id": "7"}, "ValidationError", "template_id is not a valid UUID"),
        (SMS, {"template_id": str(uuid4())}, "BadRequestError", "Template not found"),
        (SMS, {"template_id": EMAIL.id}, "BadRequestError", "email template is not suitable for sms notification"),
        (SMS, {"personalisation": []}, "ValidationError", "personalisation [] is not of type object"),
        (SMS, {"personalisation": {}}, "BadRequestError", "Missing personalisation: date, matter"),
        (SMS, {"phone_number": "07700"}, "ValidationError", "phone_number is too short"),
        (SMS, {"reference": "x" * 1001}, "ValidationError", f"reference {'x' * 40} is too long"),
        (SMS, {"priority": 1}, "ValidationError", "Additional properties are not allowed (priority was unexpected)"),
        (EMAIL, {"email_address": "cynthia"}, "ValidationError", "email_address Not a valid email address"),
        (LETTER, {"personalisation": {"name": "C"}}, "ValidationError", "personalisation address_line_1 is a required property"),
        (LETTER, {"personalisation": {**FIELDS, "address_line_3": ""}}, "ValidationError", "Address must be at least 3 lines"),
        (LETTER, {"personalisation": {**FIELDS, "address_line_3": "Citytown"}}, "ValidationError", "Last line of address must be a real UK postcode or another country"),
        (LETTER, {"postage": "tomorrow"}, "ValidationError", "postage invalid. It must be either first, second or economy."),
    ],
)  # fmt: skip
def test_a_message_that_cannot_be_sent_is_refused_in_notifys_own_words(
    template: Template, changes: dict[str, Any], kind: str, message: str, town: TestTown
) -> None:
    assert say_error(send(town, template, **changes)) == (400, kind, message)


def test_a_sender_that_the_service_does_not_have_is_refused(town: TestTown) -> None:
    _, kind, message = say_error(send(town, sms_sender_id=str(uuid4())))
    assert (kind, "does not exist in database for service id" in message) == ("BadRequestError", True)


def test_the_limits_of_a_minute_and_of_a_day_hold_when_a_trainer_lowers_them(fresh_town: TestTown) -> None:
    fresh_town.admin("POST", "/settings", {"messages_a_minute": 2, "messages_a_day": 3})
    assert [send(fresh_town).status for _ in range(2)] == [201, 201]
    assert say_error(send(fresh_town)) == (
        429, "RateLimitError", "Exceeded rate limit for key type LIVE of 2 requests per 60 seconds",
    )  # fmt: skip
    fresh_town.clock.moment += timedelta(minutes=2)
    assert send(fresh_town).status == 201
    assert say_error(send(fresh_town)) == (429, "TooManyRequestsError", "Exceeded send limits (sms: 3) for today")  # fmt: skip
    assert send(fresh_town, EMAIL).status == 201
    fresh_town.clock.moment += timedelta(days=1)
    assert send(fresh_town).status == 201


# ==== how messages fare ====


@pytest.mark.parametrize(
    ("to", "ends"),
    [
        ({"phone_number": "07700 900416"}, "delivered"),
        ({"phone_number": "07700900002"}, "permanent-failure"),
        ({"phone_number": "+447700900003"}, "temporary-failure"),
        ({"phone_number": "+33612345678"}, "sent"),
        ({"email_address": "cynthia@example.org"}, "delivered"),
        ({"email_address": "perm-fail@simulator.notify"}, "permanent-failure"),
        ({"email_address": "temp-fail@simulator.notify"}, "temporary-failure"),
    ],
)
def test_a_message_moves_on_with_time(to: dict[str, str], ends: str, fresh_town: TestTown) -> None:
    template = SMS if "phone_number" in to else EMAIL
    id = send(fresh_town, template, **to).tree["id"]
    seen = []
    for seconds in (1, 9, 60):
        fresh_town.clock.moment += timedelta(seconds=seconds)
        message = ask(fresh_town, "GET", f"notifications/{id}").tree
        seen.append((message["status"], bool(message["sent_at"]), bool(message["completed_at"])))
    assert seen == [("created", False, False), ("sending", True, False), (ends, True, True)]


def test_a_letter_is_accepted_and_a_day_later_received(fresh_town: TestTown) -> None:
    id = send(fresh_town, LETTER).tree["id"]
    first = ask(fresh_town, "GET", f"notifications/{id}").tree
    fresh_town.clock.moment += timedelta(days=1)
    assert (first["status"], first["line_1"], first["postcode"]) == ("accepted", "Cynthia Okafor", "CY4 2LT")
    assert ask(fresh_town, "GET", f"notifications/{id}").tree["status"] == "received"


def test_a_smoke_test_recipient_leaves_nothing_behind(fresh_town: TestTown) -> None:
    made = send(fresh_town, phone_number="07700 900 111")
    assert made.status == 201
    assert ask(fresh_town, "GET", f"notifications/{made.tree['id']}").status == 404
    assert ask(fresh_town, "GET", "notifications").tree["notifications"] == []


def test_lists_come_250_at_a_time_newest_first_and_the_links_lead_through_all(fresh_town: TestTown) -> None:
    made = [send(fresh_town, reference=f"r-{number}").tree["id"] for number in range(252)]
    first = ask(fresh_town, "GET", "notifications", template_type="sms").tree
    following = fresh_town.ask("GET", first["links"]["next"], headers={"Authorization": f"Bearer {token(fresh_town)}"})
    seen = [message["id"] for page in (first, following.tree) for message in page["notifications"]]
    assert seen == made[::-1]
    assert len(first["notifications"]) == 250
    last = fresh_town.ask(
        "GET", following.tree["links"]["next"], headers={"Authorization": f"Bearer {token(fresh_town)}"}
    ).tree
    assert (last["notifications"], "next" in last["links"]) == ([], False)


def test_a_search_looks_at_kind_status_and_reference(fresh_town: TestTown) -> None:
    send(fresh_town, reference="own-1")
    send(fresh_town, EMAIL, reference="own-2")
    fresh_town.clock.moment += timedelta(minutes=1)
    send(fresh_town, reference="own-3", phone_number="07700900002")

    def find(**query: str) -> list[str]:
        found = ask(fresh_town, "GET", "notifications", **query).tree["notifications"]
        return [message["reference"] for message in found]

    assert find(template_type="sms") == ["own-3", "own-1"]
    assert find(status="created") == ["own-3"]
    assert find(reference="own-2") == ["own-2"]
    fresh_town.clock.moment += timedelta(minutes=1)
    assert find(status="failed") == ["own-3"]
    fresh_town.clock.moment += timedelta(days=7)
    assert find() == []


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ({"older_than": "5"}, "older_than is not a valid UUID"),
        ({"template_type": "fax"}, "template_type fax is not one of [sms, email, letter]"),
        ({"page": "2"}, "Additional properties are not allowed (page was unexpected)"),
    ],
)
def test_a_wrong_search_is_refused(query: dict[str, str], message: str, town: TestTown) -> None:
    assert say_error(ask(town, "GET", "notifications", **query)) == (400, "ValidationError", message)


def test_what_is_not_there_is_said_in_notifys_own_shape(town: TestTown) -> None:
    assert say_error(ask(town, "GET", f"notifications/{uuid4()}")) == (404, "NoResultFound", "No result found")
    assert say_error(ask(town, "GET", "template/5"))[2] == "id is not a valid UUID"
    assert say_error(ask(town, "GET", f"template/{SMS.id}/version/99"))[0] == 404
    assert say_error(ask(town, "POST", "notifications/fax", {}))[0] == 404
    assert say_error(ask(town, "GET", "templates", type="fax"))[0] == 400
    assert [say_error(ask(town, method, "nothing", {}))[0] for method in ("GET", "POST")] == [404, 404]


def test_faults_are_in_notifys_own_shape(fresh_town: TestTown) -> None:
    kinds = []
    for status in (429, 500):
        fresh_town.set_fault("govuk_notify", "status", status=status)
        kinds.append(say_error(ask(fresh_town, "GET", "templates"))[:2])
    assert kinds == [(429, "RateLimitError"), (500, "Exception")]
    assert ask(fresh_town, "GET", "templates").status == 200


# ==== through the adapter ====


def call(town: TestTown, method: str, *arguments: str) -> tuple[int, Any, str]:
    said = next(c for c in town.info["components"] if c["id"] == "govuk_notify")
    pairs = [word for name, value in said["settings"].items() for word in ("--set", f"{name}={value}")]
    pairs += [word for name, value in said["secrets"].items() for word in ("--secret", f"{name}={value}")]
    out, err = io.StringIO(), io.StringIO()
    code = call_command([said["plugin"], method, *arguments, *pairs], out, err)
    return code, json.loads(out.getvalue() or "null"), err.getvalue()


def test_a_text_is_sent_once_and_read_through_the_adapter(notify_town: TestTown) -> None:
    message = json.dumps({"kind": "sms", "template": SMS.id, "to": "07700 900416", "fields": FIELDS})
    notify_town.set_fault("govuk_notify", "lose_answer", method="POST")
    assert call(notify_town, "messages.send", f"message={message}", "key=op-1")[0] == 3
    code, again, _ = call(notify_town, "messages.send", f"message={message}", "key=op-1")
    assert (code, again["state"], again["reference"]) == (0, "accepted", "op-1")
    assert len(call(notify_town, "messages.changed")[1]["items"]) == 1
    notify_town.clock.moment += timedelta(seconds=22)
    assert call(notify_town, "messages.status", f"id={again['outside_id']}")[1]["state"] == "delivered"


def test_templates_previews_and_the_connection_test_work_through_the_adapter(notify_town: TestTown) -> None:
    code, diagnosis, _ = call(notify_town, "component.check")
    assert (code, diagnosis["facts"]["templates for letter"]) == (0, "2")
    assert {len(call(notify_town, "messages.templates", f"kind={kind}")[1]) for kind in TO} == {2}
    _, preview, _ = call(notify_town, "messages.preview", f"template={SMS.id}", "fields={}")
    assert preview["missing"] == ["date", "matter"]
    fields = json.dumps(FIELDS)
    assert "1 May" in call(notify_town, "messages.preview", f"template={LETTER.id}", f"fields={fields}")[1]["body"]


def test_a_clock_that_is_wrong_is_said_to_be_that(notify_town: TestTown) -> None:
    notify_town.clock.moment += timedelta(minutes=2)
    code, _, said = call(notify_town, "component.check")
    assert (code, "this computer's time" in said) == (3, True)
