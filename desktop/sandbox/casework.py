"""Cases and what happened on them, spread over the last months before the town's now."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from random import Random

from desktop.domain.cases import Datatype, Question
from desktop.domain.people import Officer
from desktop.sandbox.addresses import Address
from desktop.sandbox.catalogue import CLOSED_STATUSES, Area, Service, areas, find_service
from desktop.sandbox.dice import dice
from desktop.sandbox.officers import TEAM_OF_AREA
from desktop.sandbox.people import Resident
from desktop.sandbox.plan import WARDS
from desktop.sandbox.story import TOLD, Told

DAY = 86_400
_KIN = ("mum", "dad", "son", "daughter", "gran", "husband", "wife", "little boy", "baby")
_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday")
_THANKS = ("", "", "", "", " Thank you.", " Please help.", " Thanks 🙏", " Many thanks for anything you can do.")
_SAID: dict[str, tuple[str, ...]] = {
    "investigating": ("We have your report and are looking into it.", "Passed to {team} to look at.", "Called the resident; visit to be agreed.", "Checked against earlier reports here."),
    "planned": ("Work is planned with the contractor.", "On the list for the next round in {ward}.", "Parts ordered, about a week."),
    "in progress": ("Visited and inspected; photographs taken.", "Contractor has started.", "Spoke to the resident, who can be in after 15:00.", "First stage done, second to follow."),
    "action scheduled": ("Visit booked for {weekday} morning.", "Appointment letter sent.", "Crew booked for {weekday}."),
    "fixed": ("Done and checked.", "Completed by the crew on {weekday}.", "Put right; resident told by text."),
    "closed": ("Closed: answered by letter.", "Nothing more to do; closed.", "Resident happy for this to be closed."),
    "duplicate": ("Already reported; the earlier case goes on.",),
    "not councils responsibility": ("This is on private land; the owner has been told.", "Passed to the water company."),
    "no further action": ("Inspected, no breach found.", "Could not be found when we visited."),
    "internal referral": ("Passed to another team, who will write.",),
    "open": ("Tried to ring, left a message.", "Resident rang to ask how it is going.", "More photographs received.", "Please keep me told. Merci d’avance 🙂", "שלום, any news?", "Reminder sent to the contractor."),
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseRow:
    """A case as the town keeps it. Times are whole seconds since 1970 UTC; `visible_at` hides it until its token is due."""

    area: str
    id: str
    service_code: str
    title: str
    description: str
    status: str
    note: str
    requested: int
    updated: int
    expected: int | None
    address: str
    uprn: str
    postcode: str
    lat: float
    lon: float
    ward: str
    given: str = ""
    family: str = ""
    email: str = ""
    phone: str = ""
    account: str = ""
    born: str = ""
    home_uprn: str = ""
    home_address: str = ""
    home_postcode: str = ""
    assigned: str = ""
    team: str = ""
    own_ref: str = ""
    media: str = ""
    answers: dict[str, list[str]] = field(default_factory=dict)
    token: str = ""
    visible_at: int = 0

    @property
    def is_closed(self) -> bool:
        """Whether GeoReport calls it closed."""
        return self.status in CLOSED_STATUSES


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdateRow:
    """Something that happened on a case. `at` is whole seconds since 1970 UTC."""

    area: str
    id: str
    case_id: str
    at: int
    status: str
    text: str
    given: str = ""
    family: str = ""
    email: str = ""
    media: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """What cases are drawn from."""

    now: int
    people: tuple[Resident, ...]
    addresses: tuple[Address, ...]
    officers: tuple[Officer, ...]


def ward_name(number: int) -> str:
    """Name of a ward by number."""
    return WARDS[number - 1][1]


def build_cases(seed: str, scene: Scene, count: int) -> tuple[tuple[CaseRow, ...], tuple[UpdateRow, ...]]:
    """So many cases over all areas with their updates, numbered in the order in which they were made."""
    chance = dice(seed, "cases")
    drafts: dict[str, list[CaseRow]] = defaultdict(list)
    everything = areas()
    by_id = {area.id: area for area in everything}
    for told in TOLD:
        drafts[told.area].append(_told(told, by_id[told.area], scene, chance))
    shares = chance.choices(everything, [a.share for a in everything], k=max(0, count - len(TOLD)))
    for area in shares:
        drafts[area.id].append(_drawn(area, scene, chance))
    cases: list[CaseRow] = []
    updates: list[UpdateRow] = []
    for area in everything:
        year = datetime.fromtimestamp(scene.now, UTC).year
        rows = sorted(drafts[area.id], key=lambda row: (row.requested, row.title, row.account))
        for i, row in enumerate(rows):
            numbered = replace(row, id=f"{area.prefix}-{year}-{area.first + i:06d}")
            done, said = _live(numbered, scene, chance)
            cases.append(done)
            updates += said
    return tuple(cases), tuple(updates)


def _told(told: Told, area: Area, scene: Scene, chance: Random) -> CaseRow:
    person = next(p for p in scene.people if (p.given, p.family) == (told.given, told.family))
    place = person.home
    if told.street:
        place = chance.choice([a for a in scene.addresses if a.street == told.street and a.number])
    if "Garages" in told.title:
        place = next(a for a in scene.addresses if a.organisation == "Quay Lane Garages")
    service = find_service(area, told.code)
    if service is None:  # pragma: no cover - the story names services of the catalogue, and a test says so
        raise KeyError(told.code)
    requested = scene.now - int(told.age * DAY)
    row = _row(area, service, person, place, requested, chance)
    expected = row.expected if told.due is None else scene.now + int(told.due * DAY)
    return replace(
        row, title=told.title, description=told.text, status=told.status, expected=expected, assigned=told.assigned
    )


def _drawn(area: Area, scene: Scene, chance: Random) -> CaseRow:
    service = chance.choices(area.services, [s.weight for s in area.services])[0]
    person = chance.choice(scene.people[6:]) if chance.random() > 0.02 else chance.choice(scene.people[:6])
    place = person.home if service.at_home else chance.choice(scene.addresses)
    age = chance.betavariate(1.0, 2.6) * 172 * DAY
    row = _row(area, service, person, place, _at_work(scene.now - int(age), chance), chance)
    made = min(row.requested, scene.now - 600)
    row = replace(row, requested=made, updated=made)
    late = (scene.now - row.requested) / DAY / max(service.days, 4)
    status = "open"
    if chance.random() < min(0.94, late * 0.4):
        status = chance.choices(CLOSED_STATUSES, (50, 28, 6, 6, 10))[0]
    elif chance.random() < 0.78:
        status = chance.choice(
            ("investigating", "planned", "in progress", "in progress", "action scheduled", "internal referral")
        )
    assigned = ""
    if status != "open" or chance.random() < 0.25:
        team = [o for o in scene.officers if o.team == TEAM_OF_AREA[area.id]]
        # The lead, who is the officer that the desk opens with, has more of her team's cases than most.
        weights = [3.0 if "lead" in o.roles else 1.0 for o in team]
        assigned = chance.choices(team, weights)[0].staff_id if chance.random() < 0.85 else ""
    anonymous = not service.at_home and chance.random() < 0.12
    if anonymous:
        row = replace(row, given="", family="", email="", phone="", account="")
        row = replace(row, born="", home_uprn="", home_address="", home_postcode="")
    return replace(row, status=status, assigned=assigned)


def _row(area: Area, service: Service, person: Resident, place: Address, requested: int, chance: Random) -> CaseRow:
    words = {
        "n": chance.randrange(2, 6), "kin": chance.choice(_KIN), "weekday": chance.choice(_WEEKDAYS), "street": place.street,
        "ward": ward_name(place.ward), "month": datetime.fromtimestamp(requested - chance.randrange(10, 90) * DAY, UTC).strftime("%B"),
    }  # fmt: skip
    stories = chance.sample(service.stories, k=chance.choice((1, 1, 2)) if len(service.stories) > 1 else 1)
    return CaseRow(
        area=area.id, id="", service_code=service.code, title=chance.choice(service.titles).format(**words),
        description=(" ".join(stories) + chance.choice(_THANKS)).format(**words), status="open", note="",
        requested=requested, updated=requested, expected=_at_five(requested + service.days * DAY),
        address=place.text, uprn=place.uprn, postcode=place.postcode, lat=place.lat, lon=place.lon,
        ward=ward_name(place.ward), given=person.given, family=person.family, email=person.email, phone=person.phone,
        account=person.account, team=TEAM_OF_AREA[area.id], born=person.born.isoformat(),
        home_uprn=person.home.uprn, home_address=person.home.text, home_postcode=person.home.postcode,
        own_ref=str(chance.randrange(10_000, 99_999)) if chance.random() < 0.3 else "",
        answers={q.code: _answer(q, requested, chance) for q in service.questions if q.variable},
    )  # fmt: skip


def _answer(question: Question, requested: int, chance: Random) -> list[str]:
    keys = [choice.key for choice in question.choices]
    match question.datatype:
        case Datatype.SINGLE:
            return [chance.choice(keys)]
        case Datatype.MULTI:
            return sorted(chance.sample(keys, k=min(len(keys), chance.choice((1, 1, 2)))))
        case Datatype.NUMBER:
            return [str(chance.randrange(1, 9))]
        case Datatype.DATETIME:
            return [iso(requested - chance.randrange(1, 30) * DAY)]
        case _:
            return [
                chance.choice(("After 15:00 on weekdays", "Ring first, please", "Not known", "See the description"))
            ]


def _at_work(moment: int, chance: Random) -> int:
    """The same day, at an hour when people write: mostly in the day, some in the evening."""
    hour = chance.choices((chance.randrange(8, 18), chance.randrange(18, 23)), (4, 1))[0]
    return moment - moment % DAY + hour * 3600 + chance.randrange(3600)


def _at_five(moment: int) -> int:
    """Five in the afternoon of that day or, at a weekend, of the Monday after (as a target is set, UTC)."""
    day = moment // DAY
    day += {5: 2, 6: 1}.get(datetime.fromtimestamp(day * DAY, UTC).weekday(), 0)
    return day * DAY + 17 * 3600


def iso(moment: int) -> str:
    """`2026-09-14T09:38:00Z`."""
    return datetime.fromtimestamp(moment, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _live(row: CaseRow, scene: Scene, chance: Random) -> tuple[CaseRow, list[UpdateRow]]:
    """A case with what happened between its making and its present status."""
    path = _path(row.status, chance)
    if not path:
        return row, []
    span = min(scene.now - row.requested, 45 * DAY)
    marks = sorted(chance.uniform(0.06, 0.96) for _ in path)
    by_staff = {str(o.staff_id): o.name for o in scene.officers}
    names = [o.name for o in scene.officers if o.team == row.team]
    updates: list[UpdateRow] = []
    for i, (status, mark) in enumerate(zip(path, marks, strict=True)):
        text = chance.choice(_SAID[status]).format(team=row.team, ward=row.ward, weekday=chance.choice(_WEEKDAYS[:5]))
        by_resident = status == "open" and "ang to ask" not in text and row.given and ("?" in text or "me" in text)
        given, _, family = (
            f"{row.given} {row.family}" if by_resident else by_staff.get(row.assigned, chance.choice(names))
        ).partition(" ")
        at = row.requested + max(60, int(span * mark)) + i
        # A note says the status as it is at that time: a server of this dialect repeats it with every update.
        at_that_time = status if status != "open" else next((u.status for u in reversed(updates)), "open")
        updates.append(
            UpdateRow(
                area=row.area,
                id=f"{row.id}-{i + 1}",
                case_id=row.id,
                at=min(at, scene.now - 30 + i),
                status=at_that_time,
                text=text,
                given=given,
                family=family,
            )
        )
    last = updates[-1]
    return replace(row, updated=last.at, note=last.text), updates


def _path(status: str, chance: Random) -> list[str]:
    """Statuses on the way to the present one; "open" stands for a note that changes nothing."""
    if status == "open":
        return ["open"] if chance.random() < 0.3 else []
    path = ["investigating"] if status != "investigating" and chance.random() < 0.8 else []
    if status in CLOSED_STATUSES and chance.random() < 0.6:
        path.append(chance.choice(("planned", "in progress", "action scheduled")))
    path.append(status)
    for _ in range(chance.choice((0, 0, 1, 1, 2))):
        path.insert(chance.randrange(len(path)), "open")
    return path
