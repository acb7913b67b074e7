"""The cases capability on Open311: one endpoint with its jurisdictions, and an inbox for what has no endpoint."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime

from desktop.adapters.api import AdapterContext, Created, Page
from desktop.domain.cases import Case, CaseDraft, CaseType, Event, EventDraft
from desktop.domain.components import Diagnosis
from desktop.domain.errors import InvalidInput, SetupFailed
from desktop.domain.ids import OutsideId

from .endpoint import EndpointFinder
from .inbox import Inbox
from .jurisdiction import Jurisdiction
from .keeping_apart import join_id, mark_case, mark_event, mark_type, read_areas, read_names, split_id
from .silence import build_cannot_tell


class Open311Adapter:
    """Cases of an Open311 endpoint. Jurisdictions are kept apart by ids; what they answer is read in `jurisdiction`."""

    def __init__(self, context: AdapterContext) -> None:
        """Raises SetupFailed where there is neither an endpoint nor an inbox."""
        self._finder = EndpointFinder(context)
        self._inbox = Inbox(context)
        if not self._finder.exists and not self._inbox.address:
            raise SetupFailed(
                f"{context.component} has no address.",
                "Enter the address of its endpoint, of its service discovery, or an inbox.",
                key="open311.address",
                subject=context.component,
            )
        names = read_names(context.settings["jurisdiction_id"]) if self._finder.exists else ()
        self._names = names
        self._parts = {name: Jurisdiction(context, self._finder, name) for name in names}
        self._areas = read_areas(context.settings["areas"])
        self._log = context.log
        self._component = context.component

    def check(self) -> Diagnosis:
        """Asks for the list of services, and what service discovery says; reading needs no key, so it is not tried."""
        facts, warnings = self._finder.check()
        counts = {name: len(part.list_types()) for name, part in self._parts.items()}
        facts |= {f"services of {name}" if name else "services": str(count) for name, count in counts.items()}
        warnings += ["It lists no services, so no case can be made." for count in counts.values() if not count]
        if self._parts:
            takes = next(iter(self._parts.values())).takes_updates
            facts["takes notes and status changes"] = "yes" if takes else "no"
        if not all(part.check_updates() for part in self._parts.values()):
            facts["takes notes and status changes"] = "no"
            warnings.append(
                "It has no servicerequestupdates: set Updates to none, or changes to older cases are missed."
            )
        unknown = sorted(set(self._areas.values()) - set(self._names))
        warnings += [f"Areas name {name}, which is no jurisdiction of the settings." for name in unknown]
        if self._inbox.address:
            self._inbox.check()
            facts |= {"inbox": self._inbox.address, "services by e-mail": str(len(self._inbox.types))}
        return Diagnosis(facts=facts, warnings=tuple(warnings))

    # ==== reading ====

    def types(self) -> tuple[CaseType, ...]:
        """Every kind of case it takes, each with its questions; a service that has only the inbox is asked for there."""
        found = [mark_type(kind, self._mark(name)) for name, part in self._parts.items() for kind in part.types()]
        return (*(kind for kind in found if self._inbox.find_type(kind.code) is None), *self._inbox.types)

    def changed(self, since: datetime | None = None, cursor: str = "") -> Page[Case]:
        """Cases changed since a moment, oldest first, of one jurisdiction after the other; all of the history when None."""
        return self._read_all(cursor, lambda part, inner: part.changed(since, inner), mark_case)

    def get(self, id: OutsideId) -> Case:
        """One case as it is now. Raises NotFound."""
        name, own = self._split(id)
        return mark_case(self._parts[name].get(OutsideId(own)), self._mark(name))

    def events(self, since: datetime | None = None, cursor: str = "") -> Page[Event]:
        """Updates of all cases since a moment, oldest first, of one jurisdiction after the other."""
        return self._read_all(cursor, lambda part, inner: part.events(since, inner), mark_event)

    def _read_all(self, cursor: str, read: Callable[..., Page], mark: Callable[..., object]) -> Page:  # type: ignore[type-arg]
        """A page of the jurisdiction that the cursor names by its place, and where to go on."""
        if not self._names:
            return Page(items=())
        number, inner = 0, cursor
        if len(self._names) > 1 and cursor:
            place, _, inner = cursor.partition(" ")
            number = int(place) if place.isdecimal() else -1
            if not 0 <= number < len(self._names):
                raise InvalidInput("That is not a page of this list.", key="open311.cursor", field="cursor")
        name = self._names[number]
        page = read(self._parts[name], inner)
        items = tuple(mark(item, self._mark(name)) for item in page.items)
        following = page.cursor
        if len(self._names) > 1:
            following = f"{number} {page.cursor}" if page.cursor else self._begin_next(number)
        return replace(page, items=items, cursor=following)

    def _begin_next(self, number: int) -> str:
        return f"{number + 1} " if number + 1 < len(self._names) else ""

    # ==== making ====

    def create(self, draft: CaseDraft, key: str) -> Created:
        """Makes a case, in the jurisdiction of its service and ward, or by e-mail where its service has only an inbox."""
        kind = self._inbox.find_type(draft.service_code)
        if kind is not None:
            return self._inbox.create(draft, kind, key)
        name, own = self._route(draft)
        created = self._parts[name].create(replace(draft, service_code=own), key)
        mark = self._mark(name)
        return replace(created, outside_id=join_id(mark, created.outside_id), token=join_id(mark, created.token))

    def find_by_token(self, token: str) -> OutsideId:
        """The id that a token stands for; "" while there is none."""
        name, own = self._split(token)
        return join_id(self._mark(name), self._parts[name].find_by_token(own))

    def find_created(self, draft: CaseDraft, key: str, since: datetime) -> OutsideId | None:
        """The case that an earlier `create` with this key made, or None.

        Raises:
            NotReady: the batch that would list it may not have run yet.
            OutcomeUnknown: it cannot be told, as where it went by e-mail.
        """
        if self._inbox.find_type(draft.service_code) is not None:
            raise build_cannot_tell(self._component)
        name, own = self._route(draft)
        found = self._parts[name].find_created(replace(draft, service_code=own), key, since)
        return None if found is None else join_id(self._mark(name), found)

    def _route(self, draft: CaseDraft) -> tuple[str, str]:
        """The jurisdiction that takes a draft: that of its ward where it has the service too, else that of its service."""
        name, own = self._split(draft.service_code, field="service_code")
        ward = draft.place.ward.strip().casefold() if draft.place is not None else ""
        there = self._areas.get(ward, name)
        if there != name and there in self._parts and any(k.code == own for k in self._parts[there].list_types()):
            self._log.info("A report goes to the jurisdiction of its ward, not to that of its service")
            return there, own
        return name, own

    # ==== changing ====

    def update(self, id: OutsideId, changes: Mapping[str, str], version: str, key: str) -> Case | None:
        """Sets the status, with words in `status_note`; gives the case as it is afterwards, or None if not readable now."""
        name, own = self._split(id)
        case = self._parts[name].update(OutsideId(own), changes, version, key)
        return None if case is None else mark_case(case, self._mark(name))

    def add_event(self, id: OutsideId, event: EventDraft, key: str) -> Created:
        """Adds a note, or a status change with words."""
        name, own = self._split(id)
        created = self._parts[name].add_event(OutsideId(own), event, key)
        return replace(created, outside_id=join_id(self._mark(name), created.outside_id))

    def find_event(self, id: OutsideId, key: str, since: datetime) -> OutsideId | None:
        """The update that an earlier `add_event` or `update` with this key made, or None."""
        name, own = self._split(id)
        found = self._parts[name].find_event(OutsideId(own), key, since)
        return None if found is None else join_id(self._mark(name), found)

    # ==== inner parts ====

    def _mark(self, name: str) -> str:
        """What stands before the ids of a jurisdiction: its name where there are several."""
        return name if len(self._names) > 1 else ""

    def _split(self, id: str, *, field: str = "id") -> tuple[str, str]:
        return split_id(id, self._names, field=field)
