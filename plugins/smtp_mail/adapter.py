"""The messages capability on a mail server."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from desktop.adapters.api import AdapterContext, Page, Sender, build_email
from desktop.domain.components import Diagnosis
from desktop.domain.disclosure import Disclosure
from desktop.domain.errors import InvalidInput, NotFound, OutcomeUnknown
from desktop.domain.ids import OutsideId
from desktop.domain.messages import Message, MessageKind, MessagePreview, MessageState, MessageStatus, MessageTemplate

from .client import SmtpClient
from .mapping import find_missing


class SmtpMailAdapter:
    """E-mail by SMTP: what the server took is handed over, and nothing is heard of it afterwards."""

    def __init__(self, context: AdapterContext) -> None:
        settings = context.settings
        self._component = context.component
        self._clock = context.clock
        self._client = SmtpClient(context)
        self._sender = Sender(address=settings["sender"], name=settings["sender_name"], reply_to=settings["reply_to"])

    def check(self) -> Diagnosis:
        """Connects and signs in; sends nothing."""
        self._client.sign_in()
        server = self._client.server
        warnings = []
        if server.security == "none":
            warnings.append(
                "Mail goes to a server on this computer in plain: whether it goes on securely is its affair."
            )
        if not server.username:
            warnings.append("The server is not signed in to: it may take mail for its own people only.")
        return Diagnosis(
            facts={
                "server": f"{server.host}:{server.port}",
                "security": server.security,
                "signed in": "yes" if server.username else "no",
            },
            warnings=tuple(warnings),
        )

    def templates(self, kind: str = "") -> tuple[MessageTemplate, ...]:  # noqa: ARG002 -- there are none of any kind
        """None: a mail server keeps no templates."""
        return ()

    def preview(self, template: OutsideId, fields: Mapping[str, str]) -> MessagePreview:
        """The words as they will be read, from the fields `subject` and `body`."""
        self._refuse_template(template)
        return MessagePreview(
            kind=MessageKind.EMAIL,
            subject=fields.get("subject", "").strip(),
            body=fields.get("body", ""),
            missing=find_missing(fields),
        )

    def send(self, message: Message, key: str, disclosure: Disclosure) -> MessageStatus:  # noqa: ARG002 -- held by the caller
        """Hands an e-mail to the server. The same key has the same Message-ID, so a repeat is the same message.

        Raises:
            InvalidInput: it is no e-mail, uses a template, or the server refuses it.
            OutcomeUnknown: it was handed over and the answer was lost.
        """
        if message.kind is not MessageKind.EMAIL:
            raise InvalidInput(
                f"{self._component} sends e-mail only.",
                "Text messages and letters need another component, such as GOV.UK Notify.",
                key="smtp_mail.kind",
                field="kind",
                subject=self._component,
            )
        self._refuse_template(message.template)
        at = self._clock.now()
        envelope = build_email(message, sender=self._sender, key=key, at=at)
        self._client.send(envelope.body, sender=envelope.sender, to=envelope.to)
        return MessageStatus(
            outside_id=OutsideId(envelope.id),
            kind=MessageKind.EMAIL,
            state=MessageState.SENT,
            status="handed to the mail server",
            reference=message.reference,
            to=envelope.to,
            subject=message.subject.strip(),
            body=message.body,
            created_at=at,
            sent_at=at,
        )

    def find_sent(self, key: str, kind: str = "") -> MessageStatus | None:  # noqa: ARG002 -- nothing can be asked
        """Raises OutcomeUnknown: a mail server cannot be asked what it took."""
        raise OutcomeUnknown(
            f"{self._component} cannot tell whether it took an earlier message.",
            "Ask the resident. Sent again it is the same message, which most mail programs show once.",
            key="smtp_mail.unknown",
            subject=self._component,
        )

    def status(self, id: OutsideId) -> MessageStatus:  # noqa: ARG002 -- nothing can be asked
        """Raises NotFound: a mail server says nothing more of a message that it took."""
        raise NotFound(
            f"{self._component} does not say how a message fares.",
            "If it cannot be delivered, a notice comes to the address of the sender.",
            key="smtp_mail.status",
            subject=self._component,
        )

    def changed(self, since: datetime | None = None, cursor: str = "") -> Page[MessageStatus]:  # noqa: ARG002 -- as above
        """Nothing: a mail server says nothing more of a message that it took."""
        return Page(items=())

    def _refuse_template(self, template: OutsideId) -> None:
        if template:
            raise NotFound(
                f"{self._component} keeps no templates.",
                "Write the subject and the words.",
                key="smtp_mail.template",
                subject=self._component,
            )
