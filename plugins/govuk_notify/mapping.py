"""GOV.UK Notify JSON to messages, and back. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from desktop.adapters.api import (
    build_bad_response,
    parse_json,
    read_items,
    read_moment,
    read_record,
    read_text,
    read_whole,
)
from desktop.domain.ids import OutsideId
from desktop.domain.messages import (
    Message,
    MessageKind,
    MessagePreview,
    MessageState,
    MessageStatus,
    MessageTemplate,
)

_STATES = {
    "created": MessageState.ACCEPTED, "accepted": MessageState.ACCEPTED, "pending-virus-check": MessageState.ACCEPTED,
    "sending": MessageState.SENDING, "pending": MessageState.SENDING, "sent": MessageState.SENT,
    "received": MessageState.SENT, "delivered": MessageState.DELIVERED,
    "temporary-failure": MessageState.FAILED_FOR_NOW, "permanent-failure": MessageState.FAILED,
    "technical-failure": MessageState.FAILED, "virus-scan-failed": MessageState.FAILED,
    "validation-failed": MessageState.FAILED, "cancelled": MessageState.CANCELLED,
}  # fmt: skip
"""Notify's statuses of every kind of message. A letter is "received" by its printer, who posted it: nobody hears of more."""
_REASONS = {
    ("sms", "temporary-failure"): "The phone was off or had no signal, or its inbox is full. Try again later.",
    ("sms", "permanent-failure"): "The number is wrong, or the network refused the message.",
    ("email", "temporary-failure"): "The inbox is full, or a spam filter refused the message. Try again later.",
    ("email", "permanent-failure"): "The address is wrong.",
    ("letter", "permanent-failure"): "The provider cannot print the letter.",
    ("letter", "technical-failure"): "Notify could not hand the letter to the printer. Do not send it again.",
    ("letter", "validation-failed"): "The letter does not fit the page, or has no postcode.",
    ("letter", "virus-scan-failed"): "The letter's file may hold a virus.",
}
_TECHNICAL = "Notify could not hand the message on. Send it again."
_FIELD = re.compile(r"\(\(([^()?]+?)(?:\?\?[^()]*)?\)\)")
_LINES = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """What an error says: Notify's type of it, its words, and the field that they begin with."""

    kind: str
    said: str
    field: str


def parse_refusal(text: str, *, component: str) -> Refusal:
    """The first error of an answer. Raises BadResponse where it is not JSON."""
    body = read_record(parse_json(text, component=component))
    first = read_record(body.get("errors"))
    said = read_text(first.get("message"))
    start = said.partition(" ")[0]
    field = start if re.fullmatch(r"[a-z]+(_[a-z0-9]+)+|reference|type|id|personalisation", start) else ""
    return Refusal(kind=read_text(first.get("error")), said=said, field=field)


def find_missing(said: str) -> tuple[str, ...]:
    """The fields that a refusal of a template names: `Missing personalisation: name, date`."""
    before, colon, names = said.partition("Missing personalisation:")
    del before
    return tuple(filter(None, (name.strip() for name in names.split(",")))) if colon else ()


# ==== sending ====


def build_message(message: Message, *, key: str, sms_sender: str, reply_to: str) -> dict[str, object]:
    """The body of a request that sends. A letter's address goes in its fields, line by line."""
    fields: dict[str, str] = dict(message.fields)
    body: dict[str, object] = {"template_id": message.template, "reference": key, "personalisation": fields}
    if message.kind is MessageKind.SMS:
        body |= {"phone_number": message.to.strip()} | ({"sms_sender_id": sms_sender} if sms_sender else {})
    elif message.kind is MessageKind.EMAIL:
        body |= {"email_address": message.to.strip()} | ({"email_reply_to_id": reply_to} if reply_to else {})
    else:
        lines = [line.strip() for line in message.to.splitlines() if line.strip()]
        fields |= {f"address_line_{number}": line for number, line in enumerate(lines[:_LINES], 1)}
    return body


def count_lines(to: str) -> int:
    """How many lines an address has that say something."""
    return sum(bool(line.strip()) for line in to.splitlines())


# ==== reading ====


def parse_sent(text: str, *, message: Message, now: datetime, kept: timedelta, component: str) -> MessageStatus:
    """The answer to a message that was taken. Raises BadResponse: it has no id."""
    body = read_record(parse_json(text, component=component))
    id = read_text(body.get("id"))
    if not id:
        raise build_bad_response(text, component=component, what="the message has no id")
    content = read_record(body.get("content"))
    return MessageStatus(
        outside_id=OutsideId(id),
        kind=message.kind,
        state=MessageState.ACCEPTED,
        status="created",
        reference=read_text(body.get("reference")),
        to=message.to,
        subject=read_text(content.get("subject")),
        body=read_text(content.get("body")),
        created_at=now,
        expires_at=now + kept,
    )


