"""Pulls a component's records into base.db: by cursor, in batches, resumable, with progress. Runs on a host thread."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from typing import Any, Final

import msgspec
from sqlalchemy import Connection, select, update
from sqlalchemy.dialects.sqlite import insert

from desktop.adapters.api import Cases, Page, Payments, find_part
from desktop.adapters.heard import call_heard
from desktop.domain import points
from desktop.domain.cases import Case, CaseType, Event
from desktop.domain.changes import Changes
from desktop.domain.clocks import Clock, from_epoch, to_epoch
from desktop.domain.components import Component
from desktop.domain.errors import BadResponse, InvalidInput, NotFound, NotReady
from desktop.domain.ids import Kind, OutsideId
from desktop.domain.payments import PaymentState
from desktop.store.base import tables
from desktop.store.base.writer import BaseWriter, Batch, Incoming
from desktop.store.mapping import event_columns
from desktop.sync.incoming import Rows, case_rows, payment_rows

OVERLAP: Final = {"cases": timedelta(minutes=5), "events": timedelta(minutes=5), "payments": timedelta(hours=1)}
"""How far a pass looks back before the last one began: clocks differ, and a payment search lags."""
GATE_WAIT: Final = 20.0
UNFINISHED: Final = timedelta(days=1)
"""For so long a payment that is not finished is read again by itself: search lags, a single read does not."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a pull is: rows so far in this pass, and whether the stream is filled for the first time."""

    component: str
    stream: str
    rows: int
    filled: bool


