"""Casework: cases, their events, and what a component asks when one is made."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from desktop.domain.ids import OutsideId
from desktop.domain.people import Person
from desktop.domain.places import Place


class Phase(StrEnum):
    """Normalised stage of a case, the same in every component."""

    NEW = "new"
    TRIAGE = "triage"
    IN_PROGRESS = "in progress"
    WAITING = "waiting"
    RESOLVED = "resolved"
    CLOSED = "closed"
    CANCELLED = "cancelled"

    @property
    def is_open(self) -> bool:
        """Whether work is left to do."""
        return self not in {Phase.RESOLVED, Phase.CLOSED, Phase.CANCELLED}


EARLY = frozenset({Phase.NEW, Phase.TRIAGE})
"""How far a case is, as the map's rings show it: early, in the middle, or else late, which is every phase not open."""
MIDDLE = frozenset({Phase.IN_PROGRESS, Phase.WAITING})


class Datatype(StrEnum):
    """Type of an answer, as in an Open311 service definition."""

    STRING = "string"
    NUMBER = "number"
    DATETIME = "datetime"
    TEXT = "text"
    SINGLE = "singlevaluelist"
    MULTI = "multivaluelist"


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One value of a list question: `key` is sent, `name` is shown."""

    key: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One thing a component asks when a case is made. `variable` False is a text to show, with no answer."""

    code: str
    text: str
    datatype: Datatype = Datatype.STRING
    required: bool = False
    hint: str = ""
    variable: bool = True
    choices: tuple[Choice, ...] = ()
    order: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseType:
    """A kind of case that a component takes.

    `mode` says how it answers a new one: `realtime` with its id, `batch` with a token, `blackbox` never.
    `statuses` are the component's own words for the states an officer may set; empty when it cannot be changed.
    """

    code: str
    name: str
    description: str = ""
    group: str = ""
    keywords: tuple[str, ...] = ()
    mode: str = "realtime"
    has_questions: bool = False
    questions: tuple[Question, ...] = ()
    statuses: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A case as its component says it is. Text fields are "" and times None when it does not say.

    `status` is the component's own word and `phase` ours for it; `version` is its ETag or the like, "" when it has
    none; `assignee` is a staff id or name as the component writes it. Times carry a zone.
    """

    outside_id: OutsideId
    reference: str
    service_code: str
    service_name: str
    title: str
    description: str = ""
    phase: Phase = Phase.NEW
    status: str = ""
    status_note: str = ""
    opened_at: datetime
    updated_at: datetime | None = None
    due_at: datetime | None = None
    place: Place | None = None
    reporter: Person | None = None
    assignee: str = ""
    team: str = ""
    media_url: str = ""
    version: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseDraft:
    """A case to be made. `answers` maps a question's code to its values (one, or several for a list)."""

    service_code: str
    title: str = ""
    description: str = ""
    place: Place | None = None
    reporter: Person | None = None
    answers: dict[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something that happened on a case. `status` and `phase` are set where it changed the status."""

    outside_id: OutsideId
    case_id: OutsideId
    at: datetime
    text: str = ""
    status: str = ""
    phase: Phase | None = None
    author: str = ""
    media_url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class EventDraft:
    """A note or status change to be sent. `status` "" leaves the status as it is."""

    text: str
    status: str = ""
    author: str = ""
    at: datetime | None = None


class TaskState(StrEnum):
    """Where a task of a case stands."""

    NOT_STARTED = "not started"
    IN_PROGRESS = "in progress"
    COMPLETED = "completed"
    CANNOT_START = "cannot start yet"
    ACTION_REQUIRED = "action required"


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """One thing to do on a case."""

    title: str
    state: TaskState = TaskState.NOT_STARTED
    due_at: datetime | None = None
    assignee: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """What an officer writes on a case."""

    text: str
    author: str
    at: datetime


_PHASES = {
    "open": Phase.NEW,
    "new": Phase.NEW,
    "received": Phase.NEW,
    "submitted": Phase.NEW,
    "investigating": Phase.TRIAGE,
    "triage": Phase.TRIAGE,
    "for triage": Phase.TRIAGE,
    "internal referral": Phase.TRIAGE,
    "in progress": Phase.IN_PROGRESS,
    "action scheduled": Phase.IN_PROGRESS,
    "planned": Phase.IN_PROGRESS,
    "waiting": Phase.WAITING,
    "on hold": Phase.WAITING,
    "awaiting information": Phase.WAITING,
    "fixed": Phase.RESOLVED,
    "resolved": Phase.RESOLVED,
    "completed": Phase.RESOLVED,
    "closed": Phase.CLOSED,
    "no further action": Phase.CLOSED,
    "not councils responsibility": Phase.CLOSED,
    "unable to fix": Phase.CLOSED,
    "duplicate": Phase.CANCELLED,
    "cancelled": Phase.CANCELLED,
    "withdrawn": Phase.CANCELLED,
}


def phase_of(status: str) -> Phase:
    """The phase of a status as components commonly write it; an unknown word means work goes on."""
    return _PHASES.get(" ".join(status.casefold().replace("_", " ").split()), Phase.IN_PROGRESS)
