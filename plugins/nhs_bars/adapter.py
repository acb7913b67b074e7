"""The referrals capability on the NHS Booking and Referral Standard."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from urllib.parse import urlsplit

from desktop.adapters.api import (
    AdapterContext,
    Answer,
    build_outcome_unknown,
    parse_issues,
    read_items,
    read_record,
    read_text,
)
from desktop.domain.components import Diagnosis
from desktop.domain.disclosure import Disclosure
from desktop.domain.errors import (
    BadResponse,
    DesktopError,
    InvalidInput,
    NotFound,
    OutcomeUnknown,
    RemoteConflict,
    SetupFailed,
)
from desktop.domain.ids import OutsideId
from desktop.domain.nhs_numbers import read_nhs_number
from desktop.domain.referrals import Referral, ReferralState, ReferralStatus

from .bundles import (
    CATEGORIES,
    ODS,
    Sender,
    build_cancellation,
    build_referral,
    build_use_context,
    make_id,
    read_category,
)
from .client import NhsBarsClient
from .mapping import Capability, Found, build_status, parse_capability, parse_found
from .refusing import build_error, find_status

KEPT_S = 12 * 3600.0
"""What a service can do is asked again after 12 hours, as the standard advises."""
_HARMLESS = frozenset({"sandbox.api.service.nhs.uk", "127.0.0.1", "localhost", "::1"})
_SERVICE = re.compile(r"(https?://[^|\s/][^|\s]{0,150}\|)?[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_ID = re.compile(r"[A-Za-z0-9.-]{1,64}")
_WORKFLOW = "cancelled"


class NhsBarsAdapter:
    """Referrals to health services through the NHS's proxy.

    The id of a referral is `service/id`, for each is asked for at its service.
    """

    def __init__(self, context: AdapterContext) -> None:
        self._component, self._clock = context.component, context.clock
        settings = context.settings
        self._live = settings["use"] == "live"
        self._host = urlsplit(settings["base_url"]).hostname or ""
        self._client = NhsBarsClient(context)
        endpoint = settings["own_service"] or f"{ODS}|{settings['ods_code']}"
        self._sender = Sender(
            name=settings["organisation"], ods=settings["ods_code"], endpoint=endpoint, use_case=settings["use_case"]
        )
        self._known: dict[str, tuple[float, Capability]] = {}
        self._lost: set[str] = set()

    def check(self) -> Diagnosis:
        """Asks the proxy what it can do."""
        self._refuse_unready()
        found = self._ask_capability("")
        facts = {"host": self._host, "FHIR": found.fhir, "version": found.version}
        warnings = [] if self._live else ["Only the sandbox is asked: nobody receives these referrals."]
        if not found.fhir.startswith("4."):
            warnings.append("It does not speak FHIR R4.")
        return Diagnosis(facts={name: fact for name, fact in facts.items() if fact}, warnings=tuple(warnings))

    def refer(self, referral: Referral, key: str, disclosure: Disclosure) -> ReferralStatus:
        """Makes a referral, once: what this key made before is looked up first.

        Raises:
            InvalidInput: something is missing, or the service does not take it.
            OutcomeUnknown: the answer was lost, and the service cannot be asked by our own id.
        """
        del disclosure  # that there is one is the host's to check; the NHS is not told of it
        self._refuse_unready()
        category = _refuse_odd(referral)
        service, own = referral.service, make_id(key, "referral")
        self._refuse_unfit(service, category)
        try:
            earlier = self._find_own(service, own)
        except OutcomeUnknown:
            if key in self._lost:
                raise
            earlier = None  # it cannot be asked by our id, and nothing was sent with this key
        if earlier is not None:
            return earlier
        bundle = build_referral(_clean(referral), key, self._sender, self._clock.now())
        context = build_use_context(self._sender.use_case, category, "new")
        return self._send(service, own, bundle, key, context, lambda: self._find_done(service, own))

    def find_made(self, service: OutsideId, key: str) -> ReferralStatus | None:
        """The referral that this key made at a service, or None. Raises OutcomeUnknown: it cannot be asked so."""
        self._refuse_unready()
        if not _SERVICE.fullmatch(service):
            raise InvalidInput("That is not the id of a service.", key="nhs_bars.service", field="service")
        return self._find_own(service, make_id(key, "referral"))

    def status(self, id: OutsideId) -> ReferralStatus:
        """Where a referral stands, as its service says. Raises NotFound."""
        self._refuse_unready()
        service, own = self._split(id)
        return build_status(self._read_one(service, own), id=id, service=OutsideId(service))

    def revoke(self, id: OutsideId, reason: str, key: str) -> ReferralStatus:
        """Takes a referral back; one that was taken back already comes as it is.

        Raises RemoteConflict where the service has finished with it.
        """
        self._refuse_unready()
        if not reason.strip():
            raise InvalidInput("Enter why it is taken back.", key="nhs_bars.reason", field="reason")
        service, own = self._split(id)
        self._refuse_unfit(service, _WORKFLOW)
        found = self._read_one(service, own)
        known = build_status(found, id=id, service=OutsideId(service))
        if known.state is ReferralState.REVOKED:
            return known
        if not found.is_current or known.state.is_final:
            raise _build_finished(self._component)
        bundle = build_cancellation(found.request, service, reason, key, self._sender, self._clock.now())
        context = build_use_context(self._sender.use_case, _find_category(found), "update")
        sent = self._send(service, own, bundle, key, context, lambda: self._find_revoked(id))
        return replace(sent, state=ReferralState.REVOKED, status=sent.status or "revoked")

    def _find_revoked(self, id: OutsideId) -> ReferralStatus:
        """After the service said that it has the cancellation already, or that it is too late for one."""
        found = self.status(id)
        if found.state is not ReferralState.REVOKED:
            raise _build_finished(self._component)
        return found

    # ==== sending ====

    def _send(
        self, service: str, own: str, bundle: dict[str, object], key: str, use_context: str, find_done: Callable[[], ReferralStatus]
    ) -> ReferralStatus:  # fmt: skip
        self._lost.add(key)  # until an answer came that says what became of it
        answer = self._client.send(service, bundle, correlation=make_id(key, "correlation"), use_context=use_context)
        text = answer.text
        issues = parse_issues(text)
        status = find_status(issues, answer.status)
        if status == 409:
            done = find_done()
            self._lost.discard(key)
            return done
        if status:
            raise self._settle(key, build_error(
                issues, status, component=self._component, writes=True, headers=answer.headers, clock=self._clock
            ))  # fmt: skip
        found = self._read_written(text, key)
        self._lost.discard(key)
        id = read_text(found.request.get("id"))
        id = id if _ID.fullmatch(id) else own
        built = build_status(found, id=OutsideId(f"{service}/{id}"), service=OutsideId(service))
        return built if built.status else replace(built, state=ReferralState.SENT)

    def _settle(self, key: str, error: DesktopError) -> DesktopError:
        """A refusal means that nothing was done, so the key may be used again."""
        if not isinstance(error, OutcomeUnknown):
            self._lost.discard(key)
        return error

    def _read_written(self, text: str, key: str) -> Found:
        try:
            found = parse_found(text, component=self._component)
        except BadResponse:
            raise build_outcome_unknown(self._component) from None
        if found.response == "fatal-error":
            raise self._settle(key, InvalidInput(
                "The receiving service could not process the referral.", "Ring the service, or refer in another way.",
                key="nhs_bars.fatal", subject=self._component,
            ))  # fmt: skip
        if found.response == "transient-error" or found.kind not in {"Bundle", "ServiceRequest", "OperationOutcome"}:
            raise build_outcome_unknown(self._component)
        return found

    # ==== asking ====

    def _read_one(self, service: str, id: str) -> Found:
        found = parse_found(self._read(self._client.fetch(service, id)), component=self._component)
        if not found.request:
            raise BadResponse(
                f"{self._component} did not answer as it should: it is no referral.",
                "Try again later. If it stays, report it to whoever runs it.",
                key="nhs_bars.answer",
                subject=self._component,
            )
        return found

    def _find_own(self, service: str, own: str) -> ReferralStatus | None:
        """The referral with our own id, or None. Raises OutcomeUnknown: the service cannot be asked so."""
        try:
            found = parse_found(self._read(self._client.find(service, own)), component=self._component)
        except NotFound:
            return None
        except (InvalidInput, BadResponse) as error:
            raise build_outcome_unknown(self._component) from error
        if found.kind == "Bundle" and not found.request:
            return None
        id = read_text(found.request.get("id"))
        if own not in {*_read_identifiers(found), id} or not _ID.fullmatch(id):
            raise build_outcome_unknown(self._component)  # it gave something else: it does not search by our id
        return build_status(found, id=OutsideId(f"{service}/{id}"), service=OutsideId(service))

    def _find_done(self, service: str, own: str) -> ReferralStatus:
        """After the service said that it has this message already."""
        done = self._find_own(service, own)
        if done is None:
            raise build_outcome_unknown(self._component)
        return done

    def _refuse_unfit(self, service: str, kind: str) -> None:
        """Asks a service what it can do before anything else is asked of it."""
        kept = self._known.get(service)
        now = self._clock.monotonic()
        if kept is None or now - kept[0] > KEPT_S:
            kept = self._known[service] = (now, self._ask_capability(service))
        if not (kept[1].fhir.startswith("4.") and kept[1].takes(kind)):
            raise InvalidInput(
                "This service does not take such referrals.",
                "Refer in another way.",
                key="nhs_bars.capability",
                field="service",
                subject=self._component,
            )

    def _ask_capability(self, service: str) -> Capability:
        return parse_capability(self._read(self._client.fetch_capability(service)), component=self._component)

    def _read(self, answer: Answer) -> str:
        """The text of a good answer; raises the typed error of another, with nothing of its body."""
        text = answer.text
        issues = parse_issues(text)
        status = find_status(issues, answer.status)
        if status:
            raise build_error(
                issues, status, component=self._component, writes=False, headers=answer.headers, clock=self._clock
            )
        return text

    def _split(self, id: OutsideId) -> tuple[str, str]:
        service, _, own = id.rpartition("/")
        if not (_SERVICE.fullmatch(service) and _ID.fullmatch(own)):
            raise InvalidInput("That is not the id of a referral.", key="nhs_bars.id", field="id")
        return service, own

    def _refuse_unready(self) -> None:
        """Real services are asked only where somebody has said that the council may, and with a key."""
        if not self._live and self._host not in _HARMLESS:
            raise SetupFailed(
                f"{self._component} is set up for the sandbox only.",
                "When NHS England has onboarded the council, set “Use” to live.",
                key="nhs_bars.sandbox",
                subject=self._component,
            )
        if self._live and not self._client.can_sign_in:
            raise SetupFailed(
                f"{self._component} has no key to sign in with.",
                "Enter the API key, the private key and the key's id, or an access token for a trial.",
                key="nhs_bars.key",
                subject=self._component,
            )


def _build_finished(component: str) -> RemoteConflict:
    return RemoteConflict(
        "The service has finished with this referral: it cannot be taken back any more.",
        "Ring the service.",
        key="nhs_bars.finished",
        subject=component,
    )


def _read_identifiers(found: Found) -> set[str]:
    items = read_items(found.request.get("identifier"))[:20]
    return {read_text(read_record(item).get("value")) for item in items}


def _find_category(found: Found) -> str:
    return "validation" if "validation" in str(found.request.get("category"))[:2_000] else CATEGORIES[0]


def _clean(referral: Referral) -> Referral:
    return replace(referral, nhs_number=read_nhs_number(referral.nhs_number))


def _refuse_odd(referral: Referral) -> str:
    """Refuses beside the field what no service takes; gives the kind of request."""
    if not _SERVICE.fullmatch(referral.service):
        raise InvalidInput("That is not the id of a service.", key="nhs_bars.service", field="service")
    if not referral.reason.strip():
        raise InvalidInput("Enter why the person is referred.", key="nhs_bars.reason", field="reason")
    if referral.nhs_number and not read_nhs_number(referral.nhs_number):
        raise InvalidInput("That is not an NHS number.", key="nhs_bars.nhs_number", field="nhs_number")
    if not referral.person.family.strip():
        raise InvalidInput("Enter the person's family name.", key="nhs_bars.person", field="person")
    if not referral.nhs_number and referral.person.born is None:
        raise InvalidInput("Enter the NHS number or the date of birth.", key="nhs_bars.person", field="person")
    category = read_category(referral)
    if category not in CATEGORIES:
        raise InvalidInput(
            f"The category is one of {', '.join(CATEGORIES)}.", key="nhs_bars.category", field="details"
        )  # fmt: skip
    return category
