"""Mending, outbox, drafts and audit over a `FakeTown`."""

from __future__ import annotations

from dataclasses import replace

from desktop.domain.cases import CaseDraft
from desktop.domain.changes import Changes
from desktop.domain.errors import InvalidInput
from desktop.domain.ids import ComponentId, Kind, LocalKey, OpId
from desktop.services.rows import OutboxSummary, Written
from tests.helpers.fake_town import NOW, FakeTown


class FakeMending:
    def __init__(self, town: FakeTown) -> None:
        self._town = town

    def draft_of(self, op: OpId) -> dict[str, object]:
        with self._town.lock:
            if op not in self._town.ops:
                raise InvalidInput("This case was sent or given up meanwhile.", key="mending.settled")
            return dict(self._town.made[op])

    def send_again(self, op: OpId, component: ComponentId, draft: CaseDraft, *, draft_name: str = "") -> Written:
        town = self._town
        with town.lock:
            if op not in town.ops:
                raise InvalidInput("This case was sent or given up meanwhile.", key="mending.settled")
            old = town.ops.pop(op)
            row = replace(town.cases[old.key], component=component, title=draft.title)
            town.cases[old.key] = row
            town.descriptions[old.key] = draft.description
            town.drafts.pop(draft_name, None)
            new = town.add_op("New case", draft.title, old.key)
            return Written(changes=town.changes(old.key), key=old.key, op=new.op)


class FakeOutbox:
    def __init__(self, town: FakeTown) -> None:
        self._town = town

    def summary(self) -> OutboxSummary:
        with self._town.lock:
            ops = tuple(self._town.ops.values())
        needs = sum(op.state in {"conflict", "refused", "unknown"} for op in ops)
        return OutboxSummary(waiting=len(ops) - needs, needs_you=needs, saved_at=NOW, ops=ops)

    def retry(self, op: OpId) -> Written:
        with self._town.lock:
            self._town.ops[op] = replace(self._town.ops[op], state="waiting", error="", next_try=NOW)
        return Written(changes=Changes(outbox=True), op=op)

    def discard(self, op: OpId, reason: str) -> Written:
        with self._town.lock:
            del self._town.ops[op]
            self._town.audit.append(f"discarded {op}: {reason}")
        return Written(changes=Changes(outbox=True))


class FakeDrafts:
    def __init__(self, town: FakeTown) -> None:
        self._town = town

    def get(self, name: str) -> dict[str, object] | None:
        return self._town.drafts.get(name)

    def names(self, prefix: str) -> tuple[str, ...]:
        return tuple(sorted(name for name in self._town.drafts if name.startswith(prefix)))

    def save(self, name: str, body: dict[str, object]) -> Written:
        self._town.drafts[name] = body
        return Written(changes=Changes())

    def drop(self, name: str) -> Written:
        self._town.drafts.pop(name, None)
        return Written(changes=Changes())


class FakeAudit:
    def __init__(self, town: FakeTown) -> None:
        self._town = town

    def viewed(self, kind: Kind, key: LocalKey) -> object:
        self._town.audit.append(f"viewed {kind} {key}")
        return None

    def searched(self, text_len: int) -> object:
        self._town.audit.append(f"searched {text_len}")
        return None
