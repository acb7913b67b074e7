"""The sixty officers of Citytown, in teams."""

from __future__ import annotations

from dataclasses import dataclass

from desktop.domain.ids import StaffId
from desktop.domain.people import Officer
from desktop.sandbox.dice import dice
from desktop.sandbox.names import OFFICERS

TEAM_OF_AREA: dict[str, str] = {
    "housing": "Housing and neighbourhoods",
    "children": "Children and families",
    "adults": "Adult social care",
    "development": "Planning and building control",
    "waste": "Waste and recycling",
    "parks": "Parks and open spaces",
    "cleaning": "Street Scene",
    "public_health": "Public protection and health",
}
IT_TEAM = "Digital and IT"
_SKILLS: dict[str, tuple[str, ...]] = {
    "Housing and neighbourhoods": ("damp and mould", "tenancy", "repairs", "homelessness", "anti-social behaviour"),
    "Children and families": ("early help", "school transport", "SEND", "safeguarding"),
    "Adult social care": ("occupational therapy", "carers", "safeguarding", "direct payments"),
    "Planning and building control": ("enforcement", "trees", "listed buildings", "pre-application advice"),
    "Waste and recycling": ("rounds", "assisted collections", "bulky waste", "trade waste"),
    "Parks and open spaces": ("play inspection", "trees", "allotments", "events"),
    "Street Scene": ("fly-tipping", "graffiti", "abandoned vehicles", "gullies"),
    "Public protection and health": ("food hygiene", "noise", "pest control", "smoke control"),
    IT_TEAM: ("integration", "service desk"),
}
_LANGUAGES = ("British Sign Language", "Polish", "Urdu", "Punjabi", "Arabic", "Igbo", "Welsh", "Romanian")


@dataclass(frozen=True, slots=True)
class _Place:
    team: str
    roles: tuple[str, ...]


def _places() -> tuple[_Place, ...]:
    """Team and roles of each officer, in the order of the list of names: seven or so to a team."""
    teams = list(TEAM_OF_AREA.values())
    places = []
    for i in range(len(OFFICERS) - 1):
        team = teams[0] if i < 7 else teams[1 + (i - 7) % 7] if i < 56 else teams[i % 8]
        roles = ("officer", "lead") if i in {0, *range(7, 14)} else ("officer",)
        places.append(_Place(team, roles))
    places[12] = _Place(places[12].team, ("officer", "lead", "manager"))
    places[40] = _Place(places[40].team, ("auditor",))
    return (*places, _Place(IT_TEAM, ("officer",)))


def staff_id(name: str) -> StaffId:
    """`D.WHITFIELD` for Dana Whitfield; plain letters only."""
    first, last = name.split(maxsplit=1)[0], name.rsplit(maxsplit=1)[-1]
    plain = last.upper().replace("Ń", "N")
    return StaffId(f"{first[0].upper()}.{plain}")


def load_officers(seed: str = "citytown") -> tuple[Officer, ...]:
    """All sixty officers; the first is Dana Whitfield of Housing and neighbourhoods, the last Steve Techyman of IT."""
    chance = dice(seed, "officers")
    officers = []
    for name, place in zip(OFFICERS, _places(), strict=True):
        skills = tuple(sorted(chance.sample(_SKILLS[place.team], k=min(2, len(_SKILLS[place.team])))))
        language = (chance.choice(_LANGUAGES),) if chance.random() < 0.2 else ()
        officers.append(
            Officer(staff_id=staff_id(name), name=name, team=place.team, roles=place.roles, skills=skills + language)
        )
    return tuple(officers)
