"""Cases: lists, one case, and what an officer does to it."""

from __future__ import annotations

import uuid
from array import array
from collections.abc import Collection, Sequence
from typing import Any, Final, Literal

import msgspec
from sqlalchemy import ColumnElement, Connection, RowMapping, Select, Table, func, select

from desktop.domain.cases import CaseDraft, CaseType, Phase, phase_of
from desktop.domain.changes import Changes
from desktop.domain.clocks import from_epoch, to_epoch
from desktop.domain.errors import InvalidInput, NotFound
from desktop.domain.ids import NO_KEY, ComponentId, LocalKey, OpId, StaffId
from desktop.services.assignment import assign_case, build_assignment, is_assignable, is_told
from desktop.services.case_checks import check_draft, check_text
from desktop.services.case_ops import build_case_op, build_new_case, build_note
from desktop.services.context import Context
from desktop.services.outbox import read_conflicts, read_pending
from desktop.services.rows import CaseFile, CasePage, CaseQuery, CaseRow, Cursor, Written
from desktop.services.timeline import case_timeline
from desktop.store.base import counters
from desktop.store.base import tables as base
from desktop.store.mapping import read_person, read_place
from desktop.store.reading import (
    CHUNK,
    Narrow,
    after,
    aside,
    by_keys,
    count_rows,
    find_row,
    inside,
    load_rows,
    matching,
    select_hits,
)
from desktop.store.records import FAR
from desktop.sync.unanswered import NO_NUMBER, refuse_more

NEWEST: Final = 2_000
SAMPLE: Final = 600
Lead = Literal["order", "box", "some of box", "newest"]
"""What leads to rows: the index of the list's order, the box, any 600 of the box, or the newest 2,000 hits of the words."""
ROW_COLUMNS: Final = (
    "key", "component", "reference", "title", "service_name", "phase", "status", "opened", "updated", "due", "address",
    "ward", "assignee", "reporter", "lat", "lon",
)  # fmt: skip


