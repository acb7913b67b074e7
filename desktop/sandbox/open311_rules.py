"""What an Open311 server accepts: the checks of a new request and of an update, apart from HTTP."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from desktop.domain.cases import Datatype, Question
from desktop.sandbox.catalogue import STATUSES, Service

LONGEST = 4_000
"""Most characters of a description (GeoReport v2)."""
SPAN = 90 * 86_400
"""A search may span 90 days, in seconds."""
_ATTRIBUTE = re.compile(r"attribute\[(?P<code>[^\]]+)\](?:\[\])?")
_EXTRA = frozenset({"title", "uprn", "fixmystreet_id", "easting", "northing"})


class Refused(Exception):
    """A request that is answered with an error; `status` is also the code in the body."""

    def __init__(self, status: int, *descriptions: str) -> None:
        super().__init__(*descriptions)
        self.status = status
        self.descriptions = descriptions


def parse_moment(text: str, name: str) -> int:
    """Whole seconds since 1970 of a W3C date and time; without a zone it is taken as UTC."""
    try:
        moment = datetime.fromisoformat(text.strip().replace(" ", "+"))
    except ValueError as error:
        raise Refused(400, f"{name} is not a date and time such as 2026-09-14T09:00:00Z") from error
    return int((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp())


@dataclass(frozen=True, slots=True)
class Window:
    """From and to, whole seconds since 1970, both included."""

    start: int
    end: int


def request_window(start: str, end: str, now: int) -> Window:
    """The window of a search for requests: the last 90 days, and never more than 90."""
    if start and end:
        window = Window(parse_moment(start, "start_date"), parse_moment(end, "end_date"))
    elif start:
        since = parse_moment(start, "start_date")
        window = Window(since, max(since, min(now, since + SPAN)))
    else:
        until = parse_moment(end, "end_date") if end else now
        window = Window(until - SPAN, until)
    if window.end < window.start:
        raise Refused(400, "end_date is before start_date")
    if window.end - window.start > SPAN:
        raise Refused(400, "start_date and end_date may not span more than 90 days")
    return window


def update_window(start: str, end: str) -> Window:
    """The window of a search for updates: both dates or neither."""
    if bool(start) != bool(end):
        raise Refused(400, "start_date and end_date go together")
    if not start:
        return Window(0, 1 << 40)
    return Window(parse_moment(start, "start_date"), parse_moment(end, "end_date"))


def parse_status(text: str) -> str:
    """A status of the FixMyStreet dialect from what was sent: any case, `_` or space."""
    status = text.strip().lower().replace("_", " ")
    if status not in STATUSES:
        raise Refused(400, f"status {text[:40]} is not one of: {', '.join(STATUSES)}")
    return status


def check_text(text: str) -> None:
    """Refuses a description that is too long."""
    if len(text) > LONGEST:
        raise Refused(400, f"description has {len(text)} characters; at most {LONGEST} are taken")


def collect_attributes(form: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    """Values by code of `attribute[CODE]` and `attribute[CODE][]`."""
    found: dict[str, list[str]] = {}
    for name, values in form.items():
        if match := _ATTRIBUTE.fullmatch(name):
            found.setdefault(match["code"], []).extend(value for value in values if value)
    return found


def check_answers(service: Service, attributes: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    """The answers to a service's questions.

    Raises:
        Refused: something required is missing, is of the wrong type, or is asked by nobody; all findings at once.
    """
    asked = {question.code: question for question in service.questions if question.variable}
    wrong = [f"attribute[{c}] is not asked by {service.code}" for c in attributes if c not in asked and c not in _EXTRA]
    answers: dict[str, list[str]] = {}
    for code, question in asked.items():
        values = list(attributes.get(code, ()))
        if question.required and not values:
            wrong.append(f"attribute[{code}] is required: {question.text}")
        wrong += [problem for value in values if (problem := _problem(question, value))]
        if len(values) > 1 and question.datatype is not Datatype.MULTI:
            wrong.append(f"attribute[{code}] takes one value")
        if values:
            answers[code] = values
    if wrong:
        raise Refused(400, *wrong)
    return answers


def _problem(question: Question, value: str) -> str:
    name = f"attribute[{question.code}]"
    if question.choices and value not in {choice.key for choice in question.choices}:
        return f"{name} is not one of the values of the list"
    if question.datatype is Datatype.NUMBER and not re.fullmatch(r"-?\d+(\.\d+)?", value):
        return f"{name} is not a number"
    if question.datatype is Datatype.DATETIME:
        try:
            parse_moment(value, name)
        except Refused as refused:
            return refused.descriptions[0]
    return ""
