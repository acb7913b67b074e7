"""Open311 records to cases, events and case types. Pure; bodies are read by `trees`."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from desktop.adapters.api import (
    Created,
    build_bad_response,
    read_date,
    read_flag,
    read_items,
    read_moment,
    read_point,
    read_record,
    read_text,
    read_uprn,
    read_whole,
)
from desktop.domain.cases import Case, CaseType, Choice, Datatype, Event, Question
from desktop.domain.ids import OutsideId, Uprn
from desktop.domain.people import Person
from desktop.domain.places import Place

from .phases import SETTABLE, build_phase, normalise_status
from .trees import find_items, iterate_texts

OWN_REFERENCE = "fixmystreet_id"
"""The attribute in which our own reference travels, and comes back where the server shows extended attributes."""

_INACTIVE = "inactive"
_LAST = 1_000_000
"""Where a question stands that says no order: after those that do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialect:
    """How one server is read: whether its address_id is a UPRN, and whether statuses can be set."""

    component: str
    address_id_is_uprn: bool = True
    takes_updates: bool = True


# ==== services ====


def read_types(tree: object, dialect: Dialect) -> tuple[CaseType, ...]:
    """The services of a list, without those that are switched off. Raises BadResponse where it is no such list."""
    found = find_items(tree, lists=("services",), item="service", fields=("service_code",))
    if found is None:
        raise build_bad_response("", component=dialect.component, what="it is not a list of services")
    types = (_build_type(read_record(item), dialect) for item in found)
    return tuple(kind for kind in types if kind.code and _INACTIVE not in kind.keywords)


def _build_type(record: Mapping[str, object], dialect: Dialect) -> CaseType:
    groups = record.get("groups")
    inner = groups.get("group") if isinstance(groups, dict) else groups
    mode = read_text(record.get("type")).lower() or "realtime"
    return CaseType(
        code=read_text(record.get("service_code")),
        name=read_text(record.get("service_name")) or read_text(record.get("service_code")),
        description=read_text(record.get("description")),
        group=read_text(record.get("group")) or next(iterate_texts(inner), ""),
        keywords=_read_keywords(record.get("keywords")),
        mode=mode,
        has_questions=read_flag(record.get("metadata")),
        statuses=SETTABLE if dialect.takes_updates and mode != "blackbox" else (),
    )


def _read_keywords(value: object) -> tuple[str, ...]:
    """Keywords as comma-separated text, a list, or XML's `keyword` children."""
    inner = value.get("keyword") if isinstance(value, dict) else value
    texts = ",".join(iterate_texts(inner)).split(",")
    return tuple(text.strip() for text in texts if text.strip())


def read_questions(tree: object, dialect: Dialect) -> tuple[Question, ...]:
    """The questions of a service definition, in their order. Raises BadResponse where it is none."""
    record = read_record(tree)
    record = read_record(record.get("service_definition")) or record
    if "service_code" not in record and "attributes" not in record and "attribute" not in record:
        raise build_bad_response("", component=dialect.component, what="it is not a service definition")
    found = find_items(record, lists=("attributes",), item="attribute") or ()
    questions = [_build_question(read_record(item)) for item in found]
    kept = (question for question in questions if question.code or not question.variable)
    return tuple(sorted(kept, key=lambda question: question.order or _LAST))


def _build_question(record: Mapping[str, object]) -> Question:
    code = read_text(record.get("code"))
    values = find_items(record, lists=("values",), item="value") or ()
    kind = read_text(record.get("datatype")).lower()
    other = Datatype.SINGLE if values else Datatype.STRING
    return Question(
        code=code,
        text=read_text(record.get("description")) or code,
        datatype=Datatype(kind) if kind in set(Datatype) else other,
        required=read_flag(record.get("required")),
        hint=read_text(record.get("datatype_description")),
        variable=read_flag(record.get("variable"), default=True),
        choices=tuple(choice for choice in map(_build_choice, values) if choice.key),
        order=read_whole(record.get("order")) or 0,
    )


def _build_choice(value: object) -> Choice:
    record = read_record(value)
    key = read_text(record.get("key"))
    return Choice(key=key, name=read_text(record.get("name")) or key)


# ==== requests ====

_REQUEST_LISTS = ("service_requests", "requests")
_REQUEST_FIELDS = ("service_request_id", "token", "service_notice", "account_id")


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """A case with our own reference as the server shows it, "" where it does not; and what the server said, as JSON."""

    case: Case
    own_reference: str
    shows_reference: bool
    raw: bytes = b""


def read_requests(tree: object, dialect: Dialect, *, seen_at: datetime) -> tuple[Report, ...]:
    """The cases of an answer; a record without an id is left out, for nothing can be done with it.

    Args:
        tree: what `parse_body` gave.
        dialect: how this server is read.
        seen_at: stands in for a date that the server leaves out.

    Raises:
        BadResponse: it is no list of requests.
    """
    found = find_items(tree, lists=_REQUEST_LISTS, item="request", fields=_REQUEST_FIELDS)
    if found is None:
        raise build_bad_response("", component=dialect.component, what="it is not a list of requests")
    reports = (_build_report(read_record(item), dialect, seen_at=seen_at) for item in found)
    return tuple(report for report in reports if report.case.outside_id)


