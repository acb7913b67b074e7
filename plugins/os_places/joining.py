"""Records of both data sets as places, each property once. Pure.

`DPA` is Royal Mail's file: its words are what belongs on a letter, so address, postcode and organisation are its where it
has the property. `LPI` is the councils' own gazetteer: status, custodian, street and USRN are its. Each fills the other's
gaps. A property has one record of the first and any number of the second: in English and Welsh, and under earlier and
alternative names; the approved one counts before others, and the language that was asked for first before the other.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from desktop.adapters.api import read_grid_point, read_point, read_text, read_uprn
from desktop.domain.places import Place

STATUSES = {"1": "approved", "3": "alternative", "6": "provisional", "8": "historic"}
"""Logical status codes of BS 7666; the order is that in which records of one property count."""
_ORDER = {status: number for number, status in enumerate(STATUSES.values())}
_STATUS_NAMES = ("LPI_LOGICAL_STATUS_CODE", "LOGICAL_STATUS_CODE")


@dataclass(frozen=True, slots=True)
class Found:
    """A record of a data set (`DPA` or `LPI`)."""

    dataset: str
    fields: Mapping[str, object]

    def read(self, *names: str) -> str:
        """The first of some fields that says something."""
        return next((text for name in names if (text := read_text(self.fields.get(name)))), "")

    @property
    def status(self) -> str:
        """The logical status of the record: that of the address before that of the property; an unknown one as it is."""
        code = self.read(*_STATUS_NAMES)
        return STATUSES.get(code, self.read("LPI_LOGICAL_STATUS_CODE_DESCRIPTION", "STATUS").lower() or code)


def join_records(records: Iterable[Found], languages: Sequence[str]) -> tuple[Place, ...]:
    """Each UPRN once, in the order of first sight. Records without a UPRN are all kept."""
    together: dict[str, list[Found]] = {}
    for number, record in enumerate(records):
        together.setdefault(read_uprn(record.fields.get("UPRN")) or f"without {number}", []).append(record)
    return tuple(build_place(sorted(each, key=lambda r: _rank(r, languages))) for each in together.values())


def _rank(record: Found, languages: Sequence[str]) -> tuple[int, int]:
    language = record.read("LANGUAGE")[:2].upper()
    order = _ORDER.get(record.status, len(_ORDER))
    return order, languages.index(language) if language in languages else len(languages)


def build_place(records: Sequence[Found]) -> Place:
    """The records of one property, best first, as a place."""
    posted = [record for record in records if record.dataset == "DPA"]
    kept = [record for record in records if record.dataset == "LPI"]
    for_letters, for_council = [*posted, *kept], [*kept, *posted]
    points = (
        read_point(record.fields.get("LAT"), record.fields.get("LNG"))
        or read_grid_point(record.fields.get("X_COORDINATE"), record.fields.get("Y_COORDINATE"))
        for record in records
    )
    return Place(
        uprn=read_uprn(records[0].fields.get("UPRN")),
        address=_first(for_letters, "ADDRESS"),
        postcode=_first(for_letters, "POSTCODE", "POSTCODE_LOCATOR"),
        organisation=_first(for_letters, "ORGANISATION_NAME", "ORGANISATION"),
        language=_first(for_letters, "LANGUAGE")[:2].upper(),
        ward=_first(for_council, "WARD_NAME", "WARD_CODE"),
        usrn=_first(for_council, "USRN"),
        street=_first(for_council, "STREET_DESCRIPTION", "THOROUGHFARE_NAME"),
        custodian=_first(for_council, "LOCAL_CUSTODIAN_CODE_DESCRIPTION"),
        status=next((record.status for record in for_council if record.status), ""),
        classification=_first(for_council, "CLASSIFICATION_CODE"),
        sources=tuple(dict.fromkeys(record.dataset for record in for_letters)),
        point=next((point for point in points if point is not None), None),
    )


def _first(records: Iterable[Found], *names: str) -> str:
    return next((text for record in records if (text := record.read(*names))), "")
