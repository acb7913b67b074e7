"""Planning applications of the town: five of the story, and others at the homes of people whom other components know.

A record is kept as JSON. Moments are whole seconds since 1970 UTC, days `yyyy-mm-dd`; both hang on the town's own now.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID, uuid5

from desktop.sandbox.addresses import Address
from desktop.sandbox.casework import DAY, CaseRow
from desktop.sandbox.dice import dice
from desktop.sandbox.officers import TEAM_OF_AREA, load_officers

Tree = dict[str, Any]
MOST = 28
_TOWN = UUID("7a4b0d3e-1c52-4d0e-9b0a-6f5d1e2c3b4a")
PREFIX = "CTN"

KINDS: dict[str, tuple[str, str]] = {
    "pp.full.householder": ("planning_permission", "HAPP"),
    "pp.full.minor": ("planning_permission", "MINOR"),
    "ldc.proposed": ("lawfulness_certificate", "LDCP"),
    "pa.part1.classA": ("prior_approval", "PA1A"),
    "listed": ("listed_building_consent", "LBC"),
    "advertConsent": ("advertisement_consent", "ADV"),
    "wtt.consent": ("works_to_trees", "TPO"),
    "heritageHedge": ("hedge_of_local_interest", "HEDGE"),
}
"""Types of application that Citytown takes: BOPS's word and the end of references. The last is the town's own."""


@dataclass(frozen=True, slots=True)
class Story:
    """An application that is always there, `age` days old; `asks` is a validation request, `says` what neighbours think."""

    given: str
    family: str
    kind: str
    text: str
    status: str
    age: float
    asks: tuple[str, str] = ("", "")
    says: tuple[tuple[str, str], ...] = ()
    highways: str = ""
    decision: str = ""


STORIES = (
    Story("Cynthia", "Okafor", "pp.full.householder", "Householder extension: single storey to the rear, with a room for drums that is lined with cork and carpet.", "in_assessment", 23, says=(("objection", "I have heard the drums. I do not believe in the cork."), ("supportive", "Better in there than in the living room wall to wall with mine."), ("neutral", "Please keep the pear tree.")), highways="No objection: the drive stays as it is."),
    Story("Issi", "Rahman", "pp.full.householder", "Ramp with handrail to the front door, and a wider door.", "invalidated", 9, asks=("AdditionalDocumentValidationRequest", "A section through the ramp, with its slope")),
    Story("Lizzy", "Marsh", "ldc.proposed", "Certificate that a supper club for ten in the back room once a month needs no permission.", "determined", 74, decision="granted"),
    Story("Steve", "Techyman", "advertConsent", "Hanging sign in the shape of a bobble hat, with a bobble that moves in the wind.", "to_be_reviewed", 41, says=(("supportive", "The town has waited for this."), ("objection", "It squeaks.")), highways="The bobble must not be taken for a signal."),
    Story("Aziz", "Rahman", "wtt.consent", "Crown of the sycamore in the back garden lifted to let light into the kitchen.", "not_started", 2),
)  # fmt: skip
DRAWN: tuple[tuple[str, str], ...] = (
    ("pp.full.householder", "Householder extension: single storey to the side and rear."),
    ("pp.full.householder", "Loft converted, with a dormer to the rear and two rooflights to the front."),
    ("pp.full.householder", "Porch, and the garage made into a room."),
    ("pp.full.householder", "Two storey extension to the side."),
    ("pp.full.minor", "Workshop of 60 square metres behind the shop, with a yard for two vans."),
    ("pp.full.minor", "House divided into two flats, with bins and bicycles in the side passage."),
    ("ldc.proposed", "Certificate that solar panels on the rear roof need no permission."),
    ("pa.part1.classA", "Larger extension to the rear: 5.5 m deep, 2.8 m high to the eaves."),
    ("listed", "Sash windows renewed like for like, and the shop front repaired."),
    ("wtt.consent", "Dead wood taken out of an oak, and one limb shortened by two metres."),
    ("heritageHedge", "Forty metres of hedge laid and replanted where it has gaps."),
)
_SAYS: tuple[tuple[str, str], ...] = (
    ("objection", "It will take the light from our kitchen."), ("objection", "Where are they going to park?"),
    ("supportive", "We did the same and have never regretted it."), ("neutral", "No objection if work stops at six."),
    ("objection", "The plan shows our wall as theirs."), ("supportive", "It will look better than what is there."),
)  # fmt: skip
_ASKS: tuple[tuple[str, str], ...] = (
    ("AdditionalDocumentValidationRequest", "Floor plan with a scale bar"),
    ("OtherChangeValidationRequest", "The address on the form and on the plan differ"),
    ("FeeChangeValidationRequest", "The fee for two storeys is higher"),
)


def build_applications(seed: str, now: int, people: list[CaseRow], addresses: dict[str, Address]) -> list[Tree]:
    """The town's applications, oldest first.

    Args:
        seed: of the town.
        now: of the town when it was made, in seconds.
        people: a case of each person who may apply; the home is where they apply for.
        addresses: of the town, by UPRN.
    """
    chance = dice(seed, "bops")
    by_name = {(p.given, p.family): p for p in people}
    told = [(story, by_name[story.given, story.family]) for story in STORIES if (story.given, story.family) in by_name]
    others = [p for p in people if p not in [one for _, one in told]]
    drawn = [(_draw(chance), person) for person in chance.sample(others, k=min(len(others), MOST - len(told)))]
    officers = [o.name for o in load_officers(seed) if o.team == TEAM_OF_AREA["development"]]
    ordered = sorted([*told, *drawn], key=lambda pair: -pair[0].age)
    makers = _Maker(seed, now, officers, chance)
    return [
        makers.make(number, story, person, addresses[person.home_uprn])
        for number, (story, person) in enumerate(ordered, 1)
    ]


def _draw(chance: Random) -> Story:
    kind, text = chance.choice(DRAWN)
    age = chance.uniform(1, 160)
    status, decision = "in_assessment", ""
    if age < 6:
        status = "not_started"
    elif age > 56 or chance.random() < 0.1:
        status = chance.choices(("determined", "withdrawn", "returned"), (80, 14, 6))[0]
    elif age > 40:
        status = chance.choice(("awaiting_determination", "to_be_reviewed", "in_committee"))
    elif chance.random() < 0.25:
        status = "invalidated"
    if status == "determined":
        decision = chance.choices(("granted", "refused"), (80, 20))[0]
    asks = chance.choice(_ASKS) if status == "invalidated" or chance.random() < 0.3 else ("", "")
    says = tuple(chance.sample(_SAYS, k=chance.choice((0, 1, 2, 3)))) if status not in UNPUBLISHED else ()
    return Story("", "", kind, text, status, age, asks, says, decision=decision)


UNPUBLISHED = frozenset({"pending", "not_started", "invalidated", "returned"})
"""Statuses in which an application is not shown to the public."""


def say_day(moment: float) -> str:
    """The day of a moment (UTC)."""
    return datetime.fromtimestamp(moment, UTC).date().isoformat()


def add_weeks(moment: float, weeks: int) -> str:
    """The day so many weeks later."""
    return (datetime.fromtimestamp(moment, UTC).date() + timedelta(weeks=weeks)).isoformat()


def build_reference(number: int, moment: float, kind: str) -> str:
    """`26-00123-HAPP`."""
    return f"{say_day(moment)[2:4]}-{number:05d}-{KINDS[kind][1]}"


def draw_boundary(lat: float, lon: float) -> Tree:
    """A plot of about 12 by 24 metres around a point."""
    north, east = 0.00011, 0.00009
    ring = [(-1, -1), (1, -1), (1, 1), (-1, 1), (-1, -1)]
    corners = [[round(lon + x * east, 6), round(lat + y * north, 6)] for x, y in ring]
    return {"type": "Feature", "geometry": {"type": "Polygon", "coordinates": [corners]}, "properties": None}


class _Maker:
    """Makes records one after another, each from what chance gives next."""

    def __init__(self, seed: str, now: int, officers: list[str], chance: Random) -> None:
        self._seed, self._now, self._officers, self._chance = seed, now, officers, chance

    def make(self, number: int, story: Story, person: CaseRow, home: Address) -> Tree:
        """A record with all that happened on it."""
        received = self._now - int(story.age * DAY)
        seen = story.status not in UNPUBLISHED
        valid = min(received + 3 * DAY, self._now - 3600) if seen else None
        reference = build_reference(number, received, story.kind)
        ended = min((valid or received) + 50 * DAY, self._now - 7200)
        return {
            "id": number, "reference": reference, "kind": story.kind, "status": story.status, "description": story.text,
            "decision": story.decision or None, "received": received, "valid": valid,
            "published": valid + 7200 if valid else None, "started": valid + DAY if valid and story.age > 5 else None,
            "determined": ended if story.decision else None,
            "withdrawn": ended if story.status == "withdrawn" else None,
            "returned": ended if story.status == "returned" else None,
            "invalidated": received + DAY if story.status == "invalidated" else None,
            "target": add_weeks(valid or received, 5), "expiry": add_weeks(valid or received, 8),
            "consulted": [say_day(valid), add_weeks(valid, 3)] if valid else None,
            "officer": self._chance.choice(self._officers) if story.status != "not_started" else None,
            "site": build_site(home), "applicant": build_applicant(person),
            "session": str(uuid5(_TOWN, f"{self._seed}/{number}")), "submission": None,
            "requests": self._ask(story, received), "responses": self._say(story, valid),
            "highways": {"text": story.highways, "at": valid + 5 * DAY} if story.highways and valid else None,
        }  # fmt: skip

    def _ask(self, story: Story, received: int) -> list[Tree]:
        kind, text = story.asks
        if not kind:
            return []
        sent = received + DAY
        closed = None if story.status == "invalidated" else min(sent + 6 * DAY, self._now - 1800)
        due = (date.fromisoformat(say_day(sent)) + timedelta(days=21)).isoformat()
        return [{"kind": kind, "text": text, "sent": sent, "closed": closed, "due": due}]

    def _say(self, story: Story, valid: int | None) -> list[Tree]:
        if valid is None:
            return []
        first, last = valid + DAY, min(valid + 21 * DAY, self._now - 600)
        moments = sorted(self._chance.randrange(first, max(last, first + 1)) for _ in story.says)
        return [
            {"id": self._chance.randrange(1000, 9999), "sentiment": sentiment, "text": text, "at": min(at, self._now)}
            for at, (sentiment, text) in zip(moments, story.says, strict=True)
        ]


def build_site(home: Address) -> Tree:
    """The place of an application, as a record keeps it."""
    door = ", ".join(home.parts[:-2])
    return {
        "title": door, "town": "Citytown", "postcode": home.postcode, "uprn": home.uprn.zfill(12), "usrn": home.usrn,
        "lat": home.lat, "lon": home.lon, "boundary": draw_boundary(home.lat, home.lon),
    }  # fmt: skip


def build_applicant(person: CaseRow) -> Tree:
    """Who applies, as a record keeps it."""
    return {"given": person.given, "family": person.family, "email": person.email, "phone": person.phone}