def parse_status(text: str, *, kept: timedelta, component: str) -> MessageStatus:
    """One message. Raises BadResponse: it has no id or is of no kind."""
    status = build_status(read_record(parse_json(text, component=component)), kept=kept)
    if status is None:
        raise build_bad_response(text, component=component, what="a message has no id, or is of no known kind")
    return status


def parse_statuses(text: str, *, kept: timedelta, component: str) -> tuple[tuple[MessageStatus, ...], str]:
    """A page of messages, and the id after which the next one begins, "" on the last. Raises BadResponse: it is none.

    A message of no known kind is left out, and may be the one after which it goes on.
    """
    body = parse_json(text, component=component)
    if not isinstance(body, dict) or "notifications" not in body:
        raise build_bad_response(text, component=component, what="it has no notifications")
    records = [read_record(item) for item in read_items(body["notifications"])]
    built = (build_status(record, kept=kept) for record in records)
    more = bool(records) and bool(read_text(read_record(body.get("links")).get("next")))
    last = read_text(records[-1].get("id")) if more else ""
    return tuple(status for status in built if status is not None), last


def build_status(record: Mapping[str, object], *, kept: timedelta) -> MessageStatus | None:
    """A message as Notify keeps it, or None where it has no id or is of no known kind."""
    id, kind = read_text(record.get("id")), _read_kind(record.get("type"))
    if not id or kind is None:
        return None
    word = read_text(record.get("status"))
    state = _STATES.get(word, MessageState.NOT_KNOWN)
    created = read_moment(record.get("created_at"))
    lines = [read_text(record.get(f"line_{n}")) for n in range(1, _LINES + 1)] + [read_text(record.get("postcode"))]
    to = (
        read_text(record.get("phone_number"))
        or read_text(record.get("email_address"))
        or "\n".join(filter(None, lines))
    )
    reason = _REASONS.get((kind.value, word), _TECHNICAL if word == "technical-failure" else "")
    return MessageStatus(
        outside_id=OutsideId(id),
        kind=kind,
        state=state,
        status=word,
        reference=read_text(record.get("reference")),
        to=to,
        subject=read_text(record.get("subject")),
        body=read_text(record.get("body")),
        created_at=created,
        sent_at=read_moment(record.get("sent_at")),
        completed_at=read_moment(record.get("completed_at")),
        expires_at=_add(created, kept),
        reason=reason,
    )


def _add(moment: datetime | None, kept: timedelta) -> datetime | None:
    try:
        return None if moment is None else moment + kept
    except OverflowError:
        return None


def _read_kind(value: object) -> MessageKind | None:
    text = read_text(value)
    return MessageKind(text) if text in {kind.value for kind in MessageKind} else None


def parse_templates(text: str, *, component: str) -> tuple[MessageTemplate, ...]:
    """Every template. Raises BadResponse: it is no list of them."""
    body = parse_json(text, component=component)
    if not isinstance(body, dict) or "templates" not in body:
        raise build_bad_response(text, component=component, what="it has no templates")
    built = (build_template(read_record(item)) for item in read_items(body["templates"]))
    return tuple(template for template in built if template is not None)


def parse_template(text: str, *, component: str) -> MessageTemplate:
    """One template. Raises BadResponse: it has no id or is of no known kind."""
    template = build_template(read_record(parse_json(text, component=component)))
    if template is None:
        raise build_bad_response(text, component=component, what="a template has no id, or is of no known kind")
    return template


def build_template(record: Mapping[str, object]) -> MessageTemplate | None:
    """A template, or None where it has no id or is of no known kind."""
    id, kind = read_text(record.get("id")), _read_kind(record.get("type"))
    if not id or kind is None:
        return None
    subject, body = read_text(record.get("subject")), read_text(record.get("body"))
    return MessageTemplate(
        id=OutsideId(id),
        kind=kind,
        name=read_text(record.get("name")),
        subject=subject,
        body=body,
        version=read_whole(record.get("version")) or 0,
        fields=find_fields(f"{subject}\n{body}"),
    )


def find_fields(text: str) -> tuple[str, ...]:
    """Names of the fields in a template, `((name))` or `((name??words when yes))`, in order of first sight."""
    return tuple(dict.fromkeys(match.strip() for match in _FIELD.findall(text)))


def parse_preview(text: str, *, component: str) -> MessagePreview:
    """A template filled in. Raises BadResponse: it is of no known kind or has no words."""
    body = read_record(parse_json(text, component=component))
    kind = _read_kind(body.get("type"))
    if kind is None or "body" not in body:
        raise build_bad_response(text, component=component, what="a preview is of no known kind")
    return MessagePreview(
        kind=kind,
        subject=read_text(body.get("subject")),
        body=read_text(body.get("body")),
        html=read_text(body.get("html")),
        postage=read_text(body.get("postage")),
    )
