"""How the suites drive govuk_notify."""

from __future__ import annotations

import json
from datetime import timedelta

from desktop.domain.ids import OutsideId
from desktop.domain.messages import Message, MessageKind
from plugins.govuk_notify.mapping import parse_preview, parse_refusal, parse_sent, parse_statuses, parse_templates
from tests.helpers.conformance_drivers import KEY, LEAVE, SINCE, Driver, Paging, Parsed, Record
from tests.helpers.faulty_server import Reply, Request

SERVICE, SECRET_ID = "11111111-2222-4333-8444-555555555555", "99999999-8888-4777-8666-555555555555"
API_KEY = f"citytown-{SERVICE}-{SECRET_ID}"
TEMPLATE = OutsideId("aaaaaaaa-0000-4000-8000-000000000001")
ID = "bbbbbbbb-0000-4000-8000-000000000001"
KEPT = timedelta(days=7)
NOTIFICATION: Record = {
    "id": ID, "reference": KEY, "email_address": None, "phone_number": "07700900401", "line_1": None, "type": "sms",
    "status": "delivered", "template": {"id": TEMPLATE, "version": 3, "uri": "https://example.org"}, "body": "Hello Cynthia",
    "subject": None, "created_at": "2026-09-10T09:00:00.000000Z", "sent_at": "2026-09-10T09:00:01.000000Z",
    "completed_at": "2026-09-10T09:00:02.000000Z", "scheduled_for": None, "postage": None, "cost_in_pounds": 0.02,
}  # fmt: skip
SENT: Record = {
    "id": ID, "reference": KEY, "content": {"body": "Hello Cynthia", "from_number": "CITYTOWN"}, "uri": "https://example.org",
    "template": {"id": TEMPLATE, "version": 3, "uri": "https://example.org"}, "scheduled_for": None,
}  # fmt: skip
TEMPLATE_RECORD: Record = {
    "id": TEMPLATE, "name": "Visit", "type": "email", "subject": "Your visit, ((name))", "version": 3, "created_by": "a@example.org",
    "body": "Dear ((name)), we come on ((date)). ((late??We may be late.))", "created_at": "2026-01-01T00:00:00Z",
    "updated_at": None, "letter_contact_block": None,
}  # fmt: skip
TEXT = Message(kind=MessageKind.SMS, to="07700 900401", template=TEMPLATE, fields={"name": "Cynthia"})


def number(n: int) -> str:
    return f"bbbbbbbb-0000-4000-8000-{n:012}"


def wrap(records: list[Record]) -> Record:
    return {"notifications": records, "links": {"current": "https://example.org"}}


def total(body: object, total: int, page: int, url: str) -> object:
    assert isinstance(body, dict)
    links = {"current": url} | ({"next": f"{url}/v2/notifications?older_than=x"} if page * 2 < total else {})
    return {**body, "links": links}


def page_of(request: Request) -> int:
    older = request.query.get("older_than", [""])[0]
    return int(older[-12:]) // 2 + 1 if older else 1


def none_sent_before(request: Request) -> Reply | None:
    """The look for a message with the same reference finds none."""
    return Reply(body=json.dumps(wrap([])).encode()) if "reference" in request.query else None


def text_of(body: bytes) -> str:
    return body.decode("utf-8", "replace")


DRIVERS = (
    Driver(
        plugin="govuk_notify",
        capability="messages",
        record=NOTIFICATION,
        id_field="id",
        look=lambda adapter: adapter.status(OutsideId(ID)),
        look_body=lambda record: record,
        paging=Paging(
            read=lambda adapter, cursor: adapter.changed(SINCE, cursor),
            ids=lambda page: [status.outside_id for status in page.items],
            wrap=wrap,
            page_of=page_of,
            size=2,
            total_in=total,
        ),
        write=lambda adapter: adapter.send(TEXT, KEY, LEAVE),
        written=SENT,
        secrets={"api_key": API_KEY},
        aside=none_sent_before,
        number=number,
    ),
)
MAPPINGS = (
    Parsed(
        name="govuk_notify templates",
        body=json.dumps({"templates": [TEMPLATE_RECORD]}).encode(),
        parse=lambda body: parse_templates(text_of(body), component="Notify"),
    ),
    Parsed(
        name="govuk_notify preview",
        body=json.dumps({**TEMPLATE_RECORD, "html": "<p>", "postage": None}).encode(),
        parse=lambda body: parse_preview(text_of(body), component="Notify"),
    ),
    Parsed(
        name="govuk_notify sent",
        body=json.dumps(SENT).encode(),
        parse=lambda body: parse_sent(text_of(body), message=TEXT, now=SINCE, kept=KEPT, component="Notify"),
    ),
    Parsed(
        name="govuk_notify statuses",
        body=json.dumps(
            wrap([NOTIFICATION, {**NOTIFICATION, "type": "letter", "line_2": "x", "postcode": "CT1"}])
        ).encode(),
        parse=lambda body: parse_statuses(text_of(body), kept=KEPT, component="Notify"),
    ),
    Parsed(
        name="govuk_notify refusals",
        body=b'{"status_code": 400, "errors": [{"error": "BadRequestError", "message": "phone_number Too many digits"}]}',
        parse=lambda body: parse_refusal(text_of(body), component="Notify"),
    ),
)
