"""Validation requests, neighbour responses and comments of a consultation to events. Pure.

Validation requests and neighbour responses have no ids: theirs are made from what does not change about them, so that
one that is read again is the same event.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

from desktop.adapters.api import read_date, read_flag, read_items, read_moment, read_record, read_text
from desktop.domain.cases import Event
from desktop.domain.ids import OutsideId

from .mapping import say_day

Record = Mapping[str, object]
_PATH = re.compile(r"/planning_applications/([^/?#]+)/")


def _build_id(kind: str, *parts: str) -> OutsideId:
    digest = hashlib.sha256(json.dumps(parts).encode("utf-8", "surrogatepass")).hexdigest()
    return OutsideId(f"{kind}-{digest[:24]}")


# ==== validation requests ====


def read_request_events(records: Iterable[Record], *, link: str = "") -> tuple[Event, ...]:
    """The events of validation requests: that each was sent, and that it ended.

    A list of one application names it in its links only (`link`). A request that names none, or no date, is left out.
    """
    named = _PATH.search(link)
    fallback = named[1] if named else ""
    return tuple(event for record in records for event in _iterate_request(record, fallback))


def _iterate_request(record: Record, fallback: str) -> Iterator[Event]:
    reference = read_text(read_record(record.get("planning_application")).get("reference")) or fallback
    sent = read_moment(record.get("notified_at")) or read_moment(record.get("created_at"))
    if not reference or sent is None:
        return
    kind = read_text(record.get("type"))
    id = _build_id("request", reference, kind, read_text(record.get("created_at")) or sent.isoformat())
    subject = _say_kind(kind)
    case = OutsideId(reference)
    yield Event(outside_id=id, case_id=case, at=sent, text=_say_request(record, subject), author="Planning")
    cancelled, closed = read_moment(record.get("cancelled_at")), read_moment(record.get("closed_at"))
    end = cancelled or closed
    if end is None and read_text(record.get("state")) in {"closed", "cancelled"}:
        end = sent  # BOPS keeps no time for some that are closed: the text says that it ended
    if end is not None:
        text = _say_cancelled(record, subject) if cancelled else _say_answer(record, subject)
        author = "Planning" if cancelled else "Applicant"
        yield Event(outside_id=OutsideId(f"{id}-end"), case_id=case, at=end, text=text, author=author)


def _say_kind(kind: str) -> str:
    """`RedLineBoundaryChangeValidationRequest` as "red line boundary change"."""
    words = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", kind.removesuffix("ValidationRequest")).lower()
    return " ".join(words.split()) or "change"


def _say_request(record: Record, subject: str) -> str:
    more = read_record(record.get("specific_attributes"))
    wanted = [read_text(more.get(name)) for name in ("document_request_type", "suggestion", "proposed_description")]
    reason = read_text(record.get("reason"))
    expires = read_date(more.get("proposed_expiry_date"))
    extension = f"New expiry date {say_day(expires)}" if expires else ""
    texts = dict.fromkeys(text for text in (*wanted, extension, reason) if text)
    due = read_date(record.get("response_due"))
    return " ".join(
        [f"Applicant asked about: {subject}.", *map(_end, texts), *([f"Answer due {say_day(due)}."] if due else [])]
    )


def _say_cancelled(record: Record, subject: str) -> str:
    reason = read_text(record.get("cancel_reason"))
    return " ".join([f"Request cancelled: {subject}.", *([_end(reason)] if reason else [])])


def _say_answer(record: Record, subject: str) -> str:
    words = "answered"
    if read_text(record.get("approved")):
        words = "agreed to" if read_flag(record.get("approved")) else "not agreed to"
    texts = [read_text(record.get(name)) for name in ("response", "rejection_reason")]
    return " ".join([f"Request {words}: {subject}.", *(_end(text) for text in texts if text)])


def _end(text: str) -> str:
    return text if text.endswith((".", "!", "?")) else f"{text}."


# ==== neighbours and consultees ====


Alike = Counter[tuple[str, ...]]
"""How many responses there were so far that are the same in all that does not change about them."""


def read_response_events(records: Iterable[Record], since: datetime | None, alike: Alike) -> tuple[Event, ...]:
    """The events of neighbour responses; those before a moment, or without an application or date, are left out.

    Those that are alike are told apart by their order, which `alike` carries on from one page of the list to the next.
    """
    events = []
    for record in records:
        reference = read_text(read_record(record.get("application")).get("reference"))
        at = read_moment(record.get("receivedAt"))
        if not reference or at is None or (since is not None and at < since):
            continue
        postcode = read_text(read_record(record.get("respondent")).get("postcode"))
        sentiment = read_text(record.get("sentiment"))
        parts = (reference, at.isoformat(), postcode, sentiment)
        alike[parts] += 1
        words = f"Neighbour response, {sentiment}." if sentiment else "Neighbour response."
        text = read_text(record.get("text")) or "Its words are not cleared to be shown yet."
        events.append(
            Event(
                outside_id=_build_id("neighbour", *parts, str(alike[parts])),
                case_id=OutsideId(reference),
                at=at,
                text=f"{words} {text}",
                author=f"Neighbour, {postcode}" if postcode else "Neighbour",
            )
        )
    return tuple(events)


def read_public_comments(records: Iterable[Record], reference: str) -> tuple[Event, ...]:
    """The events of published public comments; those without an id or date are left out."""
    events = (_build_comment(record, reference) for record in records)
    return tuple(event for event in events if event is not None)


def _build_comment(record: Record, reference: str) -> Event | None:
    id, at = read_text(record.get("id")), read_moment(record.get("receivedAt"))
    if not id or at is None:
        return None
    sentiment = read_text(record.get("sentiment"))
    words = f"Public comment, {sentiment}." if sentiment else "Public comment."
    return Event(
        outside_id=OutsideId(f"comment-{id}"),
        case_id=OutsideId(reference),
        at=at,
        text=f"{words} {read_text(record.get('comment'))}".strip(),
        author="Neighbour",
    )


_VIEWS = {"amendmentsneeded": "amendments needed", "amendments_needed": "amendments needed"}


def read_specialist_comments(records: Iterable[Record], reference: str) -> tuple[Event, ...]:
    """The events of what consultees said, each with its author's specialism; those without an id or date are left out."""
    return tuple(event for record in records for event in _iterate_specialist(record, reference))


def _iterate_specialist(record: Record, reference: str) -> Iterator[Event]:
    author = read_text(record.get("organisationSpecialism")) or read_text(record.get("jobTitle")) or "Consultee"
    for comment in map(read_record, read_items(record.get("comments"))):
        dates = read_record(comment.get("metadata"))
        at = next(
            (m for n in ("submittedAt", "validatedAt", "publishedAt") if (m := read_moment(dates.get(n))) is not None),
            None,
        )
        id, sentiment = read_text(comment.get("id")), read_text(comment.get("sentiment"))
        if not id or at is None:
            continue
        view = _VIEWS.get(sentiment.casefold(), sentiment)
        words = f"Consultee’s comment, {view}." if view else "Consultee’s comment."
        yield Event(
            outside_id=OutsideId(f"specialist-{id}"),
            case_id=OutsideId(reference),
            at=at,
            text=f"{words} {read_text(comment.get('commentRedacted'))}".strip(),
            author=author,
        )
