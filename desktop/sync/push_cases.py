"""Pushes of cases and their notes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Final

import msgspec

from desktop.adapters.api import Cases, Created, Team, TokenCases, find_part
from desktop.adapters.heard import call_heard
from desktop.domain import points
from desktop.domain.cases import Case, CaseDraft, Event, EventDraft, Phase
from desktop.domain.clocks import from_epoch, to_epoch
from desktop.domain.components import OwnedField
from desktop.domain.errors import InvalidInput, NotFound, NotReady, OutcomeUnknown, RemoteConflict
from desktop.domain.ids import OutsideId, StaffId
from desktop.store.base.writer import Incoming
from desktop.store.mapping import event_columns
from desktop.sync.incoming import Rows, case_rows
from desktop.sync.merge import build_merge
from desktop.sync.ops import Offer, Op
from desktop.sync.outcomes import Decided, Outcomes
from desktop.sync.unanswered import WORDS, build_rows, make_id, refuse_more

MERGES: Final = 3
HANDLER: Final = OwnedField.ASSIGNEE.value
"""The field that says who handles a case: told to the component's team, not to its cases."""
READ_FIELDS: Final[Mapping[str, Callable[[Case], str]]] = {
    "status": lambda case: case.status,
    "description": lambda case: case.description,
    "title": lambda case: case.title,
    HANDLER: lambda case: case.assignee,
}
"""Fields of a case that can be merged, as the component says them."""


