"""Cases that change with every pull, and writes that are kept in a file, so that a test can count them afterwards."""

from __future__ import annotations

import json
import threading
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from desktop.adapters.api import AdapterContext, Created, Page
from desktop.domain.cases import Case, CaseDraft, CaseType, Event, EventDraft, phase_of
from desktop.domain.errors import NotFound, OutcomeUnknown
from desktop.domain.ids import OutsideId, Uprn
from desktop.domain.people import Person
from desktop.domain.places import Place, Point

START = datetime(2026, 1, 5, 9, tzinfo=UTC)
STATUSES = ("open", "in progress", "closed")
_LOCK = threading.Lock()


class RapidCases:
    """The component. `log.jsonl` in its folder has every write that took place, in order."""

    def __init__(self, context: AdapterContext) -> None:
        settings = context.settings
        self._log = Path(settings["folder"]) / "log.jsonl"
        self._cases = int(settings["cases"])
        self._page = int(settings["page_size"])
        self._lost = int(settings["unknown"])
        self._round = 0

    # ==== reading ====
    def types(self) -> tuple[CaseType, ...]:
        return (CaseType(code="bin", name="Bins", statuses=STATUSES),)

    def changed(self, since: datetime | None = None, cursor: str = "") -> Page[Case]:
        del since  # everything changes all the time
        start = int(cursor or 0)
        self._round += not start
        entries = self._entries()
        made = sorted(entry["id"] for entry in entries if entry["act"] == "create")
        end = start + self._page
        numbers = range(start, min(end, self._cases))
        cases = [self._build(f"C{n}", entries) for n in numbers]
        last = end >= self._cases
        cases += [self._build(id, entries) for id in made] if last else []
        return Page(items=tuple(cases), cursor="" if last else str(end), raws=tuple(b"x" * 300 for _ in cases))

    def get(self, id: OutsideId) -> Case:
        return self._build(id, self._entries())

    def events(self, since: datetime | None = None, cursor: str = "") -> Page[Event]:
        del since, cursor
        notes = [entry for entry in self._entries() if entry["act"] == "note"]
        return Page(items=tuple(self._event(entry) for entry in notes))

    # ==== writing ====
    def create(self, draft: CaseDraft, key: str) -> Created:
        id = f"M{len(self._made()) + 1}"
        self._write({"act": "create", "id": id, "key": key, "text": draft.description})
        return Created(outside_id=OutsideId(id))

    def find_created(self, draft: CaseDraft, key: str, since: datetime) -> OutsideId | None:
        del draft, since
        return next((OutsideId(id) for id, entry in self._made().items() if entry["key"] == key), None)

    def update(self, id: OutsideId, changes: Mapping[str, str], version: str, key: str) -> Case:
        del version
        self._write({"act": "update", "id": id, "key": key, **changes})
        return self._build(id, self._entries())

    def find_event(self, id: OutsideId, key: str, since: datetime) -> OutsideId | None:
        del id, since
        found = [entry for entry in self._entries() if entry["key"] == key and entry["act"] != "create"]
        return OutsideId(key) if found else None

    def add_event(self, id: OutsideId, event: EventDraft, key: str) -> Created:
        self._write({"act": "note", "id": id, "key": key, "text": event.text, "at": event.at and event.at.isoformat()})
        return Created(outside_id=OutsideId(key))

    # ==== inner parts ====
    def _entries(self) -> list[dict[str, Any]]:
        with _LOCK:
            text = self._log.read_text(encoding="utf-8") if self._log.exists() else ""
        return [json.loads(line) for line in text.splitlines()]

    def _made(self) -> dict[str, dict[str, Any]]:
        return {entry["id"]: entry for entry in self._entries() if entry["act"] == "create"}

    def _write(self, entry: dict[str, Any]) -> None:
        before = sum(each["act"] == entry["act"] for each in self._entries())
        with _LOCK, self._log.open("a", encoding="utf-8") as file:
            file.write(json.dumps(entry) + "\n")
        if before < self._lost:
            raise OutcomeUnknown("The answer was lost.", key="rapid.lost")

    def _event(self, entry: dict[str, Any]) -> Event:
        at = datetime.fromisoformat(entry["at"]) if entry["at"] else START
        return Event(outside_id=OutsideId(entry["key"]), case_id=OutsideId(entry["id"]), at=at, text=entry["text"])

    def _build(self, id: str, log: list[dict[str, Any]]) -> Case:
        entries = [entry for entry in log if entry["id"] == id]
        made = next((entry for entry in entries if entry["act"] == "create"), None)
        if not id[1:].isdigit() or (id.startswith("M") and made is None):
            raise NotFound("There is no such case.", key="rapid.gone")
        number = int(id[1:])
        status = next((entry["status"] for entry in reversed(entries) if "status" in entry), "open")
        moved = timedelta(seconds=number + self._round)
        place = Place(uprn=Uprn(str(1_000 + number)), address=f"{number} Station Road", postcode="CT1 1AA")
        return Case(
            outside_id=OutsideId(id),
            reference=f"R-{id}",
            service_code="bin",
            service_name="Bins",
            title=f"Missed collection, seen {self._round} times",
            description=str(made["text"]) if made else f"Case {number}",
            phase=phase_of(status),
            status=status,
            opened_at=START,
            updated_at=START + moved,
            due_at=START + timedelta(days=number % 30),
            place=Place(uprn=place.uprn, address=place.address, point=Point(lat=53 + number / 1e4, lon=1.0)),
            reporter=Person(given="Robin", family=f"Field{number}", email=f"r{number}@example.org", home=place),
        )
