"""Find that Charity's JSON to directory records. Pure.

One organisation is `{success, error, params, result}`; a search answers `{q0: {result: [{id, name, score, type}]}}`.
E-mail addresses and phone numbers are always null there. Source of the search: Reconciliation Service API 0.2.
"""

from __future__ import annotations

from collections.abc import Mapping

from desktop.adapters.api import (
    build_bad_response,
    parse_json,
    read_date,
    read_flag,
    read_items,
    read_point,
    read_record,
    read_text,
)
from desktop.domain.directory import Organisation, Provision, Term
from desktop.domain.ids import OutsideId
from desktop.domain.places import Place

QUERY = "q0"
_GONE = "This organisation is no longer registered."


def build_queries(words: str, *, most: int, kinds: tuple[str, ...]) -> dict[str, object]:
    """One query for the search; `kinds` narrows to one type, for the API takes one."""
    query: dict[str, object] = {"query": words, "limit": most}
    if kinds:
        query["type"] = kinds[0]
    return {QUERY: query}


def parse_found(text: str, *, component: str) -> tuple[Provision, ...]:
    """What a search found, best first. Raises BadResponse."""
    body = parse_json(text, component=component)
    answer = read_record(body).get(QUERY) if isinstance(body, dict) else None
    if not isinstance(answer, dict) or "result" not in answer:
        raise build_bad_response(text, component=component, what="it did not answer the query")
    records = map(read_record, read_items(answer["result"]))
    return tuple(found for record in records if (found := _build_hit(record)) is not None)


def _build_hit(record: Mapping[str, object]) -> Provision | None:
    id, name = OutsideId(read_text(record.get("id"))), read_text(record.get("name"))
    if not (id and name):
        return None
    kinds = tuple(map(_build_term, map(read_record, read_items(record.get("type")))))
    return Provision(
        outside_id=id,
        name=name,
        organisation=Organisation(outside_id=id, name=name, numbers=(id,)),
        terms=tuple(kind for kind in kinds if kind.id),
    )


def parse_organisation(text: str, *, component: str) -> Provision:
    """One organisation, whole. Raises BadResponse: it has no id or name."""
    body = parse_json(text, component=component)
    record = read_record(read_record(body).get("result")) if isinstance(body, dict) else {}
    id = OutsideId(read_text(record.get("id")) or read_text(record.get("org_id")))
    name = read_text(record.get("name"))
    if not (id and name):
        raise build_bad_response(text, component=component, what="an organisation has no id or name")
    active = read_flag(record.get("active"), default=True)
    return Provision(
        outside_id=id,
        name=name,
        organisation=Organisation(
            outside_id=id,
            name=name,
            description=read_text(record.get("description")),
            url=read_text(record.get("url")),
            email=read_text(record.get("email")),
            phone=read_text(record.get("telephone")),
            numbers=tuple(dict.fromkeys([id, *map(read_text, read_items(record.get("orgIDs")))])),
            active=active,
        ),
        description=read_text(record.get("description")),
        status="active" if active else "removed",
        url=read_text(record.get("url")),
        places=_build_places(record),
        terms=tuple(Term(id=OutsideId(kind), name=_say(kind)) for kind in _find_kinds(record)),
        checked=read_date(record.get("dateModified")),
        warnings=() if active else (_GONE,),
    )


def _build_places(record: Mapping[str, object]) -> tuple[Place, ...]:
    address = read_record(record.get("address"))
    parts = [
        read_text(address.get("streetAddress")) or read_text(record.get("streetAddress")),
        read_text(address.get("addressLocality")) or read_text(record.get("addressLocality")),
        read_text(address.get("addressRegion")) or read_text(record.get("addressRegion")),
    ]
    postcode = read_text(address.get("postalCode")) or read_text(record.get("postalCode"))
    words = ", ".join(filter(None, [*parts, postcode]))
    point = read_point(record.get("latitude"), record.get("longitude"))
    return (Place(address=words, postcode=postcode, point=point),) if words else ()


def _find_kinds(record: Mapping[str, object]) -> tuple[str, ...]:
    named = [read_text(kind) for kind in read_items(record.get("organisationType"))]
    return tuple(dict.fromkeys(filter(None, [read_text(record.get("organisationTypePrimary")), *named])))


def parse_terms(text: str, *, component: str) -> tuple[Term, ...]:
    """The types that a search can be narrowed to. Raises BadResponse."""
    body = parse_json(text, component=component)
    if not isinstance(body, dict) or not ("defaultTypes" in body or "name" in body):
        raise build_bad_response(text, component=component, what="it has no types")
    return tuple(term for term in map(_build_term, map(read_record, read_items(body.get("defaultTypes")))) if term.id)


def _build_term(record: Mapping[str, object]) -> Term:
    id = read_text(record.get("id"))
    return Term(id=OutsideId(id), name=read_text(record.get("name")) or _say(id), taxonomy="organisation type")


def _say(kind: str) -> str:
    return kind.replace("-", " ").capitalize()


def parse_said(text: str, *, component: str) -> str:
    """The words of a refusal, "" where there are none."""
    body = read_record(parse_json(text, component=component))
    error = body.get("error")
    return read_text(error) or read_text(read_record(error).get("message"))
