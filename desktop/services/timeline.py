"""What happened on cases, as one line of time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from sqlalchemy import Connection, RowMapping

from desktop.domain.cases import Phase, phase_of
from desktop.domain.clocks import from_epoch
from desktop.domain.ids import ComponentId, LocalKey
from desktop.services.context import Context
from desktop.services.rows import TimelineItem
from desktop.store.reading import CHUNK, load_rows


def case_timeline(
    connection: Connection, context: Context, cases: Sequence[RowMapping], *, limit: int = 300
) -> tuple[TimelineItem, ...]:
    """What happened on some cases, newest first. Of one case alone the lines leave out its reference."""
    named = {row["key"]: row for row in cases}
    alone = len(cases) == 1
    reports = [
        TimelineItem(
            at=from_epoch(row["opened"]),
            colour=context.colour_of(row["component"]),
            component=ComponentId(row["component"]),
            title=f"{row['title']} reported",
            detail=" · ".join(
                filter(None, ["" if alone else row["reference"], row["reporter"] and f"by {row['reporter']}"])
            ),
            target=("case", LocalKey(row["key"])),
            pending=bool(row["pending"]) and not row["reference"],
        )
        for row in cases
    ]
    items: list[TimelineItem] = []
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
        items += _event_items(context, named, events, alone=alone)
    items.sort(key=lambda item: item.at, reverse=True)
    items += reports  # below what happened in the same second
    items.sort(key=lambda item: item.at, reverse=True)
    return tuple(items[:limit])


def _event_items(
    context: Context, cases: Mapping[int, RowMapping], events: Sequence[RowMapping], *, alone: bool
) -> Iterator[TimelineItem]:
    """Events as lines. Components repeat the present status with every update: only a change of it is news.

    A note that was typed here never changed one: a status is changed by an op of its own, whose event comes by a pull.
    So a note that was typed offline, and arrived after a colleague's change, does not take that change for its author's.
    On another desk nothing tells the two apart but their order.
    """
    status_before: dict[int, str] = {}
    for event in sorted(events, key=lambda row: (row["at"], row["key"])):
        case = cases[event["case_key"]]
        status = event["status"] if event["key"] > 0 else ""
        before = status_before.get(case["key"])
        # A case begins as new, so a first update that says so changed nothing either.
        same = phase_of(status) is Phase.NEW if before is None else status == before
        changed = "" if same else status
        if status:
            status_before[case["key"]] = status
        first, _, rest = event["text"].partition("\n")
        title = f"Status: {changed}" if changed else first[:200] or "Update"
        words = event["text"] if changed else rest
        yield TimelineItem(
            at=from_epoch(event["at"]),
            colour=context.colour_of(event["component"]),
            component=ComponentId(event["component"]),
            title=title,
            detail=" · ".join(filter(None, ["" if alone else case["reference"], event["author"], words[:300]])),
            target=("case", LocalKey(case["key"])),
            pending=bool(event["pending"]),
        )