class Cases:
    """Cases as the desk reads and changes them."""

    def __init__(self, context: Context) -> None:
        self._context = context

    # ==== lists ====
    def page(self, query: CaseQuery, after: Cursor | None, limit: int) -> CasePage:
        """Some rows in order, by keyset."""
        column, down = _sort(query)
        with self._context.reader.read() as connection:
            found = load_rows(
                connection,
                "case",
                ROW_COLUMNS,
                narrow_cases(query, after),
                order=(f"-{column}", "-key") if down else (column, "key"),
                limit=limit,
            )
        rows = tuple(read_case_row(row) for row in found)
        more = Cursor(value=found[-1][column], key=LocalKey(found[-1]["key"])) if len(found) == limit else None
        return CasePage(rows=rows, after=more)

    def ids(self, query: CaseQuery) -> array[int]:
        """Keys of all rows in order; 8 bytes each, and interruptible."""
        column, down = _sort(query)
        with self._context.reader.read() as connection:
            found = load_rows(
                connection,
                "case",
                ("key", column),
                narrow_cases(query),
                order=(f"-{column}", "-key") if down else (column, "key"),
            )
        return array("q", [row["key"] for row in found])

    def rows(self, keys: Sequence[LocalKey]) -> tuple[CaseRow, ...]:
        """Rows of those keys, in the order given; those that are gone are left out."""
        with self._context.reader.read() as connection:
            return load_case_rows(connection, keys)

    def count(self, query: CaseQuery) -> int:
        """How many rows the query has."""
        with self._context.reader.read() as connection:
            return count_by_query(connection, query)

    # ==== one case ====
    def get(self, key: LocalKey) -> CaseFile:
        """All of one case. Raises NotFound."""
        with self._context.reader.read() as connection:
            row = self._get_row(connection, key)
            component = ComponentId(row["component"])
            reporter = read_person(row) if row["reporter"] or row["email"] else None
            answered = not row["outside_id"].startswith(NO_NUMBER)
            return CaseFile(
                row=read_case_row(row),
                component_name=self._context.name_of(component),
                outside_id=row["outside_id"] if answered else "",
                fetched_at=from_epoch(row["fetched_at"]) if row["fetched_at"] else None,
                description=row["description"],
                status_note=row["status_note"],
                team=row["team"],
                place=read_place(row),
                reporter=reporter,
                reporter_key=find_person_key(connection, row["identity"]) if reporter else NO_KEY,
                statuses=load_case_statuses(connection, component, row["service_code"]) if answered else (),
                timeline=case_timeline(connection, self._context, [row]),
                conflicts=read_conflicts(connection, key, self._context.officer_names()),
                ops=read_pending(connection, key=key),
                assignable=is_assignable(self._context, component),
                takes_notes=answered and component not in self._context.in_use().without_notes,
                answered=answered,
            )

    # ==== changes ====
    def create(self, component: ComponentId, draft: CaseDraft, *, draft_name: str = "") -> Written:
        """Makes a case, which its maker handles: it shows at once, and is sent when the component answers."""
        context = self._context
        kind = find_type(context, component, draft.service_code)
        check_draft(draft, kind)
        key = context.outbox.new_key()
        op = build_new_case(context, component, draft, kind, key)
        changes = context.outbox.save(op, draft=draft_name)
        if is_told(context, component):  # no draft says who is to handle it
            handler = build_assignment(context, component, key, context.officer.staff_id, before="", version="")
            changes |= context.outbox.save(handler)
        return Written(changes=changes, key=key, op=op.id)

    def set_status(self, key: LocalKey, status: str, *, note: str = "") -> Written:
        """Changes a case's status to one of its component's words, with a note for the history."""
        check_text(note, "note")
        with self._context.reader.read() as connection:
            row = self._get_row(connection, key)
            refuse_more(row["outside_id"], field="status")
            allowed = load_case_statuses(connection, ComponentId(row["component"]), row["service_code"])
        if status not in allowed:
            raise InvalidInput("Choose one of the statuses in the list.", key="case.status", field="status")
        if status == row["status"]:
            raise InvalidInput(f"The status is already {status}.", key="case.status_same", field="status")
        phase = phase_of(status)
        now = to_epoch(self._context.clock.now())
        op = build_case_op(
            self._context,
            "case.update",
            ComponentId(row["component"]),
            key,
            columns={"status": status, "phase": phase.value, "open": int(phase.is_open), "updated": now},
            send={"fields": {"status": status}, "note": note.strip()},
            seen={"status": row["status"]},
            version=row["version"],
        )
        return Written(changes=self._context.outbox.save(op, draft=f"status:{key}"), key=key, op=op.id)

    def add_note(self, key: LocalKey, text: str, *, draft_name: str = "") -> Written:
        """Adds a note to a case, also to one that its component has not numbered yet."""
        words = text.strip()
        if not words:
            raise InvalidInput("Write the note first.", key="case.note_empty", field="note")
        check_text(words, "note")
        context = self._context
        with context.reader.read() as connection:
            row = self._get_row(connection, key)
        if row["component"] in context.in_use().without_notes:
            name = context.name_of(row["component"])
            raise InvalidInput(
                f"{name} takes no notes.", f"Write it in {name} itself.", key="case.no_notes", field="note"
            )
        refuse_more(row["outside_id"], field="note")
        op = build_note(context, ComponentId(row["component"]), key, words)
        changes = context.outbox.save(op, draft=draft_name) | Changes.of("case", key)
        return Written(changes=changes, key=op.key, op=op.id)

    def assign(self, key: LocalKey, to: StaffId | None, *, reason: str = "") -> Written:
        """Gives a case to an officer, or to nobody; the reason is audited."""
        with self._context.reader.read() as connection:
            row = self._get_row(connection, key)
        return assign_case(self._context, row, to, reason)

    def resolve(self, op: OpId, *, keep: Literal["mine", "theirs"], reason: str) -> Written:
        """Settles a conflict the officer's way. The reason, and the note that was typed, go into the case's history."""
        outbox = self._context.outbox
        check_text(reason, "reason")
        if keep == "mine" and not reason.strip():
            raise InvalidInput("Say why your value should stand.", key="case.reason", field="reason")
        with outbox.file.transaction() as connection:
            old = outbox.get_op(connection, op)
            if old.state != "conflict":
                raise InvalidInput("This has been settled already.", key="outbox.settled")
            note = "\n".join(filter(None, [str(old.send.get("note", "")), reason.strip()]))
            if keep == "theirs":  # the status goes, and what was written with it stays as a note
                changes = outbox.discard(op)
                if note:
                    changes |= outbox.save(build_note(self._context, old.component, old.key, note))
                return Written(changes=changes | Changes.of("case", old.key), key=old.key)
        theirs = {field: values[2] for field, values in old.detail["conflicts"].items()}
        new = msgspec.structs.replace(
            old,
            id=OpId(str(uuid.uuid4())),
            seen={**old.seen, **theirs},
            send={**old.send, "note": note},
            state="waiting",
            detail={},
            tries=0,
            last_error="",
            offered_at=0,
            busy_until=0,
            next_try=0,
        )
        return Written(changes=outbox.replace(op, new), key=old.key, op=new.id)

    # ==== inner parts ====
    def _get_row(self, connection: Connection, key: LocalKey) -> RowMapping:
        row = find_row(connection, "case", key)
        if row is None:
            raise NotFound("This case is not on this computer any more.", "Search for it again.", key="case.gone")
        return row


