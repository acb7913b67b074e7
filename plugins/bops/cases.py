"""The cases capability on BOPS."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from desktop.adapters.api import AdapterContext, Created, Page
from desktop.domain.cases import Case, CaseDraft, CaseType, Event, EventDraft
from desktop.domain.errors import BadResponse, NotFound, NotReady
from desktop.domain.ids import OutsideId

from .asking import Asking
from .forms import build_types
from .making import Council, build_session, build_submission, find_private
from .mapping import build_published, build_whole
from .pulling import Puller, find_session
from .submission import parse_submission, read_session

SETTLING = timedelta(minutes=10)
"""How long an application that was taken may stay off the lists: BOPS accepts it in the background."""


class BopsCases:
    """Planning applications of one council. They are read, and made; the API changes none."""

    def __init__(self, asking: Asking, context: AdapterContext) -> None:
        self._asking = asking
        self._client = asking.client
        settings = context.settings
        self._send_email = settings["send_email"] == "yes"
        self._council = Council(
            organisation=settings["organisation"], district=settings["district"], region=settings["region"]
        )
        self._puller = Puller(
            asking,
            look_back=timedelta(days=int(settings["look_back_days"])),
            deep_every=timedelta(minutes=int(settings["deep_minutes"])),
            comments=settings["comments"] == "yes",
        )

    @property
    def can_make(self) -> bool:
        """Whether there is a key, and all that a submission says of the council."""
        council = self._council
        return self._client.has_key and bool(council.organisation and council.district and council.region)

    # ==== reading ====

    def types(self) -> tuple[CaseType, ...]:
        """The types of application that can be made here: none without a key, for then nothing is."""
        return build_types(self._asking.fetch_kinds()) if self.can_make else ()

    def changed(self, since: datetime | None = None, cursor: str = "") -> Page[Case]:
        """Applications that may have changed since a moment: the API cannot be asked, so those of the look-back and all open ones."""
        return self._puller.fetch_changed(since, cursor)

    def get(self, id: OutsideId) -> Case:
        """One application as it is now. Raises NotFound, without a key also for one that is not published."""
        record = self._asking.read_record(self._client.fetch_application(id), "an application")
        build = build_whole if self._client.has_key else build_published
        return build(record, self._asking.fetch_kinds(), component=self._asking.component)

    def submission(self, id: OutsideId) -> CaseDraft:
        """What was submitted to make a case. Raises NotFound, also where it was typed into BOPS and not submitted."""
        tree = self._asking.read_record(self._client.fetch_submission(id), "a submission")
        if "submission" in tree and tree["submission"] is None:
            raise NotFound(
                "This application was not submitted through the API.",
                "Look at it in BOPS.",
                key="bops.no_submission",
                subject=self._asking.component,
            )
        return parse_submission(tree, component=self._asking.component)

    def events(self, since: datetime | None = None, cursor: str = "") -> Page[Event]:
        """Validation requests, neighbour responses, and comments of consultations; oldest first in each."""
        return self._puller.fetch_events(since, cursor)

    # ==== making ====

    def create(self, draft: CaseDraft, key: str) -> Created:
        """Submits an application by the digital planning schema. Its id is made of the key, by which it is found again."""
        if not self.can_make:
            raise self._asking.build_refused(
                "cannot make applications as it is set up.",
                "It needs an API key, and the code, district and region of the council in its settings.",
                field="service_code",
            )
        body = build_submission(draft, self._council, key=key, now=self._asking.clock.now())
        sent = self._asking.create(body, send_email=self._send_email, private=find_private(body))
        return Created(outside_id=sent)

    def find_created(self, draft: CaseDraft, key: str, since: datetime) -> OutsideId | None:  # noqa: ARG002 -- the key is enough
        """The application that was submitted with the id made of the key.

        Raises:
            NotReady: it may have been taken and not be listed yet.
        """
        if not self._client.has_key:
            return None
        wanted = build_session(key)
        hidden: list[OutsideId] = []
        for record in self._puller.iterate_received(since):
            reference, session = find_session(record)
            if session == wanted:
                return reference
            if reference and not session:
                hidden.append(reference)
        found = next((reference for reference in hidden if self._find_session(reference) == wanted), None)
        if found is None and self._asking.clock.now() < since + SETTLING:
            raise NotReady(
                f"{self._asking.component} may have the application and not show it yet.",
                "Knit asks again by itself.",
                key="bops.settling",
                subject=self._asking.component,
            )
        return found

    def _find_session(self, reference: OutsideId) -> str:
        """The id of a submission, asked for where a list does not show it; "" where there is none."""
        try:
            return read_session(self._asking.read_record(self._client.fetch_submission(reference), "a submission"))
        except (NotFound, BadResponse):
            return ""

    # ==== changing ====

    def update(self, id: OutsideId, changes: Mapping[str, str], version: str, key: str) -> Case | None:  # noqa: ARG002 -- nothing is sent
        """Raises InvalidInput: the API has no call that changes an application."""
        raise self._asking.build_refused(
            "lets nobody change an application from outside.",
            "Open it in BOPS and change it there.",
            field=next(iter(changes), ""),
        )

    def add_event(self, id: OutsideId, event: EventDraft, key: str) -> Created:  # noqa: ARG002 -- nothing is sent
        """Raises InvalidInput: the API takes neighbours' responses only, and an officer's words are none."""
        raise self._asking.build_refused(
            "takes no notes or status changes from outside.",
            "Write it in BOPS.",
            field="status" if event.status else "text",
        )

    def find_event(self, id: OutsideId, key: str, since: datetime) -> OutsideId | None:  # noqa: ARG002 -- see add_event
        """None: nothing is ever added."""
        return None
