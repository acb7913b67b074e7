"""The messages capability on GOV.UK Notify."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime, time, timedelta

from desktop.adapters.api import AdapterContext, Answer, Page, build_outcome_unknown, build_refusal
from desktop.domain.components import Diagnosis
from desktop.domain.disclosure import Disclosure
from desktop.domain.errors import (
    AuthFailed,
    BadResponse,
    DesktopError,
    Forbidden,
    InvalidInput,
    NotReady,
    SetupFailed,
)
from desktop.domain.ids import OutsideId
from desktop.domain.messages import Message, MessageKind, MessagePreview, MessageStatus, MessageTemplate

from .client import GovukNotifyClient
from .mapping import (
    Refusal,
    build_message,
    count_lines,
    find_missing,
    parse_preview,
    parse_refusal,
    parse_sent,
    parse_status,
    parse_statuses,
    parse_template,
    parse_templates,
)

_UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_KINDS = frozenset(kind.value for kind in MessageKind)
LONGEST_REFERENCE = 1_000


class GovukNotifyAdapter:
    """Messages through GOV.UK Notify."""

    def __init__(self, context: AdapterContext) -> None:
        self._component = context.component
        self._client = GovukNotifyClient(context)
        self._clock = context.clock
        self._settings = context.settings
        self._kept = timedelta(days=int(context.settings["retention_days"]))

    def check(self) -> Diagnosis:
        """Asks for the templates: needs the key, and a clock that is right."""
        templates = self.templates()
        kinds = {kind: sum(template.kind == kind for template in templates) for kind in MessageKind}
        facts = {f"templates for {kind.value}": str(count) for kind, count in kinds.items()}
        return Diagnosis(facts=facts, warnings=() if templates else ("There is no template yet.",))

    # ==== templates ====

    def templates(self, kind: str = "") -> tuple[MessageTemplate, ...]:
        """The latest version of every template, or of those of one kind."""
        self._check_kind(kind)
        return parse_templates(self._read(self._client.fetch_templates(kind)), component=self._component)

    def preview(self, template: OutsideId, fields: Mapping[str, str]) -> MessagePreview:
        """What a resident would read; fields that are missing are named, and the template is shown as it is."""
        self._check_id(template, field="template")
        answer = self._client.preview(template, fields)
        text = answer.text
        if answer.status == 200:
            return parse_preview(text, component=self._component)
        missing = find_missing(self._refusal(text).said) if answer.status == 400 else ()
        if not missing:
            raise self._build_error(answer, text, writes=False)
        plain = parse_template(self._read(self._client.fetch_template(template)), component=self._component)
        return MessagePreview(kind=plain.kind, subject=plain.subject, body=plain.body, missing=missing)

    # ==== sending ====

    def send(self, message: Message, key: str, disclosure: Disclosure) -> MessageStatus:
        """Sends a message, unless one with this key is there already: Notify itself does not know a repeat.

        Raises:
            NotReady: whether it was sent before could not be asked; nothing was sent.
        """
        del disclosure  # having one is what matters
        self._check_message(message, key)
        before = self.find_sent(key, message.kind.value)
        if before is not None:
            return before
        body = build_message(
            message, key=key, sms_sender=self._settings["sms_sender_id"], reply_to=self._settings["reply_to_id"]
        )
        answer = self._client.send(message.kind.value, body)
        text = answer.text
        if not 200 <= answer.status < 300:
            raise self._build_error(answer, text, writes=True)
        try:
            return parse_sent(text, message=message, now=self._clock.now(), kept=self._kept, component=self._component)
        except BadResponse as error:  # it was taken, and what it is called is not known
            raise build_outcome_unknown(self._component) from error

    def find_sent(self, key: str, kind: str = "") -> MessageStatus | None:
        """The message that was sent with this key as its reference, or None."""
        self._check_kind(kind)
        params = {"reference": key} | ({"template_type": kind} if kind else {})
        found, _more = parse_statuses(
            self._read(self._client.search(params)), kept=self._kept, component=self._component
        )
        return next((status for status in found if status.reference == key), None)

    # ==== how they fare ====

    def status(self, id: OutsideId) -> MessageStatus:
        """How a message fares. Raises NotFound, also once Notify has forgotten it (after 7 days mostly)."""
        self._check_id(id, field="id")
        return parse_status(self._read(self._client.fetch_message(id)), kept=self._kept, component=self._component)

    def changed(self, since: datetime | None = None, cursor: str = "") -> Page[MessageStatus]:
        """Messages made since a moment, newest first, 250 a page; all that Notify still keeps when None."""
        if cursor:
            self._check_id(OutsideId(cursor), field="cursor")
        text = self._read(self._client.search({"older_than": cursor} if cursor else {}))
        found, more = parse_statuses(text, kept=self._kept, component=self._component)
        fresh = tuple(s for s in found if since is None or s.created_at is None or s.created_at >= since)
        last = found[-1].outside_id if found else ""
        # Newest first: the first page with an older one is the last that is wanted.
        forward = more and len(fresh) == len(found) and last not in {"", cursor}
        return Page(items=fresh, cursor=last if forward else "")

    # ==== inner parts ====

    def _check_message(self, message: Message, key: str) -> None:
        if not key or len(key) > LONGEST_REFERENCE:
            raise InvalidInput(
                "A message needs a key of at most 1,000 letters.", key="govuk_notify.reference", field="key"
            )
        self._check_id(message.template, field="template")
        if not message.to.strip():
            raise InvalidInput("Say whom the message goes to.", key="govuk_notify.to", field="to")
        if message.kind is MessageKind.LETTER and not 3 <= count_lines(message.to) <= 7:
            raise InvalidInput(
                "An address has 3 to 7 lines; the last is a postcode, or a country.",
                key="govuk_notify.address",
                field="to",
            )
        if message.attachments:
            raise InvalidInput(
                f"{self._component} takes no attachments here.",
                "Send them by another component, or link to them in the message.",
                key="govuk_notify.attachments",
                field="attachments",
            )

    def _check_kind(self, kind: str) -> None:
        if kind and kind not in _KINDS:
            raise InvalidInput("A message is sms, email or letter.", key="govuk_notify.kind", field="kind")

    def _check_id(self, id: OutsideId, *, field: str) -> None:
        if not _UUID.fullmatch(id):
            raise InvalidInput("That is not an id of GOV.UK Notify.", key="govuk_notify.id", field=field)

    def _read(self, answer: Answer) -> str:
        text = answer.text
        if answer.status != 200:
            raise self._build_error(answer, text, writes=False)
        return text

    def _refusal(self, text: str) -> Refusal:
        try:
            return parse_refusal(text, component=self._component)
        except BadResponse:
            return Refusal(kind="", said="", field="")  # a gateway's web page: its status says enough

    def _build_error(self, answer: Answer, text: str, *, writes: bool) -> DesktopError:
        """The typed error of an answer, by its status and Notify's type of error; its words may change."""
        refusal = self._refusal(text)
        subject = self._component
        if answer.status == 403 and "clock" in refusal.said.lower():
            return SetupFailed(
                f"{subject} refuses this computer's time.",
                "Its clock must be right within 30 seconds. Ask IT to set it by the network.",
                key="govuk_notify.clock",
                subject=subject,
            )
        if answer.status == 403 and refusal.kind in {
            "AuthError",
            "BadRequestError",
        }:  # the service's word, the documents'
            return AuthFailed(
                f"{subject} does not know its key.", refusal.said, key="govuk_notify.auth", subject=subject
            )
        if answer.status == 400 and ("team-only" in refusal.said or "trial mode" in refusal.said.lower()):
            return Forbidden(
                f"{subject} may not send to this recipient yet.",
                refusal.said,
                key="govuk_notify.trial",
                subject=subject,
            )
        if answer.status == 429 and refusal.kind == "TooManyRequestsError":
            return NotReady(
                f"{subject} has sent as much as it may today.",
                "The limit is lifted at midnight (UTC).",
                key="govuk_notify.daily",
                subject=subject,
                retry_after=self._until_midnight(),
            )
        return build_refusal(
            answer.status,
            component=subject,
            writes=writes,
            headers=answer.headers,
            said=refusal.said,
            field=refusal.field,
            body=text,
            clock=self._clock,
        )

    def _until_midnight(self) -> float:
        now = self._clock.now().astimezone(UTC)
        midnight = datetime.combine(now.date() + timedelta(days=1), time(), UTC)
        return (midnight - now).total_seconds()