def _build_report(record: Mapping[str, object], dialect: Dialect, *, seen_at: datetime) -> Report:
    extended = _read_extended(record)
    status = normalise_status(read_text(extended.get("detailed_status")) or read_text(record.get("status")))
    updated = read_moment(record.get("updated_datetime"))
    outside_id = read_text(record.get("service_request_id"))
    name = read_text(record.get("service_name"))
    case = Case(
        outside_id=OutsideId(outside_id),
        reference=outside_id,
        service_code=read_text(record.get("service_code")),
        service_name=name,
        title=read_text(extended.get("title")) or name or f"Request {outside_id}",
        description=read_text(record.get("description")),
        phase=build_phase(status),
        status=status,
        status_note=read_text(record.get("status_notes")),
        opened_at=read_moment(record.get("requested_datetime")) or updated or seen_at,
        updated_at=updated,
        due_at=read_moment(record.get("expected_datetime")),
        place=_build_place(record, extended, dialect),
        reporter=_build_reporter(record, extended),
        assignee=read_text(extended.get("assigned_to")),
        team=read_text(extended.get("team")) or read_text(record.get("agency_responsible")),
        media_url=_read_link(record.get("media_url")),
    )
    return Report(
        case=case,
        own_reference=read_text(extended.get(OWN_REFERENCE)),
        shows_reference=OWN_REFERENCE in extended,
        raw=json.dumps(record).encode(),
    )


def _read_extended(record: Mapping[str, object]) -> Mapping[str, object]:
    """Extended attributes, as fields or as a list of `{code or name, value}`."""
    value = record.get("extended_attributes")
    inner = value.get("attribute", value) if isinstance(value, dict) else value
    if isinstance(inner, list) or (isinstance(inner, dict) and "value" in inner):
        pairs = (read_record(item) for item in read_items(inner))
        return {read_text(p.get("code")) or read_text(p.get("name")): p.get("value") for p in pairs}
    return read_record(value)


def _build_place(record: Mapping[str, object], extended: Mapping[str, object], dialect: Dialect) -> Place | None:
    place = Place(
        uprn=read_uprn(extended.get("uprn"))
        or (read_uprn(record.get("address_id")) if dialect.address_id_is_uprn else Uprn("")),
        address=read_text(record.get("address")),
        postcode=read_text(record.get("zipcode")),
        ward=read_text(extended.get("ward")),
        usrn=read_text(extended.get("usrn")),
        point=read_point(record.get("lat"), record.get("long")),
    )
    return None if place == Place() else place


def _build_reporter(record: Mapping[str, object], extended: Mapping[str, object]) -> Person | None:
    """Who reported it: known by their account, else by their e-mail address in small letters."""
    fields = {
        name: read_text(extended.get(name)) or read_text(record.get(name))
        for name in ("first_name", "last_name", "email", "phone", "account_id")
    }
    given, family = (_drop_dash(fields[name]) for name in ("first_name", "last_name"))
    person = Person(
        outside_id=OutsideId(fields["account_id"] or fields["email"].casefold()),
        given=given,
        family=family,
        email=fields["email"],
        phone=fields["phone"],
        born=read_date(extended.get("born")),
        home=_build_home(extended),
    )
    return None if replace(person, outside_id=OutsideId("")) == Person() else person


def _build_home(extended: Mapping[str, object]) -> Place | None:
    """Where the reporter lives, which is often not where the report is."""
    home = Place(
        uprn=read_uprn(extended.get("home_uprn")),
        address=read_text(extended.get("home_address")),
        postcode=read_text(extended.get("home_postcode")),
    )
    return None if home == Place() else home


def _drop_dash(name: str) -> str:
    """The dialect writes "-" for a name that is not known."""
    return "" if name == "-" else name


def _read_link(value: object) -> str:
    """A link that may be opened; anything but a web address is left out."""
    link = read_text(value)
    return link if link.lower().startswith(("https://", "http://")) else ""


# ==== answers to writes ====


def read_created(tree: object) -> Created | None:
    """What a server says of a new request: its id, a token, both or neither; None where it is no such answer."""
    found = find_items(tree, lists=_REQUEST_LISTS, item="request", fields=_REQUEST_FIELDS)
    if found is None:
        return None
    record = read_record(list(found))
    return Created(
        outside_id=OutsideId(read_text(record.get("service_request_id"))),
        token=read_text(record.get("token")),
        notice=read_text(record.get("service_notice")),
    )


# ==== updates ====

_UPDATE_LISTS = ("service_request_updates", "service_requests_updates", "servicerequestupdates", "request_updates")


def read_events(tree: object, dialect: Dialect, *, seen_at: datetime) -> tuple[Event, ...]:
    """The updates of an answer. Raises BadResponse where it is no list of updates."""
    found = find_items(tree, lists=_UPDATE_LISTS, item="request_update", fields=("update_id", "token"))
    if found is None:
        raise build_bad_response("", component=dialect.component, what="it is not a list of updates")
    events = (_build_event(read_record(item), seen_at=seen_at) for item in found)
    return tuple(event for event in events if event.outside_id and event.case_id)


def _build_event(record: Mapping[str, object], *, seen_at: datetime) -> Event:
    status = normalise_status(read_text(record.get("status")))
    names = (_drop_dash(read_text(record.get(name))) for name in ("first_name", "last_name"))
    return Event(
        outside_id=OutsideId(read_text(record.get("update_id"))),
        case_id=OutsideId(read_text(record.get("service_request_id"))),
        at=read_moment(record.get("updated_datetime")) or seen_at,
        text=read_text(record.get("description")),
        status=status,
        phase=build_phase(status) if status else None,
        author=" ".join(name for name in names if name),
        media_url=_read_link(record.get("media_url")),
    )


def read_update_created(tree: object) -> Created | None:
    """What a server says of a new update; None where it is no such answer."""
    found = find_items(tree, lists=_UPDATE_LISTS, item="request_update", fields=("update_id", "token"))
    if found is None:
        return None
    record = read_record(list(found))
    return Created(outside_id=OutsideId(read_text(record.get("update_id"))), token=read_text(record.get("token")))
