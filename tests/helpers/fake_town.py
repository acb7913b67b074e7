"""A small town in memory, with the shape of the services' rows, for tests of the desk without a store."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta

from desktop.domain.cases import CaseType, Choice, Datatype, Phase, Question
from desktop.domain.changes import Changes
from desktop.domain.components import ComponentState
from desktop.domain.ids import NO_KEY, ComponentId, LocalKey, OpId, OutsideId, StaffId, Uprn
from desktop.domain.payments import PaymentState
from desktop.domain.people import Officer, Person
from desktop.domain.places import Place, Point
from desktop.services.rows import CaseRow, ComponentStatus, Conflict, PaymentRow, PendingOp, TimelineItem

NOW = datetime(2026, 9, 14, 8, 52, tzinfo=UTC)
OFFICER = Officer(staff_id=StaffId("dw"), name="Dana Whitfield", team="Housing and neighbourhoods")
STREETS = ("Tanner Street", "Quay Lane", "Alder Road", "Mercer Row", "Station Road", "Weir Road", "Long Lane")
WARDS = ("Millbrook", "Northgate", "Priory", "Canal Side")
OFFICERS = ("Dana Whitfield", "Priya Nair", "Tom Adeyemi", "Sam Doyle", "")
TITLES = (
    "Fly-tipping behind the garages",
    "Damp and mould, bedroom 2",
    "Missed bin collection",
    "Street light out",
    "Pothole by the school gate",
    "Graffiti on the shelter",
    "Blocked gully",
    "Fallen branch on footpath",
    "Abandoned car",
    "Broken swing chain",
)
STATUSES = ("open", "investigating", "action scheduled", "fixed", "closed")
PHASE_OF = {
    "open": Phase.NEW,
    "investigating": Phase.TRIAGE,
    "action scheduled": Phase.IN_PROGRESS,
    "fixed": Phase.RESOLVED,
    "closed": Phase.CLOSED,
}

QUESTIONS = (
    Question(code="what", text="What has been left?", required=True, datatype=Datatype.SINGLE, order=1,
             choices=(Choice(key="bags", name="Black bags"), Choice(key="white", name="White goods"),
                      Choice(key="rubble", name="Rubble"))),
    Question(code="also", text="Is any of this true?", datatype=Datatype.MULTI, order=2,
             choices=(Choice(key="blocks", name="It blocks the path"), Choice(key="smell", name="It smells"),
                      Choice(key="needles", name="There are needles"))),
    Question(code="bags", text="How many bags, about?", datatype=Datatype.NUMBER, hint="A whole number", order=3),
    Question(code="when", text="When was it first seen?", datatype=Datatype.DATETIME, order=4),
    Question(code="who", text="Vehicle registration, if seen", datatype=Datatype.STRING, order=5,
             hint="Like CY26 ABC"),
    Question(code="more", text="What else should the crew know?", datatype=Datatype.TEXT, order=6),
    Question(code="care", text="Do not touch anything sharp. The crew brings gloves.", variable=False, order=7),
)  # fmt: skip

TYPES = (
    CaseType(code="FLY", name="Fly-tipping", description="Rubbish left on public land", group="Cleaning",
             has_questions=True, questions=QUESTIONS, statuses=STATUSES),
    CaseType(code="BIN", name="Missed bin", description="A bin was not emptied", group="Waste", statuses=STATUSES),
    CaseType(code="GRF", name="Graffiti", description="Paint or writing on a wall", group="Cleaning",
             statuses=STATUSES),
)  # fmt: skip


def a_component(id: str, name: str, plugin: str, **more: object) -> ComponentStatus:
    """A component as the status bar sees it."""
    body: dict[str, object] = {
        "id": ComponentId(id),
        "name": name,
        "plugin": plugin,
        "colour": "cases",
        "capabilities": ("cases",),
        "services": (),
        "state": ComponentState.FRESH,
        "as_of": NOW - timedelta(minutes=2),
        "latency_ms": 140,
    }
    return ComponentStatus(**{**body, **more})  # type: ignore[arg-type]


def components() -> list[ComponentStatus]:
    """Six components: four of cases, one of addresses, one of payments."""
    return [
        a_component("housing", "Housing", "open311", services=("Housing",), types=TYPES[:1]),
        a_component("environment", "Environment", "open311", services=("Waste", "Cleaning"), types=TYPES),
        a_component("parks", "Parks", "open311", types=TYPES[2:], state=ComponentState.SLOW, latency_ms=2800),
        a_component("adults", "Adults", "open311", state=ComponentState.SIGN_IN, as_of=None),
        a_component(
            "places",
            "OS Places",
            "os_places",
            colour="addresses",
            capabilities=("addresses",),
            attribution="Contains OS data © Crown copyright.",
        ),
        a_component("pay", "Pay", "govuk_pay", colour="payments", capabilities=("payments",)),
    ]


PEOPLE: tuple[tuple[str, str, date, int], ...] = (
    ("Cynthia", "Okafor", date(1984, 3, 3), 14),
    ("Cyril", "Okafor", date(2012, 5, 9), 14),
    ("Aziz", "Rahman", date(2011, 11, 20), 22),
    ("Issi", "Rahman", date(2013, 1, 4), 22),
    ("Lizzy", "Marsh", date(1990, 7, 30), 5),
    ("Steve", "Techyman", date(1975, 12, 1), 31),
    ("Siobhán", "O\u2019Neill", date(1968, 2, 2), 9),
)


def a_place(number: int, street: int, ward: int, *, n: int = 0) -> Place:
    """An address in Citytown."""
    return Place(
        uprn=Uprn(str(990100048000 + n)),
        address=f"{number} {STREETS[street]}, {WARDS[ward]}, Citytown",
        postcode=f"CY{1 + ward} {1 + street}LT",
        ward=WARDS[ward],
        point=Point(lat=53.4081 + street * 0.0016 - ward * 0.0011 + (n % 7) * 0.0003,
                    lon=-1.512 + number * 0.0005 + (n % 11) * 0.0007),
    )  # fmt: skip


@dataclass
class FakeTown:
    """All records, under one lock. Each desk of a test reads and writes here."""

    cases: dict[LocalKey, CaseRow] = field(default_factory=dict)
    descriptions: dict[LocalKey, str] = field(default_factory=dict)
    events: dict[LocalKey, list[TimelineItem]] = field(default_factory=dict)
    conflicts: dict[LocalKey, list[Conflict]] = field(default_factory=dict)
    reporters: dict[LocalKey, LocalKey] = field(default_factory=dict)
    people: dict[LocalKey, Person] = field(default_factory=dict)
    places: dict[LocalKey, Place] = field(default_factory=dict)
    payments: dict[LocalKey, PaymentRow] = field(default_factory=dict)
    payers: dict[LocalKey, LocalKey] = field(default_factory=dict)
    components: list[ComponentStatus] = field(default_factory=components)
    without_notes: set[str] = field(default_factory=set)
    said: dict[LocalKey, str] = field(default_factory=dict)
    settings: dict[str, object] = field(default_factory=dict)
    drafts: dict[str, dict[str, object]] = field(default_factory=dict)
    ops: dict[OpId, PendingOp] = field(default_factory=dict)
    made: dict[OpId, dict[str, object]] = field(default_factory=dict)
    audit: list[str] = field(default_factory=list)
    lock: threading.RLock = field(default_factory=threading.RLock)
    born: int = 0
    op_count: int = 0
    on_op: Callable[[PendingOp], None] | None = None

    def next_born(self) -> LocalKey:
        """A key for a record made on the desk."""
        self.born -= 1
        return LocalKey(self.born)

    def add_op(self, act: str, subject: str, key: LocalKey, *, kind: str = "case") -> PendingOp:
        """Puts a line into the outbox."""
        self.op_count += 1
        op = PendingOp(
            op=OpId(f"op-{self.op_count}"),
            act=act,
            subject=subject,
            kind=kind,  # type: ignore[arg-type]
            key=key,
            made_at=NOW,
            state="waiting",
        )
        self.ops[op.op] = op
        return op

    def refuse_new_case(self, body: dict[str, object], *along: str) -> PendingOp:
        """A new case with this draft, which its component refused."""
        key = self.next_born()
        self.cases[key] = replace(
            self.cases[LocalKey(12)], key=key, reference="", title=str(body["title"]), pending=True
        )
        self.descriptions[key] = str(body["description"])
        op = replace(
            self.add_op("New case", str(body["title"]), key),
            state="refused",
            error="The description may have 4,000 characters at most.",
            mendable=True,
            along=along,
        )
        self.ops[op.op] = op
        self.made[op.op] = body
        return op

    def changes(self, *keys: LocalKey) -> Changes:
        """Changes of cases, with the outbox."""
        return Changes.of("case", *keys, outbox=True)


def _add_people(town: FakeTown) -> None:
    for n, (given, family, born, number) in enumerate(PEOPLE, 1):
        home = a_place(number, n % 3, n % 2, n=number)
        town.places[LocalKey(n)] = home
        town.people[LocalKey(n)] = Person(
            outside_id=OutsideId(f"p{n}"),
            given=given,
            family=family,
            born=born,
            email=f"{given.lower()}@example.org",
            phone=f"07700 9004{n:02}",
            home=home,
        )


def _add_case(town: FakeTown, n: int) -> None:
    place = a_place(1 + n % 40, n % len(STREETS), n % len(WARDS), n=n)
    status = STATUSES[(n * 7) % 5] if n % 4 else "open"
    key = LocalKey(n)
    title = TITLES[n % len(TITLES)]
    reporter = LocalKey(1 + n % len(PEOPLE))
    town.cases[key] = CaseRow(
        key=key,
        component=ComponentId(("housing", "environment", "parks")[n % 3]),
        reference=f"{('HOU', 'ENV', 'PRK')[n % 3]}-2026-{3000 + n:06}",
        title=title,
        service_name=("Housing repairs", "Street cleaning", "Parks")[n % 3],
        phase=PHASE_OF[status],
        status=status,
        opened_at=NOW - timedelta(days=n % 60, hours=n % 24),
        updated_at=NOW - timedelta(hours=n * 3 % 900),
        due_at=NOW + timedelta(days=n % 37 - 6) if n % 9 else None,
        address=place.address,
        ward=place.ward,
        assignee="dw" if n % 5 == 0 else OFFICERS[n % len(OFFICERS)],
        reporter=town.people[reporter].name,
        lat=place.point.lat if place.point else None,
        lon=place.point.lon if place.point else None,
    )
    town.reporters[key] = reporter
    town.descriptions[key] = f"{title}. Seen from the road, near the corner."
    town.events[key] = [
        TimelineItem(at=NOW - timedelta(days=n % 60, hours=2), colour="cases", component=town.cases[key].component,
                     title=f"Reported: {title}", detail="by the resident on the web", target=("case", key)),
    ]  # fmt: skip


def _add_payments(town: FakeTown) -> None:
    states = tuple(PaymentState)
    for n in range(1, 31):
        key = LocalKey(n)
        town.payers[key] = LocalKey(1 + n % len(PEOPLE))
        town.payments[key] = PaymentRow(
            key=key,
            component=ComponentId("pay"),
            reference=f"WST-2026-{10380 + n:06}",
            description=("Bulky waste, 3 items", "Garden waste, 2026/27", "Lost key")[n % 3],
            amount=2200 + n * 350,
            state=PaymentState.SUCCESS if n % 3 else states[n % len(states)],
            code="",
            message="",
            email="payer@example.org",
            payer=PEOPLE[n % len(PEOPLE)][0],
            card="4242" if n % 3 else "",
            provider_id="",
            next_url="http://127.0.0.1/pay",
            refundable=2200 + n * 350 if n % 3 else 0,
            refunded=0,
            created_at=NOW - timedelta(hours=n * 5),
        )


def a_town(cases: int = 240) -> FakeTown:
    """A town with people, cases and payments, always the same."""
    town = FakeTown()
    _add_people(town)
    for n in range(1, cases + 1):
        _add_case(town, n)
    _add_payments(town)
    town.conflicts = {}
    assert NO_KEY not in town.cases
    return town
