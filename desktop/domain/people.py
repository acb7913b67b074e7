"""People, and how a component's record of one is matched to another's."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date

from desktop.domain.ids import OutsideId, StaffId
from desktop.domain.places import Place


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """A person as one component knows them. Text fields are "" when it does not say.

    `restricted` marks one whose address and contacts the component keeps back: they are never asked for elsewhere or
    filled in from another source. `replaces` is an older id under which this person was asked for.
    """

    outside_id: OutsideId = OutsideId("")
    given: str = ""
    family: str = ""
    email: str = ""
    phone: str = ""
    born: date | None = None
    home: Place | None = None
    gender: str = ""
    died: date | None = None
    restricted: bool = False
    replaces: OutsideId = OutsideId("")
    version: str = ""

    @property
    def name(self) -> str:
        """Given and family name as one."""
        return f"{self.given} {self.family}".strip()


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonQuery:
    """Whom to look for. Empty parts are not asked about; `born` may be a range (from, to)."""

    given: str = ""
    family: str = ""
    born: date | None = None
    born_to: date | None = None
    gender: str = ""
    postcode: str = ""
    email: str = ""
    phone: str = ""
    fuzzy: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Household:
    """People who share a home, by UPRN."""

    home: Place
    members: tuple[Person, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Officer:
    """A person at a desk."""

    staff_id: StaffId
    name: str
    team: str = ""
    roles: tuple[str, ...] = ("officer",)
    skills: tuple[str, ...] = ()

    @property
    def initials(self) -> str:
        """First letters of first and last name, for the round mark."""
        words = self.name.split()
        return (words[0][:1] + (words[-1][:1] if len(words) > 1 else "")).upper() if words else "?"


def fold(text: str) -> str:
    """Text for comparing: no accents, no case, one space, straight apostrophes dropped."""
    plain = text
    if not text.isascii():
        plain = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    return re.sub(r"\s+", " ", plain.casefold().replace("\u2019", "'").replace("'", "")).strip()


def identity(person: Person) -> str:
    """The key under which records of one person in several components meet; "" when there is too little.

    A full name with an e-mail address, else with a home UPRN, else with a phone number. A name alone is never enough.
    """
    name = fold(person.name)
    if not person.given or not person.family:
        return ""
    if person.email:
        return f"e:{name}:{person.email.strip().casefold()}"
    if person.home and person.home.uprn:
        return f"u:{name}:{person.home.uprn}"
    digits = re.sub(r"\D", "", person.phone)
    return f"p:{name}:{digits[-10:]}" if len(digits) >= 10 else ""