class Puller:
    """Pulls one component. `answer_seconds` is how long its last page took to come."""

    def __init__(
        self,
        base: BaseWriter,
        component: Component,
        adapter: object,
        clock: Clock,
        *,
        changed: Callable[[Changes], None] = lambda _changes: None,
        progress: Callable[[Progress], None] = lambda _progress: None,
        redact: Callable[[bytes], bytes] = lambda raw: raw,
    ) -> None:
        self._base = base
        self._component = component
        self._adapter = adapter
        self._clock = clock
        self._changed = changed
        self._progress = progress
        self._redact = redact
        self.answer_seconds: float | None = None

    def pull(self) -> int:
        """One pass over every stream of the component; gives the rows that were read."""
        rows = 0
        cases, payments = find_part(self._adapter, "cases"), find_part(self._adapter, "payments")
        if isinstance(cases, Cases):
            self.pull_types(cases)
            rows += self._stream("cases", ("case",), cases.changed, self._case_rows)
            rows += self._stream("events", ("event",), cases.events, self._event_rows)
        if isinstance(payments, Payments):
            search = payments.search
            rows += self._stream(
                "payments",
                ("payment",),
                lambda since, cursor: search(cursor=cursor, since=since),
                lambda _connection, page: payment_rows(page.items, page.raws),
            )
            self._refresh_unfinished()
        self._base.checkpoint()
        return rows

    def pull_types(self, cases: Cases) -> None:
        """Keeps the case types that the component takes."""
        types: tuple[CaseType, ...] = cases.types()
        with self._base.transaction() as connection:
            statement = insert(tables.component).values(id=self._component.id, types=msgspec.json.encode(types))
            connection.execute(
                statement.on_conflict_do_update(index_elements=["id"], set_={"types": statement.excluded.types})
            )
        self._changed(Changes(health=True))

    def refresh_case(self, id: OutsideId) -> Changes:
        """Reads one case again."""
        cases = find_part(self._adapter, "cases")
        if not isinstance(cases, Cases):
            return Changes()
        asked = self._base.tick()
        case, raw = call_heard(lambda: cases.get(id))
        return self._save(asked, case_rows((case,), (raw,)))

    def refresh_payment(self, id: OutsideId) -> Changes:
        """Reads one payment again; unlike a search this never lags."""
        payments = find_part(self._adapter, "payments")
        if not isinstance(payments, Payments):
            return Changes()
        asked = self._base.tick()
        payment, raw = call_heard(lambda: payments.get(id))
        return self._save(asked, payment_rows((payment,), (raw,)))

    def save_rows(self, asked: int, rows: Rows) -> Changes:
        """Keeps what a live look-up brought, such as addresses."""
        return self._save(asked, rows)

    # ==== inner parts ====
    def _stream(
        self,
        name: str,
        kinds: tuple[Kind, ...],
        fetch: Callable[[Any, str], Page[Any]],
        build: Callable[[Connection, Page[Any]], Rows],
    ) -> int:
        since, cursor, started, filled = self._load_cursor(name)
        now = to_epoch(self._clock.now())
        if since > now + OVERLAP[name].total_seconds():
            since = 0  # the clock was ahead when that was noted: what changed since cannot be told
        started = started or now
        rows, seen = 0, {cursor}
        while True:
            asked = self._base.tick()
            page = self._ask(name, partial(fetch, from_epoch(since) - OVERLAP[name] if since else None, cursor), seen)
            if not self._base.gates.wait(self._component.id, kinds, GATE_WAIT):
                raise NotReady(
                    f"{self._component.name} has not answered a new record yet, so its list waits.",
                    key="pull.gate",
                    subject=self._component.id,
                    retry_after=5.0,
                )
            cursor = page.cursor
            with self._base.transaction() as connection:
                changes = self._base.save(self._batch(asked, build(connection, page)), connection=connection)
                done = {"since": started, "page": "", "started": 0, "filled": 1}
                more = {"since": since, "page": cursor, "started": started, "filled": filled}
                self._keep_cursor(connection, name, more if cursor else done)
                points.reach("host.pull.before_commit")
            points.reach("host.pull.after_commit")
            rows += len(page.items)
            self._changed(changes)
            self._progress(Progress(self._component.id, name, rows, filled=bool(filled) or not cursor))
            if not cursor:
                return rows
            self._base.checkpoint()

    def _ask(self, stream: str, fetch: Callable[[], Page[Any]], seen: set[str]) -> Page[Any]:
        """One page. One that does not lead on makes the next pass begin anew; `seen` are the cursors of this pass."""
        began = self._clock.monotonic()
        try:
            page = fetch()
        except (InvalidInput, NotFound):
            self._begin_anew(stream)  # it may no longer know the page at which a pass was cut off
            raise
        if page.cursor and page.cursor in seen:
            self._begin_anew(stream)
            raise BadResponse(
                f"{self._component.name} gives the same page of its list again and again.",
                "Knit begins the list anew. If it stays, report it to whoever runs it.",
                key="pull.loop",
                subject=self._component.id,
            )
        seen.add(page.cursor)
        self.answer_seconds = self._clock.monotonic() - began
        return replace(page, raws=tuple(self._redact(raw) for raw in page.raws))

    def _case_rows(self, _connection: Connection, page: Page[Case]) -> Rows:
        return case_rows(page.items, page.raws)

    def _event_rows(self, connection: Connection, page: Page[Event]) -> Rows:
        ids = [event.case_id for event in page.items]
        keys = self._base.keys_for(connection, self._component.id, "case", ids)
        raws = page.raws
        return {
            "event": [
                Incoming(event.outside_id, event_columns(event, keys[event.case_id]), raws[n] if n < len(raws) else b"")
                for n, event in enumerate(page.items)
            ]
        }

    def _refresh_unfinished(self) -> None:
        table = tables.records["payment"]
        final = [state.value for state in PaymentState if state.is_final]
        oldest = to_epoch(self._clock.now() - UNFINISHED)
        with self._base.transaction() as connection:
            ids = (
                connection.execute(
                    select(table.c.outside_id).where(
                        table.c.component == self._component.id,
                        table.c.state.not_in(final),
                        table.c.created >= oldest,
                    )
                )
                .scalars()
                .all()
            )
        for id in ids:
            self.refresh_payment(OutsideId(id))

    def _save(self, asked: int, rows: Rows) -> Changes:
        changes = self._base.save(self._batch(asked, rows))
        self._changed(changes)
        return changes

    def _batch(self, asked: int, rows: Rows) -> Batch:
        return Batch(
            component=self._component.id,
            council=self._component.council,
            asked=asked,
            now=to_epoch(self._clock.now()),
            rows=rows,
        )

    def _load_cursor(self, stream: str) -> tuple[int, str, int, int]:
        table = tables.cursor
        with self._base.transaction() as connection:
            row = connection.execute(
                select(table.c.since, table.c.page, table.c.started, table.c.filled).where(
                    table.c.component == self._component.id, table.c.stream == stream
                )
            ).one_or_none()
        return (int(row.since), str(row.page), int(row.started), int(row.filled)) if row else (0, "", 0, 0)

    def _begin_anew(self, stream: str) -> None:
        """The next pass over a stream begins at its first page."""
        with self._base.transaction() as connection:
            self._keep_cursor(connection, stream, {"page": "", "started": 0})

    def _keep_cursor(self, connection: Connection, stream: str, values: dict[str, Any]) -> None:
        statement = insert(tables.cursor).values(component=self._component.id, stream=stream, **values)
        connection.execute(statement.on_conflict_do_update(index_elements=["component", "stream"], set_=values))


def forget_cursors(base: BaseWriter) -> None:
    """Makes the next pull read everything again."""
    with base.transaction() as connection:
        connection.execute(update(tables.cursor).values(since=0, page="", started=0))
