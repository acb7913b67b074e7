"""The host's half of a push: one op becomes one effect in its component, whatever crashes.

Runs on a thread of the component's pool. Order (STORE.md, Push): the outcome that is held already; a read-back where the
op may have been sent before; read before write and merge; send with the op id as key; one commit of outcome and new row.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any, Final

import msgspec
from sqlalchemy import select
from sqlalchemy.dialects.sqlite import insert

from desktop.adapters.api import Cases, Created, Payments
from desktop.domain import points
from desktop.domain.cases import Case, CaseDraft, Event, EventDraft, Phase
from desktop.domain.changes import Changes
from desktop.domain.clocks import Clock, from_epoch, to_epoch
from desktop.domain.components import Component
from desktop.domain.errors import (
    AdapterError,
    DesktopError,
    Forbidden,
    InvalidInput,
    NotFound,
    NotReady,
    OutcomeUnknown,
    RemoteConflict,
)
from desktop.domain.ids import OutsideId
from desktop.domain.money import Pence
from desktop.domain.payments import Payment, PaymentRequest, PaymentState
from desktop.store.base import tables
from desktop.store.base.writer import BaseWriter, Batch, Incoming
from desktop.store.mapping import event_columns
from desktop.sync.incoming import Rows, case_rows, payment_rows
from desktop.sync.merge import build_merge
from desktop.sync.ops import Offer, Op, Outcome, OutcomeState

SKEW: Final = timedelta(minutes=10)
"""How far a component's clock may be off when an earlier write is looked for by time."""
MERGES: Final = 3
READ_FIELDS: Final[Mapping[str, Callable[[Case], str]]] = {
    "status": lambda case: case.status,
    "description": lambda case: case.description,
    "title": lambda case: case.title,
}
"""Fields of a case that can be merged, as the component says them."""