class CasePusher:
    """One op of a case: read back, read before write, merge, send."""

    def __init__(self, to: Outcomes, adapter: object) -> None:
        """Raises InvalidInput where the component has no cases."""
        cases = find_part(adapter, "cases")
        if not isinstance(cases, Cases):
            raise to.cannot()
        self._to = to
        self._cases: Cases = cases
        team = find_part(adapter, "team")
        self._team = team if isinstance(team, Team) else None

    def create(self, offer: Offer) -> Decided:
        op, cases = offer.op, self._cases
        if op.state == "sent":  # a new base lacks its row
            return self._keep_sent(op, {name: str(value) for name, value in op.detail.items()})
        draft = msgspec.convert(op.send["draft"], CaseDraft)
        taken = self._to.find_accepted(op)
        found = taken or (None if taken is None else self._find_by_token(self._to.find_token(op)))
        untried = not offer.offered_before or self._to.made_nothing(op)
        if found is None and offer.offered_before:
            found = self._look_for(op, draft, settled=untried or taken is not None)
        if found is None and taken is not None:
            raise self._no_number_yet(op)
        if found is None:
            points.reach("host.push.before_send")
            with self._to.sending(op, first=untried):
                created = cases.create(draft, op.id)
            points.reach("host.push.after_send")
            if created.unanswered:
                notice = " ".join(filter(None, (created.notice, WORDS)))
                return self._keep_sent(op, {"reference": created.reference, "notice": notice})
            found = created.outside_id or self._settle_token(op, draft, created)
        with self._to.taken(op, found):
            asked = self._to.base.tick()
            case, raw = call_heard(lambda: cases.get(found))
        return self._to.decide(op, "done", outside_id=found, rows=case_rows((case,), (raw,)), asked=asked)

    def _keep_sent(self, op: Op, detail: dict[str, str]) -> Decided:
        """The case as it was sent, for nothing will ever be heard of it."""
        draft = msgspec.convert(op.send["draft"], CaseDraft)
        rows = build_rows(op, draft, detail)
        return self._to.decide(op, "sent", outside_id=make_id(op), rows=rows, detail=dict(detail))

    def _look_for(self, op: Op, draft: CaseDraft, *, settled: bool) -> OutsideId | None:
        """What an earlier try made. Nobody is asked where it is known anyway: none was taken, or one was (`settled`)."""
        try:
            return self._to.read_back(op, lambda since: self._cases.find_created(draft, op.id, since))
        except OutcomeUnknown:
            if settled:
                return None
            raise

    def _find_by_token(self, token: str) -> OutsideId | None:
        """The id that a kept token stands for, so that neither an end of this process nor of the computer loses it."""
        cases: object = self._cases
        return (cases.find_by_token(token) or None) if token and isinstance(cases, TokenCases) else None

    def _settle_token(self, op: Op, draft: CaseDraft, created: Created) -> OutsideId:
        """The id of a case that was answered with a token; it is never sent again, only looked for."""
        self._to.note_accepted(op, token=created.token)
        found = self._look_for(op, draft, settled=True)
        if found is None:
            raise self._no_number_yet(op)
        return found

    def _no_number_yet(self, op: Op) -> NotReady:
        return NotReady(
            f"{self._to.component.name} has the case and has not given it a number yet.",
            "Knit asks again by itself.",
            key="push.token",
            subject=op.component,
            retry_after=5.0,
        )

    def update(self, offer: Offer) -> Decided:
        op, cases, id = offer.op, self._cases, offer.outside_id
        refuse_more(id)
        mine: dict[str, str] = dict(op.send["fields"])
        note = str(op.send.get("note", ""))
        if (note or mine.keys() - {HANDLER}) and self._was_sent(
            offer, lambda since: cases.find_event(id, op.id, since)
        ):
            return self._save_case(op, id)
        version = op.version
        for _ in range(MERGES):
            asked = self._to.base.tick()
            now, raw = call_heard(lambda: cases.get(id))
            points.reach("host.push.read")
            merged = build_merge(seen=op.seen, mine=mine, theirs=_read_fields(now, mine))
            if merged.conflicts:
                detail = {
                    "conflicts": merged.conflicts,
                    "at": to_epoch(now.updated_at or now.opened_at),
                    "by": f"someone in {now.team or self._to.component.name}",
                }
                return self._to.decide(
                    op, "conflict", outside_id=id, rows=case_rows((now,), (raw,)), asked=asked, detail=detail
                )
            if not merged.write and not note:
                return self._to.decide(op, "done", outside_id=id, rows=case_rows((now,), (raw,)), asked=asked)
            try:
                points.reach("host.push.before_send")
                self._write(id, merged.write, note, now.version or version, op.id)
                points.reach("host.push.after_send")
            except RemoteConflict:
                continue
            return self._save_case(op, id)
        raise NotReady(
            f"{self._to.component.name} keeps changing this case.",
            "Knit tries again by itself.",
            key="push.busy",
            subject=op.component,
        )

    def _write(self, id: OutsideId, fields: Mapping[str, str], note: str, version: str, key: str) -> None:
        """Who handles it goes first: what a note leaves behind then says that all of it was done."""
        if HANDLER in fields:
            self._tell_handler(id, StaffId(fields[HANDLER]), key)
        rest = {name: value for name, value in fields.items() if name != HANDLER}
        if rest or note:
            self._cases.update(id, {**rest, **({"status_note": note} if note else {})}, version, key)

    def _tell_handler(self, id: OutsideId, to: StaffId, key: str) -> None:
        if self._team is None:
            name = self._to.component.name
            raise InvalidInput(f"{name} itself keeps who handles its cases.", f"Change it in {name}.", key="push.team")
        if to:
            self._team.assign(id, to, key)
        else:
            self._team.release(id, key)

    def _was_sent(self, offer: Offer, find: Callable[[datetime], OutsideId | None]) -> bool:
        if self._to.find_accepted(offer.op) is not None:
            return True
        return offer.offered_before and self._to.read_back(offer.op, find) is not None

    def _save_case(self, op: Op, id: OutsideId) -> Decided:
        try:
            with self._to.taken(op, id):
                asked = self._to.base.tick()
                case, raw = call_heard(lambda: self._cases.get(id))
        except NotReady as error:
            if isinstance(error.__cause__, NotFound):  # it was changed, and taken away since: nothing is left to show
                return self._to.decide(op, "done", outside_id=id)
            raise
        return self._to.decide(op, "done", outside_id=id, rows=case_rows((case,), (raw,)), asked=asked)

    def add_event(self, offer: Offer) -> Decided:
        op, cases, id = offer.op, self._cases, offer.outside_id
        refuse_more(id)
        if not id:
            raise NotReady(
                "The case of this note has no number yet.", key="push.no_case", subject=op.component, retry_after=5.0
            )
        draft = msgspec.convert(op.send["event"], EventDraft)
        found: OutsideId | None = None
        if offer.offered_before:
            found = self._to.read_back(op, lambda since: cases.find_event(id, op.id, since))
        asked = self._to.base.tick()
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
        return self._to.decide(op, "done", outside_id=found, rows=rows, asked=asked)


def _read_fields(case: Case, wanted: Mapping[str, str]) -> dict[str, str]:
    return {name: READ_FIELDS[name](case) for name in wanted if name in READ_FIELDS}
