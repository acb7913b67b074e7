"""What stands in a pack: `service.toml` and one file for each case type. `docs/packs.md` says each field in plain words.

Frozen records, read by msgspec; a field that is not named here is refused. Money is text in pounds (`"22.00"`), a rule is
text (`rules.py`), and each table of a list has an `id`, by which a council's override names it.
"""

from __future__ import annotations

from enum import StrEnum

import msgspec

from desktop.domain.cases import Phase, TaskState
from desktop.domain.components import Capability
from desktop.packs.calendars import Nation
from desktop.packs.deadline_rules import Ends, Extension, Kind, Source, Unit
from desktop.packs.facts import FactKind


class Area(StrEnum):
    """Which part of a council a service belongs to."""

    HOUSING = "housing"
    CHILDREN = "children"
    ADULTS = "adults"
    ENVIRONMENT = "environment with development"
    WASTE = "waste"
    PARKS = "parks and cleaning"
    HEALTH = "public health"
    CORPORATE = "corporate"


class Role(StrEnum):
    """What an officer may be."""

    OFFICER = "officer"
    LEAD = "lead"
    MANAGER = "manager"
    AUDITOR = "auditor"


class _Part(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Any table of a pack."""


# ==== service.toml ====
class Service(_Part, frozen=True):
    """One service. `components` names a component for each capability it uses; "" is the council's default."""

    code: str
    name: str
    lgsl: tuple[int, ...]
    area: Area
    owner: str
    version: int
    nations: tuple[Nation, ...] = (Nation.ENGLAND,)
    components: dict[Capability, str] = {}
    case_types: tuple[str, ...] = ()


# ==== a case type ====
class Status(_Part, frozen=True):
    """A status; `words` are the component's own, first the one that is sent."""

    id: str
    name: str
    phase: Phase
    words: tuple[str, ...]


class Transition(_Part, frozen=True):
    """A step from some statuses to another. `roles` may take it; `reason` says whether one is due."""

    id: str
    name: str
    origin: tuple[str, ...] = msgspec.field(name="from")
    to: str
    reason: bool = False
    roles: tuple[Role, ...] = (Role.OFFICER, Role.LEAD, Role.MANAGER)
    letter: str = ""


class TaskPart(_Part, frozen=True):
    """A task; `needs` are tasks that come first, `before` transitions that wait for it, `when` a rule."""

    id: str
    name: str
    state: TaskState = TaskState.NOT_STARTED
    needs: tuple[str, ...] = ()
    before: tuple[str, ...] = ()
    when: str = ""


class OwnEvent(_Part, frozen=True):
    """Something that happens on a case of this type and that nothing else names."""

    id: str
    name: str


class DeadlinePart(_Part, frozen=True):
    """One named deadline as a pack writes it; events are words of `events.py` or the case type's own."""

    id: str
    name: str
    kind: Kind
    amount: int
    unit: Unit
    started_by: tuple[str, ...]
    ended_by: tuple[str, ...]
    paused_by: tuple[str, ...] = ()
    resumed_by: tuple[str, ...] = ()
    restarted_by: tuple[str, ...] = ()
    stopped_by: tuple[str, ...] = ()
    extended_by: tuple[str, ...] = ()
    extension: Extension | None = None
    nations: tuple[Nation, ...] = ()
    source: Source | None = None
    holidays_of: tuple[Nation, ...] = ()
    closures: bool | None = None
    first_day_counts: bool = False
    ends: Ends = Ends.DAY
    rolls_on: bool = False
    amber: int = 0
    red: int = 0


class Fee(_Part, frozen=True):
    """Money that a case asks for: a fixed `amount`, or a `rule` that gives pounds; within `least` and `most`."""

    id: str
    name: str
    amount: str = ""
    rule: str = ""
    least: str = ""
    most: str = ""
    when: str = ""
    source: Source | None = None


class Channel(StrEnum):
    """How words reach a resident."""

    LETTER = "letter"
    EMAIL = "email"
    TEXT = "text"


class Letter(_Part, frozen=True):
    """A template of `letters/`, with `{fields}`."""

    id: str
    name: str
    file: str
    channel: Channel = Channel.LETTER


class Duplicates(_Part, frozen=True):
    """When a new case may be one that is there: same service, this near in place and time, texts this much alike (0 to 1)."""

    metres: int
    days: int
    likeness: float = 0.6


class Stop(_Part, frozen=True):
    """Words that a form shows when a rule is true; `ends` says that the form goes no further."""

    id: str
    when: str
    say: str
    phone: str = ""
    ends: bool = True


class Route(_Part, frozen=True):
    """Which team gets a case for which the rule is true; the first that fits, in the order of the file."""

    id: str
    team: str
    when: str = ""


class Calculated(_Part, frozen=True):
    """A fact that a rule works out from the answers."""

    id: str
    name: str
    kind: FactKind
    rule: str


class Slot(_Part, frozen=True):
    """Times that can be booked: on these weekdays (0 is Monday), at most so many, so many days ahead."""

    id: str
    name: str
    weekdays: tuple[int, ...]
    begins: str
    ends: str
    most: int
    notice_days: int = 1
    ahead_days: int = 28


class Retention(_Part, frozen=True):
    """How long a case is kept after it ended in one of these statuses."""

    id: str
    outcomes: tuple[str, ...]
    months: int
    source: str


class Migration(_Part, frozen=True):
    """How a running case of an earlier version becomes one of this: statuses and answers by their new names."""

    id: str
    version: int
    statuses: dict[str, str] = {}
    answers: dict[str, str] = {}
    dropped: tuple[str, ...] = ()


class CaseType(_Part, frozen=True):
    """One kind of case. `right` names the right that an officer needs to see a restricted one."""

    code: str
    name: str
    component_code: str
    version: int
    form: str
    lgsl: int
    initial: str
    description: str = ""
    restricted: bool = False
    right: str = ""
    duplicates: Duplicates | None = None
    statuses: tuple[Status, ...] = ()
    transitions: tuple[Transition, ...] = ()
    tasks: tuple[TaskPart, ...] = ()
    events: tuple[OwnEvent, ...] = ()
    deadlines: tuple[DeadlinePart, ...] = ()
    calculated: tuple[Calculated, ...] = ()
    fees: tuple[Fee, ...] = ()
    slots: tuple[Slot, ...] = ()
    letters: tuple[Letter, ...] = ()
    stops: tuple[Stop, ...] = ()
    routes: tuple[Route, ...] = ()
    retention: tuple[Retention, ...] = ()
    migrations: tuple[Migration, ...] = ()


# ==== a council ====
class Allowed(_Part, frozen=True):
    """A place where a council's words may stand all the same, with the reason."""

    path: str
    why: str


class Council(_Part, frozen=True):
    """`council.toml`: whose overrides these are, and words that belong in no shared pack and nowhere in the program."""

    name: str
    words: tuple[str, ...]
    allowed: tuple[Allowed, ...] = ()


STANDARD_EVENTS = frozenset(
    {
        "opened", "assigned", "waiting", "answered", "visited", "letter_sent", "message_sent", "paid", "refunded", "closed",
        "reopened", "withdrawn", "extended",
    }
)  # fmt: skip
"""Events of every case. `status:ID`, `transition:ID` and `task:ID` (completed) are events too."""


def find_events(case: CaseType) -> frozenset[str]:
    """Every event that can happen on a case of a type."""
    named = {f"status:{item.id}" for item in case.statuses} | {f"transition:{item.id}" for item in case.transitions}
    named |= {f"task:{item.id}" for item in case.tasks} | {item.id for item in case.events}
    return STANDARD_EVENTS | named
