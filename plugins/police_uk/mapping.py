"""data.police.uk JSON to facts. Pure.

Points and population are text, a location may be null, names of fields have hyphens, and ids and details may be "".
Positions are not where it happened: they are snapped to the nearest of a list of anonymous map points.
"""

from __future__ import annotations

import html
import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping

from desktop.adapters.api import (
    build_bad_response,
    parse_json,
    read_items,
    read_moment,
    read_point,
    read_record,
    read_text,
)
from desktop.domain.ids import OutsideId
from desktop.domain.insight import Fact
from desktop.domain.places import EARTH_M, Point, measure_m

CORNERS = 24
_TAG = re.compile(r"<[^>]*>")


def parse_located(text: str, *, component: str) -> tuple[str, str]:
    """Force and neighbourhood. Raises BadResponse: one is missing."""
    body = parse_json(text, component=component)
    record = read_record(body) if isinstance(body, dict) else {}
    force, neighbourhood = read_text(record.get("force")), read_text(record.get("neighbourhood"))
    if not (force and neighbourhood):
        raise build_bad_response(text, component=component, what="it names no neighbourhood")
    return force, neighbourhood


def parse_records(text: str, *, component: str) -> tuple[Mapping[str, object], ...]:
    """A list of objects; one object alone is a list of one. Raises BadResponse: it is neither."""
    body = parse_json(text, component=component)
    if not isinstance(body, list | dict):
        raise build_bad_response(text, component=component, what="it is no list")
    return tuple(record for record in map(read_record, read_items(body)) if record)


def build_team(
    record: Mapping[str, object],
    *,
    force: str,
    people: Iterable[Mapping[str, object]] = (),
    priorities: Iterable[Mapping[str, object]] = (),
    events: Iterable[Mapping[str, object]] = (),
) -> Fact:
    """A neighbourhood team with who is in it, what it works on and where to meet it."""
    contact = read_record(record.get("contact_details"))
    name = read_text(record.get("name")) or read_text(record.get("id"))
    officers = [" ".join(filter(None, [read_text(p.get("rank")), read_text(p.get("name"))])) for p in people]
    meets = [_say_event(event) for event in events]
    details = {
        "force": force.replace("-", " "),
        "telephone": read_text(contact.get("telephone")),
        "e-mail": read_text(contact.get("email")),
        "officers": ", ".join(filter(None, officers)),
        "priorities": "; ".join(filter(None, (read_plain(p.get("issue")) for p in priorities))),
        "meetings": "; ".join(filter(None, meets)),
        "population": read_text(record.get("population")),
    }
    return Fact(
        outside_id=OutsideId(f"{force}/{read_text(record.get('id'))}"),
        kind="neighbourhood team",
        title=f"Neighbourhood team: {name}",
        text=", ".join(filter(None, [details["telephone"], details["e-mail"], details["officers"]])),
        url=read_text(record.get("url_force")),
        distance_m=0.0,
        details={key: value for key, value in details.items() if value},
    )


def read_plain(value: object) -> str:
    """Text of a field that forces write as a piece of a web page: `<p>Noise &amp; litter</p>` is "Noise & litter"."""
    return " ".join(html.unescape(_TAG.sub(" ", read_text(value))).split())


def _say_event(event: Mapping[str, object]) -> str:
    at = read_moment(event.get("start_date"))
    day = at.strftime("%d/%m/%Y") if at else ""
    return ", ".join(filter(None, [read_text(event.get("title")), read_text(event.get("address")), day]))


def build_crime(record: Mapping[str, object], *, near: Point) -> Fact | None:
    """One crime at its anonymous point, or None where it has no category."""
    category = read_text(record.get("category"))
    if not category:
        return None
    location = read_record(record.get("location"))
    street = read_text(read_record(location.get("street")).get("name"))
    point = read_point(location.get("latitude"), location.get("longitude"))
    outcome = read_record(record.get("outcome_status"))
    month = read_text(record.get("month"))
    return Fact(
        outside_id=OutsideId(read_text(record.get("persistent_id")) or read_text(record.get("id"))),
        kind=category,
        title=say_category(category),
        text=", ".join(filter(None, [street, month, read_text(outcome.get("category"))])),
        at=read_moment(month),
        point=point,
        distance_m=measure_m(near, point) if point else None,
        details={key: value for key, value in {"context": read_text(record.get("context"))}.items() if value},
    )


def say_category(category: str) -> str:
    """A category in words: `anti-social-behaviour` as "Anti-social behaviour"."""
    return category.replace("-", " ").replace("anti social", "anti-social").capitalize()


def count_crimes(crimes: Iterable[Fact]) -> str:
    """How many of each kind, the most first, as a sentence; "" for none."""
    counts = Counter(crime.title for crime in crimes)
    if not counts:
        return ""
    parts = ", ".join(f"{title.lower()} {count:,}" for title, count in counts.most_common(5))
    total = counts.total()
    return f"{total:,} crime{'' if total == 1 else 's'} in the last month on record: {parts}."


def build_circle(near: Point, radius_m: float) -> str:
    """A circle as the service takes a polygon: `lat,lng:lat,lng`, 24 corners."""
    step = math.degrees(radius_m / EARTH_M)
    across = max(0.01, math.cos(math.radians(near.lat)))
    corners = []
    for number in range(CORNERS):
        turn = 2 * math.pi * number / CORNERS
        corners.append(f"{near.lat + step * math.cos(turn):.5f},{near.lon + step / across * math.sin(turn):.5f}")
    return ":".join(corners)


def build_outline(records: Iterable[Mapping[str, object]]) -> str:
    """A boundary as a polygon of the same form; "" where it has fewer than three corners."""
    points = [read_point(record.get("latitude"), record.get("longitude")) for record in records]
    corners = [f"{point.lat:.5f},{point.lon:.5f}" for point in points if point is not None]
    return ":".join(corners) if len(corners) >= 3 else ""
