"""Types of cases of the Catalogi API, with their statuses, results and questions. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from desktop.adapters.api import read_date, read_flag, read_items, read_record, read_text, read_whole
from desktop.domain.cases import CaseType, Choice, Datatype, Question

from .mapping import Record, read_id

_DATATYPES: Mapping[str, Datatype] = {
    "tekst": Datatype.STRING,
    "getal": Datatype.NUMBER,
    "datum": Datatype.DATETIME,
    "datum_tijd": Datatype.DATETIME,
}


@dataclass(frozen=True, slots=True)
class StatusWord:
    """A status that an officer may set: its word, its type, and the type of the result that it ends the case with."""

    word: str
    status: Record
    result: Record


def is_valid(record: Record, today: date) -> bool:
    """Whether a type is published and holds today."""
    begins, ends = read_date(record.get("beginGeldigheid")), read_date(record.get("eindeGeldigheid"))
    return (
        not read_flag(record.get("concept")) and (begins is None or begins <= today) and (ends is None or ends >= today)
    )


def find_current(zaaktypen: Iterable[Record], today: date) -> dict[str, Record]:
    """The version that holds today of each type of case, the latest where several do, by its code."""
    current: dict[str, Record] = {}
    for record in zaaktypen:
        code = read_text(record.get("identificatie")) or read_id(record.get("url"))
        if not code or not is_valid(record, today):
            continue
        known = current.get(code)
        if known is None or _begins(record) >= _begins(known):
            current[code] = record
    return current


def _begins(record: Record) -> date:
    return read_date(record.get("beginGeldigheid")) or date.min


def build_status_words(statustypen: Iterable[Record], resultaattypen: Iterable[Record]) -> tuple[StatusWord, ...]:
    """Every status in order. One that ends a case comes once for each result: a case cannot end without one."""
    results = sorted(resultaattypen, key=lambda record: read_text(record.get("omschrijving")))
    words: list[StatusWord] = []
    for status in sorted(statustypen, key=lambda record: read_whole(record.get("volgnummer")) or 0):
        word = read_text(status.get("omschrijving"))
        if read_flag(status.get("isEindstatus")) and results:
            words += [StatusWord(f"{word}: {read_text(r.get('omschrijving'))}", status, r) for r in results]
        elif word:
            words.append(StatusWord(word, status, {}))
    return tuple(words)


def build_types(
    zaaktypen: Iterable[Record],
    *,
    statustypen: Iterable[Record],
    resultaattypen: Iterable[Record],
    eigenschappen: Iterable[Record],
    today: date,
) -> tuple[CaseType, ...]:
    """Every type of case that holds today, by name."""
    statuses, results = group_by_zaaktype(statustypen), group_by_zaaktype(resultaattypen)
    properties = group_by_zaaktype(eigenschappen)
    types = []
    for code, record in find_current(zaaktypen, today).items():
        url = read_text(record.get("url"))
        questions = tuple(map(build_question, properties[url]))
        types.append(
            CaseType(
                code=code,
                name=read_text(record.get("omschrijving")) or code,
                description=read_text(record.get("doel")) or read_text(record.get("toelichting")),
                group=read_text(record.get("omschrijvingGeneriek")),
                keywords=tuple(filter(None, map(read_text, read_items(record.get("trefwoorden"))))),
                has_questions=bool(questions),
                questions=questions,
                statuses=tuple(w.word for w in build_status_words(statuses[url], results[url])),
            )
        )
    return tuple(sorted(types, key=lambda kind: kind.name.casefold()))


def group_by_zaaktype(records: Iterable[Record]) -> defaultdict[str, Sequence[Record]]:
    """Records by the address of the type of case that they belong to."""
    groups: defaultdict[str, Sequence[Record]] = defaultdict(list)
    for record in records:
        url = read_text(record.get("zaaktype"))
        groups[url] = [*groups[url], record]
    return groups


def build_question(eigenschap: Record) -> Question:
    """A property of a type of case as a question; with a list of values it is a choice."""
    specification = read_record(eigenschap.get("specificatie"))
    values = tuple(filter(None, map(read_text, read_items(specification.get("waardenverzameling")))))
    name = read_text(eigenschap.get("naam"))
    many = read_text(specification.get("kardinaliteit")) not in {"", "1"}
    formatted = _DATATYPES.get(read_text(specification.get("formaat")), Datatype.STRING)
    return Question(
        code=name,
        text=read_text(eigenschap.get("definitie")) or name,
        datatype=(Datatype.MULTI if many else Datatype.SINGLE) if values else formatted,
        hint=read_text(eigenschap.get("toelichting")),
        choices=tuple(Choice(key=value, name=value) for value in values),
    )
