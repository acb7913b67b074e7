"""What happened on cases, as one line of time."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, RowMapping

from desktop.domain.clocks import from_epoch
from desktop.domain.ids import ComponentId, LocalKey
from desktop.services.context import Context
from desktop.services.rows import TimelineItem
from desktop.store.reading import CHUNK, load_rows


def case_timeline(
    connection: Connection, context: Context, cases: Sequence[RowMapping], *, limit: int = 300
) -> tuple[TimelineItem, ...]:
    """What happened on some cases, newest first."""
    named = {row["key"]: row for row in cases}
    items = [
        TimelineItem(
            at=from_epoch(row["opened"]),
            colour=context.colour_of(row["component"]),
            component=ComponentId(row["component"]),
            title=f"{row['title']} reported",
            detail=" · ".join(filter(None, [row["reference"], row["reporter"] and f"by {row['reporter']}"])),
            target=("case", LocalKey(row["key"])),
            pending=bool(row["pending"]) and not row["reference"],
        )
        for row in cases
    ]
    keys = list(named)
    for start in range(0, len(keys), CHUNK):
        part = keys[start : start + CHUNK]
        events = load_rows(
            connection,
            "event",
            ("key", "component", "case_key", "at", "text", "status", "author"),
            lambda table, part=part: [table.c.case_key.in_(part)],  # type: ignore[misc]
            order=("-at", "-key"),
            limit=limit,
        )
        for event in events:
            case = named[event["case_key"]]
            status = f"Status: {event['status']}" if event["status"] else ""
            first, _, rest = event["text"].partition("\n")
            items.append(
                TimelineItem(
                    at=from_epoch(event["at"]),
                    colour=context.colour_of(event["component"]),
                    component=ComponentId(event["component"]),
                    title=status or first[:200] or "Update",
                    detail=" · ".join(
                        filter(None, [case["reference"], event["author"], (event["text"] if status else rest)[:300]])
                    ),
                    target=("case", LocalKey(case["key"])),
                    pending=bool(event["pending"]),
                )
            )
    items.sort(key=lambda item: item.at, reverse=True)
    return tuple(items[:limit])
