"""The cases capability on the Zaken and Catalogi APIs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from urllib.parse import parse_qsl, urlencode

from desktop.adapters.api import Created, Page, pack_raws, read_items, read_record, read_text
from desktop.domain.cases import Case, CaseDraft, CaseType, Event, EventDraft
from desktop.domain.errors import AdapterError, InvalidInput, NotFound, RemoteConflict
from desktop.domain.ids import OutsideId

from .asking import Asking, Listed, split_cursor
from .catalogue import StatusWord, build_status_words, build_types, find_current
from .following import Following
from .making import FIELDS, build_memo, build_note, build_status, build_zaak
from .mapping import (
    SOURCE,
    Record,
    build_note_event,
    build_status_event,
    get_embedded,
    is_before,
    read_id,
    read_own_id,
    read_version,
)
from .papers import build_identifier
from .zaken import EXPAND, Zaken

BACK = timedelta(days=1)
"""Filters are by day, and a day begins elsewhere at another moment."""


class ZgwCases:
    """Cases of one server."""

    def __init__(self, asking: Asking, zaken: Zaken) -> None:
        self._asking = asking
        self._zaken = zaken
        self._following = Following(asking)

    # ==== reading ====

    def types(self) -> tuple[CaseType, ...]:
        """Every published type of case that holds today, with its statuses, results and properties."""
        found = {
            name: tuple(self._asking.iterate(self._catalogue(name), {"status": "definitief"}))
            for name in ("zaaktypen", "statustypen", "resultaattypen", "eigenschappen")
        }
        return build_types(
            found["zaaktypen"],
            statustypen=found["statustypen"],
            resultaattypen=found["resultaattypen"],
            eigenschappen=found["eigenschappen"],
            today=self._asking.clock.now().date(),
        )

    def changed(self, since: datetime | None = None, cursor: str = "") -> Page[Case]:
        """Cases that may have changed: the API has no filter for it, so all that are open, then those closed since."""
        windows = ("all",) if since is None else ("open", "closed")
        window, query = split_cursor(cursor, windows=windows)
        filters = {"all": {}, "open": {"einddatum__isnull": "true"}, "closed": {}}[window]
        if since is not None and window == "closed":
            filters = {"einddatum__gt": (since - BACK).date().isoformat()}
        params = dict(parse_qsl(query)) or {"ordering": "startdatum", **filters}
        answer = self._asking.fetch_expanded(self._asking.client.find_path("zaken", "zaken"), params, EXPAND)
        listed = self._asking.read_list(answer, asked=query)
        whole = self._zaken.keep_whole(listed.records, first=not cursor)
        following = _find_cursor(listed, window, windows)
        return Page(items=tuple(map(self._zaken.build, whole)), cursor=following, raws=pack_raws(whole))

    def get(self, id: OutsideId) -> Case:
        """One case as it is now. Raises NotFound."""
        return self._zaken.fetch_case(id)

    def events(self, since: datetime | None = None, cursor: str = "") -> Page[Event]:
        """Statuses of all cases, newest first as Open Zaak gives them, then notes where the server keeps them."""
        windows = ("statuses", "notes")
        window, query = split_cursor(cursor, windows=windows)
        if window == "notes":
            return self._find_notes(since, query)
        path = self._asking.client.find_path("zaken", "statussen")
        listed = self._asking.read_list(self._asking.client.read(path, dict(parse_qsl(query))), asked=query)
        events = self._keep("status", listed.records, self._build_status_event)
        items = tuple(event for event in events if not is_before(event, since))
        if events and not items:  # a whole page is older: so are those behind it
            listed = Listed(records=())
        return Page(items=items, cursor=_find_cursor(listed, window, windows))

    def _find_notes(self, since: datetime | None, query: str) -> Page[Event]:
        asked = {} if since is None else {"aanmaakdatum__gte": since.isoformat()}
        path = self._asking.client.find_path("zaken", "zaaknotities")
        answer = self._asking.client.read(path, dict(parse_qsl(query)) or asked)
        if answer.status in {403, 404, 405}:  # a Zaken API before 1.6 keeps none
            return Page(items=())
        listed = self._asking.read_list(answer, asked=query)
        items = self._keep("note", listed.records, build_note_event)
        return Page(items=items, cursor=_find_cursor(listed, "notes", ("notes",)))

    def _build_status_event(self, status: Record) -> Event | None:
        embedded = read_record(get_embedded(status, "statustype"))
        return build_status_event(status, embedded or self._asking.find_type(read_text(status.get("statustype"))))

    def _keep(self, kind: str, records: Iterable[Record], build: Callable[[Record], Event | None]) -> tuple[Event, ...]:
        """The events of records; the log says which could not be kept."""
        kept = []
        for record in records:
            event = build(record)
            if event is None:
                self._asking.leave_out(kind, record)
            else:
                kept.append(event)
        return tuple(kept)

    # ==== making ====

    def create(self, draft: CaseDraft, key: str) -> Created:
        """Makes a case, then its first status, its answers and who brought it.

        What cannot be added once the case is there is said in the notice, not raised: the case was made.
        """
        kind = self._find_kind(draft.service_code)
        url = read_text(kind.get("url"))
        properties = self._following.find_properties(url, draft)
        today = self._asking.clock.now().date()
        body = build_zaak(draft, kind=url, rsin=self._asking.settings["rsin"], key=key, today=today)
        path = self._asking.client.find_path("zaken", "zaken")
        zaak = self._asking.write("POST", path, body, note=build_note(key))
        notice = self._following.add_rest(zaak, draft, kind=url, properties=properties)
        return Created(outside_id=read_own_id(zaak), notice=notice)

    def find_created(self, draft: CaseDraft, key: str, since: datetime) -> OutsideId | None:  # noqa: ARG002 -- the key is enough
        """The case of ours, begun on or after that day, that bears the key among its marks."""
        params = {
            "bronorganisatie": self._asking.settings["rsin"],
            "startdatum__gte": (since - BACK).date().isoformat(),
        }
        wanted = build_identifier(key)
        for zaak in self._asking.iterate(self._asking.client.find_path("zaken", "zaken"), params):
            marks = map(read_record, read_items(zaak.get("kenmerken")))
            if any(read_text(m.get("kenmerk")) == wanted and read_text(m.get("bron")) == SOURCE for m in marks):
                return read_own_id(zaak)
        return None

    def _find_kind(self, code: str) -> Record:
        """The version of a type of case that holds today, by its code."""
        params = {"identificatie": code, "status": "definitief"}
        found = find_current(
            self._asking.iterate(self._catalogue("zaaktypen"), params), self._asking.clock.now().date()
        )
        if code not in found:
            raise InvalidInput(
                "There is no such type of case today.",
                "Choose one of the list.",
                key="zgw.type",
                field="service_code",
                subject=self._asking.component,
            )
        return found[code]

    def _catalogue(self, resource: str) -> str:
        return self._asking.client.find_path("catalogi", resource)

    # ==== changing ====

    def update(self, id: OutsideId, changes: Mapping[str, str], version: str, key: str) -> Case | None:
        """Changes title and description, sets a status, or adds a note (`status_note`); gives the case as it is then.

        Title and description go first: where the status is refused after them, the error says so and they stay.

        Raises:
            InvalidInput: another field, or a word that is no status of this type of case.
            RemoteConflict: the case is another by now.
        """
        known = {*FIELDS, "status", "status_note"}
        for name in changes:
            if name not in known:
                raise InvalidInput(
                    f"{self._asking.component} does not change {name}.",
                    f"It changes {', '.join(sorted(known))}.",
                    key="zgw.field",
                    field=name,
                )
        zaak, etag = self._zaken.fetch_plain(id)
        if version and version != read_version(zaak):
            raise RemoteConflict(
                "This case has changed since it was read.",
                "Look at it as it is now.",
                key="zgw.changed",
                subject=self._asking.component,
            )
        status, note = changes.get("status", ""), changes.get("status_note", "")
        word = self._find_word(zaak, status) if status else None
        text = {FIELDS[name]: value for name, value in changes.items() if name in FIELDS}
        if text:
            mark = build_note(key) if not (word or note) else build_note(f"{key} text")
            self._asking.write("PATCH", self._zaken.find_path(id), text, note=mark, etag=etag)
        if word is not None:
            self._set_status(zaak, word, EventDraft(text=note, status=status), key)
        elif note:
            self._add_memo(zaak, EventDraft(text=note), key)
        try:
            return self.get(id)
        except AdapterError:
            return None

    def add_event(self, id: OutsideId, event: EventDraft, key: str) -> Created:
        """Adds a note for staff, or sets a status with words."""
        zaak, _ = self._zaken.fetch_plain(id)
        if event.status:
            made = self._set_status(zaak, self._find_word(zaak, event.status), event, key)
        else:
            made = self._add_memo(zaak, event, key)
        return Created(outside_id=read_own_id(made))

    def find_event(self, id: OutsideId, key: str, since: datetime) -> OutsideId | None:  # noqa: ARG002 -- the key is enough
        """The note with the key in its subject, or what bears it in the audit trail of the case.

        Raises OutcomeUnknown where the audit trail is not for us to read.
        """
        note = build_note(key)
        answer = self._asking.client.read(self._asking.client.find_path("zaken", "zaaknotities"), {"onderwerp": note})
        if answer.status not in {400, 403, 404, 405}:
            for memo in self._asking.read_list(answer).records:
                if read_text(memo.get("onderwerp")) == note and read_id(memo.get("gerelateerdAan")) == id:
                    return read_id(memo.get("url"))
        url = self._asking.find_noted(id, note)
        return read_id(url) if url else None

    def _find_word(self, zaak: Record, word: str) -> StatusWord:
        kind = read_text(zaak.get("zaaktype"))
        words = build_status_words(
            self._asking.find_types("statustypen", kind), self._asking.find_types("resultaattypen", kind)
        )
        found = next((known for known in words if known.word == word), None)
        if found is None:
            raise InvalidInput(
                "This type of case has no such status.",
                f"It has {_say(known.word for known in words)}.",
                key="zgw.status",
                field="status",
                subject=self._asking.component,
            )
        return found

    def _set_status(self, zaak: Record, word: StatusWord, event: EventDraft, key: str) -> Record:
        """Sets a status; one that ends the case gets its result first, for there is no end without one."""
        if word.result:
            self._set_result(zaak, word.result, key)
        at = event.at or self._asking.clock.now()
        body = build_status(read_text(zaak.get("url")), read_text(word.status.get("url")), text=event.text, at=at)
        return self._asking.write(
            "POST", self._asking.client.find_path("zaken", "statussen"), body, note=build_note(key)
        )

    def _set_result(self, zaak: Record, kind: Record, key: str) -> None:
        present, wanted = read_text(zaak.get("resultaat")), read_text(kind.get("url"))
        mark = build_note(f"{key} result")
        path = self._asking.client.find_path("zaken", "resultaten")
        if not present:
            body = {"zaak": read_text(zaak.get("url")), "resultaattype": wanted}
            self._asking.write("POST", path, body, note=mark)
        elif read_text(self._asking.find_related(present).get("resultaattype")) != wanted:
            self._asking.write("PATCH", f"{path}/{read_id(present)}", {"resultaattype": wanted}, note=mark)

    def _add_memo(self, zaak: Record, event: EventDraft, key: str) -> Record:
        if not event.text.strip():
            raise InvalidInput("Write a note.", key="zgw.note", field="text")
        body = build_memo(read_text(zaak.get("url")), event, key=key)
        try:
            return self._asking.write("POST", self._asking.client.find_path("zaken", "zaaknotities"), body)
        except NotFound as error:
            raise InvalidInput(
                f"{self._asking.component} keeps no notes: its Zaken API is older than 1.6.",
                "Write the words with a status.",
                key="zgw.no_notes",
                field="text",
                subject=self._asking.component,
            ) from error


def _say(words: Iterable[str]) -> str:
    return ", ".join(f"“{word}”" for word in words) or "none"


def _find_cursor(listed: Listed, window: str, windows: tuple[str, ...]) -> str:
    """The next page of a window, else the first of the next window."""
    if listed.following:
        kept = [(name, value) for name, value in parse_qsl(listed.following) if name != "expand"]
        return f"{window}?{urlencode(kept)}"
    after = windows[windows.index(window) + 1 :]
    return f"{after[0]}?" if after else ""