def read_case_row(row: RowMapping) -> CaseRow:
    """A list row from its columns."""
    return CaseRow(
        key=LocalKey(row["key"]),
        component=ComponentId(row["component"]),
        reference=row["reference"],
        title=row["title"],
        service_name=row["service_name"],
        phase=Phase(row["phase"]),
        status=row["status"],
        opened_at=from_epoch(row["opened"]),
        updated_at=from_epoch(row["updated"]),
        due_at=from_epoch(row["due"]) if row["due"] < FAR else None,
        address=row["address"],
        ward=row["ward"],
        assignee=row["assignee"],
        reporter=row["reporter"],
        lat=row["lat"],
        lon=row["lon"],
        pending=bool(row["pending"]),
    )


def load_case_rows(connection: Connection, keys: Sequence[LocalKey]) -> tuple[CaseRow, ...]:
    """Rows of those keys, in the order given; those that are gone are left out."""
    found: dict[int, CaseRow] = {}
    for start in range(0, len(keys), CHUNK):
        part = load_rows(connection, "case", ROW_COLUMNS, by_keys(keys[start : start + CHUNK]))
        found.update({row["key"]: read_case_row(row) for row in part})
    return tuple(found[key] for key in keys if key in found)


def load_types(connection: Connection, component: ComponentId) -> tuple[CaseType, ...]:
    """The case types that a component takes, as last pulled."""
    packed = connection.execute(select(base.component.c.types).where(base.component.c.id == component)).scalar()
    return msgspec.json.decode(packed, type=tuple[CaseType, ...]) if packed else ()


def find_type(context: Context, component: ComponentId, code: str) -> CaseType:
    """A kind of case that a component takes. Raises InvalidInput."""
    with context.reader.read() as connection:
        types = load_types(connection, component)
    for kind in types:
        if kind.code == code:
            return kind
    raise InvalidInput("Choose what the case is about.", key="case.type", field="service_code")


def load_case_statuses(connection: Connection, component: ComponentId, code: str) -> tuple[str, ...]:
    """The component's words for the states that an officer may set on a case of that kind."""
    return next((kind.statuses for kind in load_types(connection, component) if kind.code == code), ())


def find_person_key(connection: Connection, match: str) -> LocalKey:
    """The first key of a person with that match key, the same however it is come by; or 0."""
    return find_person_keys(connection, [match]).get(match, NO_KEY)


def find_person_keys(connection: Connection, matches: Collection[str]) -> dict[str, LocalKey]:
    """The first key of a person for each match key; those that nobody has, and "", are left out."""
    people = base.records["person"]
    wanted = select(people.c.identity, func.min(people.c.key)).where(people.c.identity.in_(set(matches) - {""}))
    return {match: LocalKey(key) for match, key in connection.execute(wanted.group_by(people.c.identity))}


def _sort(query: CaseQuery) -> tuple[str, bool]:
    return ("updated", True) if query.sort == "updated" else ("due", False)


def count_by_query(connection: Connection, query: CaseQuery) -> int:
    """How many rows a query has: from the tally, unless it asks for words or a place."""
    tally = None if query.text.strip() or query.bbox is not None else counters.tally
    return count_rows(connection, "case", narrow_cases(query), tally=tally)


def narrow_cases(query: CaseQuery, start: Cursor | None = None, *, lead: Lead = "order") -> Narrow:
    """The conditions of a query, for any table with the columns that it asks for.

    Args:
        query: what is asked.
        start: where a page begins.
        lead: what leads to the rows. The other conditions are only compared.
    """
    column, down = _sort(query)

    def narrow(table: Table) -> list[ColumnElement[bool]]:
        def get(name: str) -> ColumnElement[Any]:
            return table.c[name] if lead == "order" else aside(table.c[name])

        where: list[ColumnElement[bool]] = []
        if query.assignee:
            where.append(get("assignee") == query.assignee)
        if query.open_only:
            where.append(get("open") == 1)
        if query.phases:
            where.append(get("phase").in_(sorted(phase.value for phase in query.phases)))
        if query.components:
            where.append(get("component").in_(sorted(query.components)))
        if query.bbox is not None:
            where += inside(
                table,
                query.bbox,
                among=_among(table, query) if lead == "box" else (),
                most=SAMPLE if lead == "some of box" else -1,
            )
        if query.text.strip() and lead != "box":
            where.append(matching(table, query.text, newest=NEWEST if lead == "newest" else 0))
        if start is not None:
            where.append(after(table, column, start.value, start.key, down=down))
        return where

    return narrow


def _among(table: Table, query: CaseQuery) -> list[Select[int]]:
    """Keys of the rows that meet the words and the officer of a query, each from an index alone."""
    hits = select_hits(table, query.text)
    found = [] if hits is None else [hits]
    if query.assignee:
        found.append(select(table.c.key).where(table.c.assignee == query.assignee))
    return found
