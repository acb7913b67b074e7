"""Residents and their households; first the six whom the story is about."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from datetime import date, timedelta

from desktop.sandbox.addresses import Address
from desktop.sandbox.dice import dice
from desktop.sandbox.names import FAMILY, GIVEN, UNUSUAL


@dataclass(frozen=True, slots=True, kw_only=True)
class Resident:
    """A person of the town. The name, e-mail and telephone are the same in every component that knows them."""

    given: str
    family: str
    email: str
    phone: str
    born: date
    home: Address
    account: str


# Given, family, door, street, born, telephone: Cynthia, her son, his mate, the mate's cousin, her friend, and Steve.
_NAMED = (
    ("Cynthia", "Okafor", 14, "Tanner Street", date(1984, 3, 3), "07700 900416"),
    ("Cyril", "Okafor", 14, "Tanner Street", date(2008, 11, 21), "07700 900417"),
    ("Aziz", "Rahman", 9, "Weir Road", date(2008, 5, 9), "07700 900518"),
    ("Issi", "Rahman", 7, "Alder Road", date(1999, 7, 30), "07700 900619"),
    ("Lizzy", "Marsh", 5, "Quay Lane", date(1998, 1, 17), "07700 900733"),
    ("Steve", "Techyman", 3, "Mercer Row", date(1979, 10, 2), "07700 900101"),
)
NAMED = tuple((given, family) for given, family, *_ in _NAMED)


def build_people(seed: str, addresses: tuple[Address, ...], count: int, today: date) -> tuple[Resident, ...]:
    """So many residents in households of one to five; the named six come first."""
    chance = dice(seed, "people")
    homes = [a for a in addresses if a.form.startswith("RD")]
    people: list[Resident] = []
    for given, family, number, street, born, phone in _NAMED:
        home = next(a for a in homes if a.number == number and a.street == street and not a.sub)
        email = f"{given}.{family}@example.org".lower()
        people.append(_resident(len(people), given, family, email, phone, born, home))
    taken = {person.home.uprn for person in people}
    free = [a for a in homes if a.uprn not in taken]
    chance.shuffle(free)
    unusual = list(UNUSUAL)
    while len(people) < count:
        home = free.pop() if free else chance.choice(homes)
        family = chance.choice(FAMILY)
        for member in range(min(chance.choices((1, 2, 3, 4, 5), (28, 34, 18, 14, 6))[0], count - len(people))):
            given = chance.choice(GIVEN)
            if unusual and len(people) % 9 == 8:
                given, family = unusual.pop(0)
            elif member == 1 and chance.random() < 0.25:
                family = chance.choice(FAMILY)
            age = chance.randrange(18, 94) if member < 2 else chance.randrange(0, 17)
            born = today - timedelta(days=age * 365 + chance.randrange(365))
            index = len(people)
            phone = (
                f"07700 900{(index * 7 + 3) % 1000:03d}" if chance.random() < 0.8 else f"01632 960{index % 1000:03d}"
            )
            email = f"{_plain(given)}.{_plain(family)}{index}@example.org" if chance.random() < 0.86 else ""
            people.append(_resident(index, given, family, email, phone, born, home))
    return tuple(people)


def _resident(index: int, given: str, family: str, email: str, phone: str, born: date, home: Address) -> Resident:
    return Resident(
        given=given, family=family, email=email, phone=phone, born=born, home=home, account=f"CT{100_200 + index * 13}"
    )


def _plain(text: str) -> str:
    """Letters fit for an e-mail address; `resident` where none are left."""
    folded = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return "".join(c for c in folded.lower() if c.isalpha()) or "resident"
