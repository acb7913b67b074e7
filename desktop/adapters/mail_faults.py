"""What the replies and failures of a mail server mean: the only place that knows those of smtplib and ssl.

Exceptions are not passed on as a cause: their text may hold an address. The server's own words are, without addresses.
"""

from __future__ import annotations

import re
import smtplib
import ssl
from collections.abc import Collection

from desktop.adapters.http_faults import TransportFault
from desktop.adapters.limits import DeadlinePassed
from desktop.adapters.redaction import redact_text
from desktop.adapters.smtp import SmtpLacks, SmtpRefusal
from desktop.domain.errors import (
    AuthFailed,
    BadResponse,
    DesktopError,
    Forbidden,
    InvalidInput,
    NotReady,
    OperationCancelled,
    SetupFailed,
)

MAIL_ERRORS = (OperationCancelled, DeadlinePassed, SmtpLacks, smtplib.SMTPException, OSError, ValueError)
"""Everything that an exchange may raise besides refusals and our own bugs."""

_MOST_SAID = 200
_MAILBOX = re.compile(r"<?[^\s<>@]+@[^\s<>@]+>?")
_FIELDS = {"MAIL": "sender", "RCPT": "to", "message": "body", "DATA": "body"}


def build_refused(refusal: SmtpRefusal, *, component: str, secrets: Collection[str]) -> DesktopError:
    """The error for a reply that refuses (RFC 5321, 4.2): 4 for now, 5 for good, by the command that it answers."""
    words = _MAILBOX.sub("…", redact_text(" ".join(refusal.said.split()), secrets))[:_MOST_SAID]
    code = refusal.code
    if refusal.step == "AUTH" and 500 <= code < 600:
        return AuthFailed(
            f"{component} does not know this name and password.", words, key="mail.auth", subject=component
        )
    if 400 <= code < 500:
        return NotReady(
            f"{component} does not take mail at the moment.",
            words or "Knit tries again by itself.",
            key="mail.busy",
            subject=component,
        )
    if code == 530:  # to MAIL: sign in, or a secure connection first
        return AuthFailed(f"{component} wants a name and password.", words, key="mail.auth", subject=component)
    if refusal.step in _FIELDS and 500 <= code < 600:
        return InvalidInput(
            f"{component} does not take this message.",
            words,
            key="mail.refused",
            field=_FIELDS[refusal.step],
            subject=component,
        )
    if 500 <= code < 600 and refusal.step == "greeting":
        return Forbidden(f"{component} does not talk to this computer.", words, key="mail.forbidden", subject=component)
    return BadResponse(
        f"{component} did not answer as a mail server does.",
        "Check its address and port in the settings.",
        key="mail.answer",
        subject=component,
        body=words,
    )


def build_lost(error: Exception, *, component: str) -> DesktopError:
    """The error for a failure before a message was handed over: nothing was sent."""
    found = _find_meaning(error, component)
    found.__cause__ = TransportFault(type(error).__name__)
    return found


def _find_meaning(error: Exception, component: str) -> DesktopError:
    if isinstance(error, OperationCancelled):
        return OperationCancelled("The call was called off.", key="call.cancelled")
    if isinstance(error, SmtpLacks):
        return _build_lacks(error.what, component)
    if isinstance(error, ssl.SSLError):
        return _build_insecure(error, component)
    if isinstance(error, TimeoutError | DeadlinePassed):
        return _build_not_ready(component, "did not answer in time", "mail.slow")
    if isinstance(error, smtplib.SMTPServerDisconnected | ConnectionError) and not isinstance(
        error, ConnectionRefusedError
    ):
        return _build_not_ready(component, "broke off", "mail.broken")
    if isinstance(error, OSError) and not isinstance(error, smtplib.SMTPException):
        return _build_not_ready(component, "cannot be reached", "mail.unreachable")
    return BadResponse(
        f"{component} did not answer as a mail server does.",
        "Check its address and port in the settings.",
        key="mail.answer",
        subject=component,
    )


def _build_lacks(what: str, component: str) -> SetupFailed:
    if what == "AUTH":
        return SetupFailed(
            f"{component} offers no way to sign in with a name and password.",
            "Check the port and security in its settings, or leave the user name empty.",
            key="mail.no_auth",
            subject=component,
        )
    return SetupFailed(
        f"{component} offers no secure connection, so nothing was sent.",
        "Check the port and security in its settings: starttls is usual with 587, tls with 465.",
        key="mail.tls",
        subject=component,
    )


def _build_insecure(error: ssl.SSLError, component: str) -> SetupFailed:
    why = error.verify_message if isinstance(error, ssl.SSLCertVerificationError) else ""
    return SetupFailed(
        f"The secure connection to {component} failed{f': {why}' if why else ''}.",
        "Check the host, port and security in its settings, or ask IT about the certificate bundle.",
        key="mail.tls",
        subject=component,
    )


def _build_not_ready(component: str, what: str, key: str) -> NotReady:
    return NotReady(f"{component} {what}.", "Nothing was sent. Knit tries again by itself.", key=key, subject=component)