class Pusher:
    """Pushes ops of one component. `adapter` is made by the loader and offers what the op needs."""

    def __init__(self, base: BaseWriter, component: Component, adapter: object, clock: Clock) -> None:
        self._base = base
        self._component = component
        self._adapter = adapter
        self._clock = clock

    def push(self, offer: Offer) -> tuple[Outcome, Changes]:
        """Gives the outcome of an op, and what it changed in base.db.

        Raises:
            AdapterError: nothing is decided yet; the desk offers the op again later, and it is read back first.
        """
        points.reach("host.push.received")
        held = self.find_outcome(offer.op.id)
        if held is not None:
            self._base.gates.open(offer.op.component, offer.op.kind, offer.op.id)
            return held, Changes()
        try:
            return self._act(offer)
        except OutcomeUnknown as error:
            if error.key != "push.ask":
                raise
            return self._decide(offer.op, "unknown", detail={"error": str(error)})
        except (InvalidInput, Forbidden, NotFound) as error:
            return self._decide(offer.op, "refused", detail={"error": str(error), "key": error.key})

    def find_outcome(self, op: str) -> Outcome | None:
        """The outcome that base.db holds for an op."""
        with self._base.transaction() as connection:
            row = connection.execute(select(tables.outcome).where(tables.outcome.c.op == op)).mappings().one_or_none()
        if row is None or row["state"] == "accepted":
            return None
        return msgspec.convert({**row, "detail": msgspec.json.decode(row["detail"] or b"{}")}, Outcome)

    def _act(self, offer: Offer) -> tuple[Outcome, Changes]:
        acts: dict[str, Callable[[Offer], tuple[Outcome, Changes]]] = {
            "case.create": self._create_case,
            "case.update": self._update_case,
            "event.add": self._add_event,
            "payment.create": self._create_payment,
            "payment.cancel": self._cancel_payment,
            "payment.refund": self._refund_payment,
        }
        return acts[offer.op.act](offer)

    # ==== cases ====
    def _create_case(self, offer: Offer) -> tuple[Outcome, Changes]:
        op, cases = offer.op, self._cases()
        draft = msgspec.convert(op.send["draft"], CaseDraft)
        self._base.gates.close(op.component, op.kind, op.id)
        found: OutsideId | None = None
        if offer.offered_before:
            found = self._read_back(op, lambda since: cases.find_created(draft, op.id, since))
        if found is None and self._was_accepted(op):
            raise self._no_number_yet(op)
        if found is None:
            points.reach("host.push.before_send")
            created = cases.create(draft, op.id)
            points.reach("host.push.after_send")
            found = created.outside_id or self._settle_token(op, draft, created)
        asked = self._base.tick()
        case = cases.get(found)
        return self._decide(op, "done", outside_id=found, rows=case_rows((case,)), asked=asked)

    def _settle_token(self, op: Op, draft: CaseDraft, created: Created) -> OutsideId:
        """The id of a case that was answered with a token; it is never sent again, only looked for."""
        self._note_accepted(op, created.token)
        found = self._cases().find_created(draft, op.id, self._since(op))
        if found is None:
            raise self._no_number_yet(op)
        return found

    def _no_number_yet(self, op: Op) -> NotReady:
        return NotReady(
            f"{self._component.name} has the case and has not given it a number yet.",
            "Knit asks again by itself.",
            key="push.token",
            subject=op.component,
            retry_after=5.0,
        )

    def _update_case(self, offer: Offer) -> tuple[Outcome, Changes]:
        op, cases, id = offer.op, self._cases(), offer.outside_id
        mine: dict[str, str] = dict(op.send["fields"])
        note = str(op.send.get("note", ""))
        if offer.offered_before and self._read_back(op, lambda since: cases.find_event(id, op.id, since)):
            return self._save_case(op, id)
        version = op.version
        for _ in range(MERGES):
            asked = self._base.tick()
            now = cases.get(id)
            points.reach("host.push.read")
            merged = build_merge(seen=op.seen, mine=mine, theirs=_read_fields(now, mine))
            if merged.conflicts:
                detail = {
                    "conflicts": merged.conflicts,
                    "at": to_epoch(now.updated_at or now.opened_at),
                    "by": now.team or self._component.name,
                }
                return self._decide(op, "conflict", outside_id=id, rows=case_rows((now,)), asked=asked, detail=detail)
            if not merged.write and not note:
                return self._decide(op, "done", outside_id=id, rows=case_rows((now,)), asked=asked)
            try:
                points.reach("host.push.before_send")
                cases.update(
                    id, {**merged.write, **({"status_note": note} if note else {})}, now.version or version, op.id
                )
                points.reach("host.push.after_send")
            except RemoteConflict:
                continue
            return self._save_case(op, id)
        raise NotReady(
            f"{self._component.name} keeps changing this case.",
            "Knit tries again by itself.",
            key="push.busy",
            subject=op.component,
        )

    def _save_case(self, op: Op, id: OutsideId) -> tuple[Outcome, Changes]:
        asked = self._base.tick()
        return self._decide(op, "done", outside_id=id, rows=case_rows((self._cases().get(id),)), asked=asked)

    def _add_event(self, offer: Offer) -> tuple[Outcome, Changes]:
        op, cases, id = offer.op, self._cases(), offer.outside_id
        if not id:
            raise NotReady(
                "The case of this note has no number yet.", key="push.no_case", subject=op.component, retry_after=5.0
            )
        draft = msgspec.convert(op.send["event"], EventDraft)
        self._base.gates.close(op.component, op.kind, op.id)
        found: OutsideId | None = None
        if offer.offered_before:
            found = self._read_back(op, lambda since: cases.find_event(id, op.id, since))
        asked = self._base.tick()
        if found is None:
            points.reach("host.push.before_send")
            created = cases.add_event(id, draft, op.id)
            points.reach("host.push.after_send")
            found = created.outside_id or OutsideId(op.id)
        event = Event(
            outside_id=found,
            case_id=id,
            at=draft.at or from_epoch(op.made_at),
            text=draft.text,
            status=draft.status,
            phase=Phase(op.columns["phase"]) if op.columns.get("phase") else None,
            author=draft.author,
        )
        rows: Rows = {"event": [Incoming(found, event_columns(event, op.needs))]}
        return self._decide(op, "done", outside_id=found, rows=rows, asked=asked)

    # ==== payments ====
    def _create_payment(self, offer: Offer) -> tuple[Outcome, Changes]:
        op, payments = offer.op, self._payments()
        request = msgspec.convert(op.send["request"], PaymentRequest)
        self._base.gates.close(op.component, op.kind, op.id)
        age = self._clock.now() - from_epoch(op.offered_at or op.made_at)
        if offer.offered_before and age >= payments.key_lifetime:
            # The component has forgotten the key: a repeat could take the money twice. A search that finds decides;
            # one that finds nothing does not, for it may lag behind.
            found = [p for p in payments.search(reference=request.reference).items if p.amount == request.amount]
            if len(found) != 1:
                raise self._ask(op, "Whether this payment was made cannot be known any more.")
            return self._decide_payment(op, found[0])
        asked = self._base.tick()
        points.reach("host.push.before_send")
        payment = payments.create(request, op.id)
        points.reach("host.push.after_send")
        return self._decide_payment(op, payment, asked=asked)

    def _cancel_payment(self, offer: Offer) -> tuple[Outcome, Changes]:
        op, payments, id = offer.op, self._payments(), offer.outside_id
        now = payments.get(id)
        points.reach("host.push.read")
        if now.state == PaymentState.CANCELLED:
            return self._decide_payment(op, now)
        if now.state.is_final:
            detail = {"error": f"The payment is already {now.state.value}, so it was not cancelled."}
            return self._decide(op, "refused", outside_id=id, rows=payment_rows((now,)), detail=detail)
        points.reach("host.push.before_send")
        payments.cancel(id, op.id)
        points.reach("host.push.after_send")
        asked = self._base.tick()
        return self._decide_payment(op, payments.get(id), asked=asked)

    def _refund_payment(self, offer: Offer) -> tuple[Outcome, Changes]:
        op, payments, id = offer.op, self._payments(), offer.outside_id
        amount = Pence(int(op.send["amount"]))
        before = int(op.seen.get("refundable", "-1"))
        now = payments.get(id)
        points.reach("host.push.read")
        if offer.offered_before and now.refundable == before - amount:
            return self._decide_payment(op, now)
        if now.refundable != before:
            if offer.offered_before:
                raise self._ask(op, "Whether this refund was made cannot be told: others were made meanwhile.")
            conflict = {"refundable": (str(before), str(amount), str(now.refundable))}
            detail = {"conflicts": conflict, "at": to_epoch(self._clock.now()), "by": self._component.name}
            return self._decide(op, "conflict", outside_id=id, rows=payment_rows((now,)), detail=detail)
        points.reach("host.push.before_send")
        payments.refund(id, amount, op.id)
        points.reach("host.push.after_send")
        asked = self._base.tick()
        return self._decide_payment(op, payments.get(id), asked=asked)

    def _decide_payment(self, op: Op, payment: Payment, *, asked: int = 0) -> tuple[Outcome, Changes]:
        return self._decide(op, "done", outside_id=payment.outside_id, rows=payment_rows((payment,)), asked=asked)

    # ==== inner parts ====
    def _cases(self) -> Cases:
        if not isinstance(self._adapter, Cases):
            raise self._cannot()
        return self._adapter

    def _payments(self) -> Payments:
        if not isinstance(self._adapter, Payments):
            raise self._cannot()
        return self._adapter

    def _cannot(self) -> InvalidInput:
        return InvalidInput(
            f"{self._component.name} cannot do this.", key="push.capability", subject=self._component.id
        )

    def _since(self, op: Op) -> datetime:
        return from_epoch(op.made_at) - SKEW

    def _read_back(self, op: Op, find: Callable[[datetime], OutsideId | None]) -> OutsideId | None:
        try:
            return find(self._since(op))
        except OutcomeUnknown as error:
            raise self._ask(op, str(error)) from error

    def _ask(self, op: Op, why: str) -> OutcomeUnknown:
        return OutcomeUnknown(
            why,
            f"Look in {self._component.name}, then say whether it is there.",
            key="push.ask",
            subject=op.component,
        )

    def _was_accepted(self, op: Op) -> bool:
        with self._base.transaction() as connection:
            state = connection.execute(select(tables.outcome.c.state).where(tables.outcome.c.op == op.id)).scalar()
        return state == "accepted"

    def _note_accepted(self, op: Op, token: str) -> None:
        with self._base.transaction() as connection:
            connection.execute(
                insert(tables.outcome)
                .values(
                    op=op.id,
                    state="accepted",
                    key=op.key,
                    detail=msgspec.json.encode({"token": token}),
                    at=to_epoch(self._clock.now()),
                )
                .on_conflict_do_nothing()
            )

    def _decide(
        self,
        op: Op,
        state: OutcomeState,
        *,
        outside_id: OutsideId = OutsideId(""),
        rows: Rows | None = None,
        asked: int = 0,
        detail: dict[str, Any] | None = None,
    ) -> tuple[Outcome, Changes]:
        """One commit: the outcome, the record under the desk's key, and its new row."""
        now = to_epoch(self._clock.now())
        outcome = Outcome(op=op.id, state=state, key=op.key, outside_id=outside_id, detail=detail or {})
        changes = Changes.of(op.kind, op.key)
        with self._base.transaction() as connection:
            if outside_id:
                moved = self._base.take_key(connection, self._component.id, op.kind, outside_id, op.key)
                if moved is not None:
                    changes |= Changes.of(op.kind, moved)
            if rows:
                batch = Batch(
                    component=self._component.id,
                    council=self._component.council,
                    asked=asked or self._base.tick(),
                    now=now,
                    rows=rows,
                    forced=True,
                )
                changes |= self._base.save(batch, connection=connection)
            values = {
                "op": op.id,
                "state": state,
                "key": op.key,
                "outside_id": outside_id,
                "detail": msgspec.json.encode(outcome.detail),
                "at": now,
            }
            statement = insert(tables.outcome).values(**values)
            connection.execute(statement.on_conflict_do_update(index_elements=["op"], set_=values))
            points.reach("host.outcome.before_commit")
        points.reach("host.outcome.after_commit")
        self._base.gates.open(op.component, op.kind, op.id)
        return outcome, changes


def _read_fields(case: Case, wanted: Mapping[str, str]) -> dict[str, str]:
    return {name: READ_FIELDS[name](case) for name in wanted if name in READ_FIELDS}


def failure(error: Exception, component: Component) -> DesktopError:
    """An error as it may cross to the desk: one of our tree, or a sentence that names the component and no data."""
    if isinstance(error, DesktopError):
        return error
    return AdapterError(
        f"{component.name} failed in a way that Knit did not expect ({type(error).__name__}).",
        "Your change is safe and is tried again. Tell your IT team if it stays.",
        key="adapter.bug",
        subject=component.id,
    )
