"""Cases of one jurisdiction of an Open311 endpoint."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from desktop.adapters.api import AdapterContext, Created, Page, build_outcome_unknown
from desktop.domain.cases import Case, CaseDraft, CaseType, Datatype, Event, EventDraft, Question
from desktop.domain.errors import AdapterError, InvalidInput, NotReady
from desktop.domain.ids import OutsideId
from desktop.domain.places import Point

from .answering import build_answers
from .asking import Asking
from .endpoint import EndpointFinder
from .forms import build_request_form, build_update_form, check_draft
from .pulling import Puller
from .silence import build_cannot_tell
from .windows import SKEW

SAME_PLACE = 1e-6
"""Degrees: about ten centimetres."""

_CHANGEABLE = ("status", "status_note")


class Jurisdiction:
    """Cases of one jurisdiction. It knows no versions: whoever updates reads first."""

    def __init__(self, context: AdapterContext, finder: EndpointFinder, name: str = "") -> None:
        """Args: `name` is the jurisdiction's id, "" where the endpoint serves one council."""
        self._asking = Asking(context, finder, name)
        self._log = context.log
        self._keeps_update_ids = context.settings["keeps_update_ids"] == "yes"
        self._batch = timedelta(minutes=int(context.settings["batch_minutes"]))
        self._puller = Puller(
            self._asking,
            page_size=int(context.settings["page_size"]),
            history=timedelta(days=int(context.settings["history_days"])),
            changes=context.settings["changes"],
        )
        self._questions: dict[str, tuple[Question, ...]] = {}
        self._tokens: dict[str, str] = {}

    def check_updates(self) -> bool:
        """Whether it has the list of updates that the settings say it has."""
        return not self.takes_updates or self._asking.lists_updates()

    def list_types(self) -> tuple[CaseType, ...]:
        """The services, without their questions."""
        return self._asking.fetch_types()

    # ==== reading ====

    def types(self) -> tuple[CaseType, ...]:
        """Every kind of case it takes, each with its questions."""
        types = [self._with_questions(kind) for kind in self.list_types()]
        self._questions = {kind.code: kind.questions for kind in types}
        return tuple(types)

    def _with_questions(self, kind: CaseType) -> CaseType:
        return replace(kind, questions=self._asking.fetch_questions(kind.code)) if kind.has_questions else kind

    def changed(self, since: datetime | None = None, cursor: str = "") -> Page[Case]:
        """Cases changed since a moment, oldest first; all of the set history when None."""
        return self._puller.fetch_changed(since, cursor)

    @property
    def takes_updates(self) -> bool:
        """Whether notes and status changes can be sent."""
        return self._asking.takes_updates

    def get(self, id: OutsideId) -> Case:
        """One case as it is now. Raises NotFound."""
        return self._asking.fetch_request(id).case

    def events(self, since: datetime | None = None, cursor: str = "") -> Page[Event]:
        """Updates of all cases since a moment, oldest first."""
        if not self._asking.takes_updates:
            return Page(items=())
        return self._puller.fetch_events(since, cursor)

    # ==== making ====

    def create(self, draft: CaseDraft, key: str) -> Created:
        """Makes a case. A server that answers with a token is asked for the id once, at once.

        Raises:
            InvalidInput: a part of the draft, or an answer to a question, is missing or has the wrong form.
        """
        check_draft(draft)
        questions = self._find_questions(draft.service_code)
        if questions:  # a server need not publish any
            draft = replace(draft, answers=build_answers(questions, draft.answers))
        multi = {question.code for question in questions or () if question.datatype is Datatype.MULTI}
        created = self._asking.create_request(build_request_form(draft, key, multi=multi))
        if created.outside_id:
            return created
        if not created.token:
            return replace(created, unanswered=self._is_blackbox(draft.service_code))
        self._tokens[key] = created.token
        return replace(created, outside_id=self._find_at_once(created.token))

    def find_by_token(self, token: str) -> OutsideId:
        """The id that a token stands for; "" while there is none."""
        return OutsideId(self._asking.find_by_token(token))

    def _find_at_once(self, token: str) -> OutsideId:
        """The id where it is there already. The request was taken: an error here would lose its token."""
        try:
            return self.find_by_token(token)
        except AdapterError as error:
            self._log.info("A token was not asked about: %s", error.key)
            return OutsideId("")

    def _find_questions(self, code: str) -> tuple[Question, ...] | None:
        """What a service asks; None where that cannot be read now: the server will then say what is wrong."""
        if code not in self._questions:
            try:
                self._questions[code] = self._fetch_asked(code)
            except AdapterError as error:
                self._log.info("Questions of a service were not read: %s", error.key)
                return None
        return self._questions[code]

    def _fetch_asked(self, code: str) -> tuple[Question, ...]:
        """The questions of one service; none where its list says so, for then no form shows them."""
        if any(kind.code == code and not kind.has_questions for kind in self.list_types()):
            return ()
        return self._asking.fetch_questions(code)

    def _is_blackbox(self, code: str) -> bool:
        """Whether nothing will ever be heard of a request that was just taken."""
        try:
            return self._find_mode(code) == "blackbox"
        except AdapterError as error:
            self._log.info("The list of services was not read: %s", error.key)
            return False

    def _find_mode(self, code: str) -> str:
        """How a service answers, as the list of services has it; realtime where it is not in it."""
        return next((kind.mode for kind in self._asking.fetch_types() if kind.code == code), "realtime")

    def find_created(self, draft: CaseDraft, key: str, since: datetime) -> OutsideId | None:
        """The case that an earlier `create` with this key made, by its token, our reference, or words and place.

        Raises:
            NotReady: the batch that would list it may not have run yet.
            OutcomeUnknown: the server does not show our reference and several cases fit, or it never answers at all.
        """
        token = self._tokens.get(key)
        if token and (found := self._asking.find_by_token(token)):
            return OutsideId(found)
        reports = tuple(self._puller.walk_requests(since - SKEW, service_code=draft.service_code))
        own = next((r.case.outside_id for r in reports if r.own_reference == key), None)
        if own is not None:
            return own
        shows = any(r.shows_reference for r in reports)
        alike = [] if shows else [r.case.outside_id for r in reports if _is_alike(draft, r.case)]
        if len(alike) == 1:
            return alike[0]
        if alike or self._find_mode(draft.service_code) == "blackbox":
            raise build_cannot_tell(self._asking.component)
        if token or self._may_be_in_a_batch(draft.service_code, since):
            raise NotReady(
                f"{self._asking.component} may have the case and not show it yet.",
                "Knit asks again by itself.",
                key="open311.batch",
                subject=self._asking.component,
            )
        return None

    def _may_be_in_a_batch(self, code: str, since: datetime) -> bool:
        """Whether an accepted case may still be off the list: then it cannot be said that there is none."""
        return self._asking.now() < since + self._batch + SKEW and self._find_mode(code) != "realtime"

    # ==== changing ====

    def update(self, id: OutsideId, changes: Mapping[str, str], version: str, key: str) -> Case | None:  # noqa: ARG002 -- no versions here
        """Sets the status, with words in `status_note`; gives the case as it is afterwards, or None if not readable now.

        Raises:
            InvalidInput: another field, or no status: Open311 changes nothing else.
        """
        for name in changes:
            if name not in _CHANGEABLE:
                raise InvalidInput(
                    f"{self._asking.component} cannot change this: {name}.",
                    f"It can change: {', '.join(_CHANGEABLE)}.",
                    key="open311.field",
                    field=name,
                )
        text = changes.get("status_note", "")
        self.add_event(id, EventDraft(text=text, status=changes.get("status", "")), key)
        try:
            return self.get(id)
        except AdapterError as error:
            # The update was taken; only reading it back failed. An error here would stand for the update.
            self._log.info("A case was not read after its update: %s", error.key)
            return None

    def add_event(self, id: OutsideId, event: EventDraft, key: str) -> Created:
        """Adds a note, or a status change with words."""
        if not self._asking.takes_updates:
            raise InvalidInput(
                f"{self._asking.component} takes no notes or status changes.",
                "Work on this case in its own system.",
                key="open311.updates",
                field="status" if event.status else "text",
            )
        form = build_update_form(
            case=id,
            key=key,
            text=event.text,
            status=event.status,
            author=event.author,
            at=event.at or self._asking.now(),
        )
        try:
            return self._asking.create_update(form)
        except InvalidInput as error:
            if event.status or "status" not in error.hint.lower():
                raise
        # Only a server that insists gets a status with a note: the one it has at this moment.
        form["status"] = self._asking.fetch_request(id).case.status.replace(" ", "_").upper()
        return self._asking.create_update(form)

    def find_event(self, id: OutsideId, key: str, since: datetime) -> OutsideId | None:
        """The update that an earlier `add_event` or `update` with this key made, or None.

        Raises:
            OutcomeUnknown: the server gives updates ids of its own, and this case has one since.
        """
        if not self._asking.takes_updates:
            return None
        of_case = tuple(event for event in self._puller.walk_updates(since - SKEW) if event.case_id == id)
        if any(event.outside_id == key for event in of_case):
            return OutsideId(key)
        if of_case and not self._keeps_update_ids:
            raise build_outcome_unknown(self._asking.component)
        return None


def _is_alike(draft: CaseDraft, case: Case) -> bool:
    """Whether a case has the draft's words, and its point where it has one."""
    words = (draft.description or draft.title).strip()
    if not words or case.description.strip() != words:
        return False
    point = draft.place.point if draft.place is not None else None
    return _is_same_point(point, case.place.point if case.place is not None else None)


def _is_same_point(one: Point | None, other: Point | None) -> bool:
    if one is None or other is None:
        return one is None
    return all(abs(a - b) <= SAME_PLACE for a, b in _pairs(one, other))


def _pairs(one: Point, other: Point) -> Iterable[tuple[float, float]]:
    return ((one.lat, other.lat), (one.lon, other.lon))
