"""Flood-monitoring JSON to facts. Pure.

An answer is `{meta, items}`; `items` is an object instead of a list when there is one. Labels, towns and statuses may be
lists, and a station may be nothing but its `@id`. Times without a zone are British.
"""

from __future__ import annotations

from collections.abc import Mapping

from desktop.adapters.api import (
    build_bad_response,
    parse_json,
    read_items,
    read_moment,
    read_point,
    read_record,
    read_text,
    read_whole,
)
from desktop.domain.ids import OutsideId
from desktop.domain.insight import Fact
from desktop.domain.places import Point, measure_m

_LEVELS = {1: "severe", 2: "warning", 3: "warning", 4: "info"}
"""Severity levels: severe flood warning, flood warning, flood alert, and no longer in force."""


def parse_items(text: str, *, component: str) -> tuple[Mapping[str, object], ...]:
    """The items of an answer. Raises BadResponse: it has none."""
    body = parse_json(text, component=component)
    if not isinstance(body, dict) or "items" not in body:
        raise build_bad_response(text, component=component, what="it has no items")
    return tuple(record for record in map(read_record, read_items(body["items"])) if record)


def build_warning(item: Mapping[str, object], *, near: Point) -> Fact | None:  # noqa: ARG001 -- one shape for all three
    """A flood warning or alert, or None where it says nothing that can be shown."""
    area = read_record(item.get("floodArea"))
    severity, title = read_text(item.get("severity")), read_text(item.get("description"))
    level = read_whole(item.get("severityLevel"))
    if not (severity or title):
        return None
    return Fact(
        outside_id=OutsideId(read_text(item.get("floodAreaID")) or read_text(item.get("@id"))),
        kind="flood warning",
        title=": ".join(filter(None, [severity, title])),
        text=read_text(item.get("message")),
        level=_LEVELS.get(level or 0, "info"),
        at=read_moment(item.get("timeMessageChanged")) or read_moment(item.get("timeRaised")),
        details=_keep(
            {
                "severity level": str(level or ""),
                "county": read_text(area.get("county")),
                "river or sea": read_text(area.get("riverOrSea")),
                "area": read_text(item.get("eaAreaName")),
            }
        ),
    )


def build_area(item: Mapping[str, object], *, near: Point) -> Fact | None:
    """An area that is warned as one when water rises."""
    name = read_text(item.get("label")) or read_text(item.get("description"))
    code = read_text(item.get("notation")) or read_text(item.get("fwdCode"))
    if not (name and code):
        return None
    point = read_point(item.get("lat"), item.get("long"))
    return Fact(
        outside_id=OutsideId(code),
        kind="flood area",
        title=f"Flood area: {name}",
        text=read_text(item.get("description")),
        level="info",
        point=point,
        distance_m=measure_m(near, point) if point else None,
        details=_keep(
            {
                "county": read_text(item.get("county")),
                "river or sea": read_text(item.get("riverOrSea")),
                "Floodline quick dial": read_text(item.get("quickDialNumber")),
            }
        ),
    )


def build_station(item: Mapping[str, object], *, near: Point) -> Fact | None:
    """A measuring station with its last reading, where the answer has one; None for one that is only an address."""
    name = read_text(item.get("label"))
    code = read_text(item.get("notation")) or read_text(item.get("stationReference"))
    if not (name and code):
        return None
    point = read_point(item.get("lat"), item.get("long"))
    river, town = read_text(item.get("riverName")), read_text(item.get("town"))
    reading, at = _find_reading(item)
    return Fact(
        outside_id=OutsideId(code),
        kind="river station",
        title=f"River level at {name}" + (f", {river}" if river else ""),
        text=reading,
        level="info",
        at=read_moment(at),
        point=point,
        distance_m=measure_m(near, point) if point else None,
        details=_keep(
            {
                "town": town,
                "catchment": read_text(item.get("catchmentName")),
                "status": read_text(item.get("status")).rpartition("/")[2],
                "typical range": _find_range(item),
            }
        ),
    )


def _find_reading(item: Mapping[str, object]) -> tuple[str, object]:
    """The last reading of the first measure that has one, in words, and its time."""
    for measure in map(read_record, read_items(item.get("measures"))):
        last = read_record(measure.get("latestReading"))
        value = read_text(last.get("value"))
        if value:
            unit = read_text(measure.get("unitName"))
            words = " ".join(filter(None, [read_text(measure.get("parameterName")), value, unit]))
            return words, last.get("dateTime")
    return "", None


def _find_range(item: Mapping[str, object]) -> str:
    scale = read_record(item.get("stageScale")) or read_record(item.get("downstageScale"))
    low, high = read_text(scale.get("typicalRangeLow")), read_text(scale.get("typicalRangeHigh"))
    return f"{low} to {high}" if low and high else ""


def _keep(details: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in details.items() if value}
