"""The draft of a case as a submission by the digital planning schema (v0.7.7). Pure.

Knit writes the base of an application: who applies, where, what for, and the declarations that the law asks for. What
else the schema knows (trees, flood, heritage, files) is left to the services that ask applicants for it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from math import isfinite
from uuid import UUID, uuid5

from desktop.adapters.api import degrees_to_grid, read_number, read_record, read_text
from desktop.domain.cases import CaseDraft
from desktop.domain.errors import InvalidInput
from desktop.domain.people import Person
from desktop.domain.places import Place, Point

from .forms import ACCURATE, APPLICANT, CONNECTION, FEE, PROJECT, PROPERTY, ROLE, pick, pick_many
from .schema import ADDRESS, APPLICANTS, APPLICATIONS, CONNECTIONS, PROJECTS, PROPERTIES

_KEYS = UUID("5c0a0f0e-6f0c-4a86-9d49-1f5a9c1f6c11")


@dataclass(frozen=True, slots=True, kw_only=True)
class Council:
    """What a submission says of the council it goes to, from the settings."""

    organisation: str
    district: str
    region: str


def build_session(key: str) -> str:
    """The id that a submission of ours is found again by: the key itself where it is a UUID, else one made of it."""
    try:
        return str(UUID(key))
    except ValueError:
        return str(uuid5(_KEYS, key))


def build_submission(draft: CaseDraft, council: Council, *, key: str, now: datetime) -> dict[str, object]:
    """The body that makes an application.

    Raises:
        InvalidInput: the type is none that Knit makes, or something is missing that the schema asks for.
    """
    answers = draft.answers
    declaration = {"accurate": True, "connection": {"value": pick(answers, CONNECTION, CONNECTIONS)}}
    if answers.get(ACCURATE) != ("yes",):
        raise InvalidInput(
            "The applicant has to declare that what is said is accurate.",
            "Ask the applicant, and answer yes.",
            key="bops.accurate",
            field=ACCURATE,
        )
    projects = [{"value": code, "description": PROJECTS[code]} for code in pick_many(answers, PROJECT, PROJECTS)]
    property_code = pick(answers, PROPERTY, PROPERTIES)
    return {
        "data": {
            "application": {"type": _build_type(draft), "fee": _build_fee(answers), "declaration": declaration},
            "user": {"role": _read_role(answers)},
            "applicant": _build_applicant(draft.reporter, draft.place, pick(answers, APPLICANT, APPLICANTS)),
            "property": {
                "address": _build_site(draft.place),
                "ward": draft.place.ward if draft.place else "",
                "localAuthorityDistrict": [council.district],
                "region": council.region,
                "type": {"value": property_code, "description": PROPERTIES[property_code]},
            },
            "proposal": {"projectType": projects, "description": _require_text(draft)},
        },
        "responses": [],
        "files": [],
        "metadata": {
            "id": build_session(key),
            "organisation": council.organisation,
            "schema": ADDRESS,
            "source": "Any",
            "submittedAt": now.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z"),
        },
    }


def find_private(body: Mapping[str, object]) -> tuple[str, ...]:
    """All that a submission says of the applicant and the site, each part by itself, for a refusal may repeat any."""
    submission = read_record(body.get("data"))
    applicant = {name: value for name, value in read_record(submission.get("applicant")).items() if name != "type"}
    address = read_record(read_record(submission.get("property")).get("address"))
    site = {name: value for name, value in address.items() if name != "source"}
    text = read_record(submission.get("proposal")).get("description")
    return tuple(_iterate_texts((applicant, site, text)))


def _iterate_texts(value: object) -> Iterator[str]:
    if isinstance(value, Mapping):
        yield from _iterate_texts(tuple(value.values()))
    elif isinstance(value, tuple):
        for item in value:
            yield from _iterate_texts(item)
    elif text := "" if isinstance(value, bool) else read_text(value):
        yield text


def _build_type(draft: CaseDraft) -> dict[str, str]:
    if draft.service_code not in APPLICATIONS:
        raise InvalidInput(
            "Knit does not make applications of this type.",
            "Use the council’s own planning form for it.",
            key="bops.type",
            field="service_code",
        )
    return {"value": draft.service_code, "description": APPLICATIONS[draft.service_code]}


def _read_role(answers: Mapping[str, tuple[str, ...]]) -> str:
    role = next(iter(answers.get(ROLE, ())), "applicant")
    return role if role in {"applicant", "proxy"} else "applicant"


def _build_fee(answers: Mapping[str, tuple[str, ...]]) -> dict[str, object]:
    said = next(iter(answers.get(FEE, ())), "")
    if not said:
        return {"notApplicable": True}
    pounds = read_number(said) if re.fullmatch(r"[0-9]{1,7}(\.[0-9]{1,2})?", said) else None
    if pounds is None:
        raise InvalidInput(
            "The fee is not an amount in pounds.", "Write it as 258 or 258.50.", key="bops.fee", field=FEE
        )
    return {
        "calculated": pounds,
        "payable": pounds,
        "exemption": {"disability": False, "resubmission": False},
        "reduction": {"alternative": False, "parishCouncil": False, "sports": False},
    }


def _require_text(draft: CaseDraft) -> str:
    text = (draft.description or draft.title).strip()
    if not text:
        raise InvalidInput("Say what is proposed.", key="bops.description", field="description")
    return text


def _build_applicant(person: Person | None, site: Place | None, kind: str) -> dict[str, object]:
    if person is None or not person.email or not person.family:
        raise InvalidInput(
            "An application needs the applicant’s name and e-mail address.",
            "Add them to the person.",
            key="bops.applicant",
            field="reporter",
        )
    applicant: dict[str, object] = {
        "type": kind,
        "name": {"first": person.given or "Not provided", "last": person.family},
        "email": person.email,
        "phone": {"primary": person.phone or "Not provided"},
        "address": _build_home(person.home, site),
    }
    if kind != "individual":
        applicant["company"] = {"name": person.family}
    return applicant


def _build_home(home: Place | None, site: Place | None) -> dict[str, object]:
    """Where the applicant lives: at the site, unless an address of another property is known."""
    parts = split_address(home) if home is not None else None
    same = home is None or (site is not None and home.uprn == site.uprn and bool(home.uprn))
    if same or parts is None or not parts.postcode:
        return {"sameAsSiteAddress": True}
    line = " ".join(part for part in (parts.pao, parts.street) if part)
    return {"sameAsSiteAddress": False, "line1": line, "town": parts.town, "postcode": parts.postcode}


# ==== the site ====


@dataclass(frozen=True, slots=True, kw_only=True)
class AddressParts:
    """An address on one line, taken apart: `pao` is the number or name on the street."""

    pao: str
    street: str
    town: str
    postcode: str


def split_address(place: Place) -> AddressParts | None:
    """The parts of an address, `12 High Street, Riverside, RV1 1AA` or `12, HIGH STREET, RIVERSIDE, RV1 1AA`; else None."""
    parts = [part.strip() for part in place.address.split(",") if part.strip()]
    postcode = place.postcode.upper()
    if parts and postcode and parts[-1].replace(" ", "").upper() == postcode.replace(" ", ""):
        parts.pop()
    if len(parts) < 2:
        return None
    *before, street, town = parts
    number, _, rest = street.partition(" ")
    if number[:1].isdigit() and rest:
        before, street = [*before, number], rest
    return AddressParts(pao=", ".join(before), street=street, town=town, postcode=place.postcode)


def _build_site(place: Place | None) -> dict[str, object]:
    """The address of a site: by its UPRN where that and the parts of the address are known, else as a proposed one."""
    point = place.point if place is not None else None
    if place is None or point is None:
        raise InvalidInput(
            "An application needs a place on the map.",
            "Choose an address, or a point on the map.",
            key="bops.place",
            field="place",
        )
    east, north = _to_grid(point)
    title = place.address or f"Land at {east:.0f}, {north:.0f}"
    site: dict[str, object] = {"latitude": point.lat, "longitude": point.lon, "x": east, "y": north, "title": title}
    parts = split_address(place)
    if not place.uprn or parts is None or not parts.postcode or len(place.usrn) > 8:
        return {**site, "source": "Proposed by applicant"}
    return {
        **site,
        "source": "Ordnance Survey",
        "singleLine": place.address,
        "uprn": place.uprn.zfill(12),
        "usrn": place.usrn,
        "pao": parts.pao,
        "street": parts.street,
        "town": parts.town,
        "postcode": parts.postcode,
    }


def _to_grid(point: Point) -> tuple[float, float]:
    """National grid metres of a point. Raises InvalidInput for one that lies outside Great Britain."""
    ((east, north),) = degrees_to_grid([(point.lon, point.lat)])
    if not (isfinite(east) and isfinite(north)):  # NaN: outside the grid
        raise InvalidInput("That place does not lie in Great Britain.", key="bops.place", field="place")
    return round(east, 2), round(north, 2)
