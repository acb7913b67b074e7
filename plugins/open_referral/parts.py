"""Parts of an HSDS service: where it is, what it costs, whom it is for, what it is called by. Pure.

The older shape has other names for some: both are read, whichever a directory says it speaks.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation

from desktop.adapters.api import read_date, read_items, read_number, read_point, read_record, read_text, read_uprn
from desktop.domain.directory import Cost, Eligibility, Opening, Organisation, Term
from desktop.domain.ids import OutsideId, Uprn
from desktop.domain.places import Place

from .schedules import build_opening, say_date

MOST = 100
"""Items of one list that are read: no service has more places, prices or words."""
_MOST_POUNDS = Decimal(1_000_000)
_MOST_AGE = 130


def read_records(record: Mapping[str, object], *names: str) -> Iterator[Mapping[str, object]]:
    """The objects in the lists of these names, at most `MOST` of each."""
    for name in names:
        yield from (item for item in map(read_record, read_items(record.get(name))[:MOST]) if item)


# ==== who ====


def build_organisation(record: Mapping[str, object]) -> Organisation:
    """Who provides it, with registered numbers as `GB-CHC-1089464`."""
    numbers = []
    for item in read_records(record, "organization_identifiers"):
        parts = (read_text(item.get("identifier_scheme")), read_text(item.get("identifier")))
        numbers.append("-".join(filter(None, parts)) if parts[1] else "")
    return Organisation(
        outside_id=OutsideId(read_text(record.get("id"))),
        name=read_text(record.get("name")),
        description=read_text(record.get("description")),
        url=read_text(record.get("website")) or read_text(record.get("url")),
        email=read_text(record.get("email")),
        phone=find_phone(record),
        numbers=tuple(dict.fromkeys(filter(None, numbers))),
    )


def find_phone(record: Mapping[str, object]) -> str:
    """The first telephone number: its own, else that of somebody to be asked."""
    holders = [record, *read_records(record, "contacts")]
    for phone in (phone for holder in holders for phone in read_records(holder, "phones")):
        if number := read_text(phone.get("number")).strip('" '):
            return number
    return ""


# ==== where and when ====


def build_places(record: Mapping[str, object]) -> tuple[Place, ...]:
    """Where it is; a place that is only online is left out."""
    places = (build_place(read_record(at.get("location"))) for at in read_records(record, "service_at_locations"))
    return tuple(dict.fromkeys(place for place in places if place is not None))


def build_place(location: Mapping[str, object]) -> Place | None:
    """One location, or None where it has neither address, name nor point."""
    if read_text(location.get("location_type")) == "virtual":
        return None
    address = next(read_records(location, "addresses", "physical_addresses"), {})
    lines = [location.get("name"), *(address.get(name) for name in ("address_1", "address_2", "city"))]
    postcode = read_text(address.get("postal_code"))
    words = ", ".join(dict.fromkeys(filter(None, [*map(read_text, lines), postcode])))
    point = read_point(location.get("latitude"), location.get("longitude"))
    if not words and point is None:
        return None
    named = read_text(location.get("external_identifier_type")).upper()
    uprn = read_uprn(location.get("external_identifier")) if "UPRN" in named else Uprn("")
    return Place(address=words, postcode=postcode, point=point, uprn=uprn)


def build_openings(record: Mapping[str, object]) -> tuple[Opening, ...]:
    """When it is open: as a whole, and at its places."""
    holders = [record, *read_records(record, "service_at_locations")]
    schedules = (item for holder in holders for item in read_records(holder, "schedules", "regular_schedules"))
    openings = (build_opening(item) for item in schedules)
    return tuple(dict.fromkeys(opening for opening in openings if opening is not None))


def build_areas(record: Mapping[str, object]) -> tuple[str, ...]:
    """Names of the areas whose people it is for."""
    names = (
        next(filter(None, (read_text(item.get(name)) for name in ("name", "service_area", "uri"))), "")
        for item in read_records(record, "service_areas")
    )
    return tuple(dict.fromkeys(filter(None, names)))


# ==== for whom, and for how much ====


def build_eligibility(record: Mapping[str, object]) -> Eligibility:
    """Ages in years; the older shape has them in `eligibilitys`."""
    older = next(read_records(record, "eligibilitys"), {})
    lowest, highest = (
        _read_age(record.get(name)) if record.get(name) is not None else _read_age(older.get(name))
        for name in ("minimum_age", "maximum_age")
    )
    text = read_text(record.get("eligibility_description")) or read_text(older.get("eligibility"))
    return Eligibility(text=text, min_age=lowest, max_age=highest)


def _read_age(value: object) -> int | None:
    number = read_number(value)
    return int(number) if number is not None and 0 <= number <= _MOST_AGE else None


def build_costs(record: Mapping[str, object]) -> tuple[Cost, ...]:
    """Each price, then what is said about fees in general."""
    costs = [_build_cost(item) for item in read_records(record, "cost_options")]
    fees = read_text(record.get("fees_description")) or read_text(record.get("fees"))
    return tuple(dict.fromkeys(cost for cost in [*costs, Cost(text=fees)] if cost.text))


def _build_cost(record: Mapping[str, object]) -> Cost:
    currency = read_text(record.get("currency")).upper() or "GBP"
    amount = _read_amount(record.get("amount"))
    pounds = amount is not None and currency == "GBP"
    pence = int(amount * 100) if amount is not None and pounds and amount * 100 == int(amount * 100) else None
    about, option = read_text(record.get("amount_description")), read_text(record.get("option"))
    words = [
        _say_amount(amount, currency),
        about,
        f"({option})" if option and (about or amount is not None) else option,
    ]
    ends = read_date(record.get("valid_to"))
    text = " ".join(filter(None, words))
    return Cost(text=f"{text}, until {say_date(ends)}" if text and ends else text, pence=pence)


def _read_amount(value: object) -> Decimal | None:
    try:
        amount = Decimal(read_text(value).lstrip("£").replace(",", ""))
    except InvalidOperation:
        return None
    return amount if amount.is_finite() and 0 <= amount <= _MOST_POUNDS else None


def _say_amount(amount: Decimal | None, currency: str) -> str:
    if amount is None:
        return ""
    if amount == 0:
        return "Free"
    number = f"{amount:,.0f}" if amount == int(amount) else f"{amount:,.2f}"
    return f"£{number}" if currency == "GBP" else f"{number} {currency}"


# ==== words ====


def build_terms(record: Mapping[str, object]) -> tuple[Term, ...]:
    """What it is found by."""
    links = read_records(record, "attributes", "service_taxonomys")
    terms = (build_term(read_record(link.get("taxonomy_term") or link.get("taxonomy"))) for link in links)
    return tuple(dict.fromkeys(term for term in terms if term is not None))


def build_term(record: Mapping[str, object], taxonomies: Mapping[str, str] | None = None) -> Term | None:
    """One term, or None where it has no id or name. `taxonomies` are names by id."""
    id, name = read_text(record.get("id")), read_text(record.get("name")) or read_text(record.get("term"))
    if not (id and name):
        return None
    detail = read_record(record.get("taxonomy_detail"))
    named = (taxonomies or {}).get(read_text(record.get("taxonomy_id")), "")
    words = (
        read_text(record.get("taxonomy")),
        read_text(record.get("vocabulary")),
        read_text(detail.get("name")),
        named,
    )
    return Term(
        id=OutsideId(id),
        name=name,
        taxonomy=next(filter(None, words), ""),
        parent=OutsideId(read_text(record.get("parent_id"))),
    )


def build_languages(record: Mapping[str, object]) -> tuple[str, ...]:
    """Names or codes of languages."""
    items = read_records(record, "languages")
    names = (next(filter(None, (read_text(item.get(n)) for n in ("name", "language", "code"))), "") for item in items)
    return tuple(dict.fromkeys(filter(None, names)))


# ==== how far it can be relied on ====

_STATES = {
    "defunct": "The directory says that this service has ended.",
    "inactive": "The directory says that this service does not run at present.",
    "temporarily closed": "The directory says that this service is closed for now.",
}


def build_warnings(status: str, checked: date | None, alert: str, *, oldest: date) -> tuple[str, ...]:
    """Sentences to be shown with it: how it stands, and whether somebody assured the record since `oldest`."""
    found = [_STATES.get(status.lower(), "")]
    if checked is None:
        found.append("The directory does not say when this record was last checked.")
    elif checked < oldest:
        found.append(f"This record was last checked on {say_date(checked)}: ask before you rely on it.")
    return tuple(filter(None, [*found, alert]))
