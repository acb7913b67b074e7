"""Hands messages to the mail server of the settings."""

from __future__ import annotations

from desktop.adapters.api import AdapterContext, MailServer


class SmtpClient:
    """The mail server of one component."""

    def __init__(self, context: AdapterContext) -> None:
        settings = context.settings
        self._mail = context.mail
        self.server = MailServer(
            host=settings["mail_host"],
            port=int(settings["mail_port"]),
            security=settings["security"],
            username=settings["username"],
            password=context.secrets.get("password", ""),
        )

    def sign_in(self) -> None:
        """Connects, signs in and leaves."""
        self._mail.check(self.server)

    def send(self, message: bytes, *, sender: str, to: str) -> None:
        """Hands over a message for one recipient, who is either taken or refused with an error."""
        self._mail.send(self.server, message, sender=sender, recipients=(to,))
