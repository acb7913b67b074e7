"""Services for which a council has only an inbox: a report goes there as an e-mail, and nothing comes back."""

from __future__ import annotations

from desktop.adapters.api import AdapterContext, Created, MailServer, Sender, build_email, read_address
from desktop.domain.cases import CaseDraft, CaseType
from desktop.domain.errors import SetupFailed

from .forms import check_draft
from .mailing import build_message, read_services

_NEEDED = ("inbox_services", "mail_host", "sender")


class Inbox:
    """The inbox of the settings. The same key is the same Message-ID, so that a repeat can be known there."""

    def __init__(self, context: AdapterContext) -> None:
        """Raises SetupFailed where an inbox is named and cannot be written to."""
        settings = context.settings
        self._context = context
        self.address = settings["inbox"]
        self.types: tuple[CaseType, ...] = read_services(settings["inbox_services"]) if self.address else ()
        self._server = MailServer(
            host=settings["mail_host"],
            port=int(settings["mail_port"]),
            security=settings["mail_security"],
            username=settings["mail_username"],
            password=context.secrets.get("mail_password", ""),
        )
        missing = [name for name in _NEEDED if not settings[name]]
        if self.address and (missing or not self.types):
            raise SetupFailed(
                f"{context.component} cannot write to its inbox: {', '.join(missing) or 'inbox_services'} is not set.",
                "An inbox needs the services it is for (CODE=Name; CODE=Name), a mail server and a sender.",
                key="open311.inbox",
                subject=context.component,
            )

    def find_type(self, code: str) -> CaseType | None:
        """The service of a code that has only the inbox, or None."""
        return next((kind for kind in self.types if kind.code == code), None)

    def check(self) -> None:
        """Signs in to the mail server; sends nothing."""
        if self.address:
            self._context.mail.check(self._server)

    def create(self, draft: CaseDraft, kind: CaseType, key: str) -> Created:
        """Sends a report.

        Raises:
            InvalidInput: a part of the draft is missing or too long, or the server refuses the message.
            OutcomeUnknown: it was handed over and the answer was lost.
        """
        check_draft(draft)
        own = read_address(self._context.settings["sender"], field="sender")
        message = build_message(draft, kind, to=self.address, key=key, at=self._context.clock.now())
        envelope = build_email(message, sender=Sender(address=own), key=key, at=self._context.clock.now())
        self._context.mail.send(self._server, envelope.body, sender=envelope.sender, recipients=(envelope.to,))
        return Created(unanswered=True, reference=message.reference, notice=f"Sent by e-mail to {self.address}.")
