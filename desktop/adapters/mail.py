"""The one SMTP client: made for one component, the only thing of an adapter that sends mail.

TLS with the same bundle and checks as the HTTP client (plain to this machine only), the server of the component's own
settings only, one deadline and cancel over the whole exchange, a rate, the component's circuit, and no secret, address
or word of a message in any log or error. Nothing is tried again: whoever calls knows what a second message means.
"""

from __future__ import annotations

import logging
import re
import ssl
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

import certifi

from desktop.adapters.addresses import is_loopback
from desktop.adapters.api import MailServer
from desktop.adapters.breaker import Breaker, is_failure
from desktop.adapters.http import Network
from desktop.adapters.http_faults import TransportFault
from desktop.adapters.limits import CallLimit, DeadlinePassed, call_scope, find_limit
from desktop.adapters.mail_faults import MAIL_ERRORS, build_lost, build_refused
from desktop.adapters.ratelimit import TokenBucket
from desktop.adapters.refusals import build_outcome_unknown
from desktop.adapters.smtp import SmtpRefusal, SmtpSession
from desktop.domain.clocks import Clock
from desktop.domain.errors import AdapterError, DesktopError, InvalidInput, NotReady, OperationCancelled, SetupFailed

T = TypeVar("T")
SECURITIES = ("starttls", "tls", "none")
_ADDRESS = re.compile(r"[!-;=?-~]+@[!-;=?-~]+")
"""What can stand between < and > of a command: printable ASCII, no blanks, no brackets."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MailPolicy:
    """What one component's mail client may do: the one server it may ask, and secrets that must not get out."""

    component: str
    host: str = ""
    port: str = ""
    secrets: frozenset[str] = frozenset()
    network: Network = field(default_factory=Network)


class MailClient:
    """Implements `desktop.adapters.api.Mail`; safe to use from the component's threads."""

    def __init__(
        self, policy: MailPolicy, *, clock: Clock, log: logging.Logger, breaker: Breaker, bucket: TokenBucket
    ) -> None:
        """Opens nothing. The circuit and the rate are the component's own."""
        self._policy = policy
        self._clock = clock
        self._log = log
        self._breaker = breaker
        self._bucket = bucket

    def send(
        self, server: MailServer, message: bytes, *, sender: str, recipients: tuple[str, ...]
    ) -> Mapping[str, str]:
        """Hands a message to a server; see `desktop.adapters.api.Mail.send`."""
        for field_name, addresses in (("sender", (sender,)), ("to", recipients or ("",))):
            if not all(_ADDRESS.fullmatch(address) for address in addresses):
                raise InvalidInput(
                    "That is not an e-mail address that a mail server takes.",
                    "Give one like name@example.org, without blanks or accents.",
                    key="mail.address",
                    field=field_name,
                )

        def hand_over(session: SmtpSession) -> Mapping[str, str] | DesktopError:
            most = session.find_most()
            if most is not None and len(message) > most:
                return self._build_too_large(len(message), most)
            refused = session.hand_over(message, sender=sender, recipients=recipients)
            words = {recipient: self._build_refused(refusal) for recipient, refusal in refused.items()}
            if len(words) == len(recipients):
                return next(iter(words.values()))
            return {recipient: error.hint for recipient, error in words.items()}

        return self._run(server, hand_over)

    def check(self, server: MailServer) -> None:
        """Connects, signs in and leaves."""

        def nothing(_session: SmtpSession) -> None:
            return None

        self._run(server, nothing)

    # ==== one exchange ====

    def _run(self, server: MailServer, work: Callable[[SmtpSession], T | DesktopError]) -> T:
        """A session and the work in it. What the server says in its replies is raised outside the circuit: it answers."""
        self._check_server(server)
        with self._breaker.guard():
            limit = find_limit()
            if limit is not None:
                with limit.waits():
                    found = self._exchange(server, work, limit)
            else:
                with call_scope(self._policy.network.deadline_s, clock=self._clock) as own:
                    found = self._exchange(server, work, own)
        if isinstance(found, DesktopError):
            raise found
        return found

    def _exchange(
        self, server: MailServer, work: Callable[[SmtpSession], T | DesktopError], limit: CallLimit
    ) -> T | DesktopError:
        self._take_turn(limit)
        network = self._policy.network
        session = SmtpSession(limit, trust=self._build_trust(), connect_s=network.connect_s, quiet_s=network.read_s)
        began = self._clock.monotonic()
        try:
            session.open(server.host, server.port, security=server.security)
            if server.username:
                session.sign_in(server.username, server.password)
            found: T | DesktopError = work(session)
        except SmtpRefusal as refusal:
            found = self._build_unknown(refusal) if session.handed_over else self._build_refused(refusal)
            if isinstance(found, AdapterError) and is_failure(found) and not isinstance(found, NotReady):
                raise found from found.__cause__
        except MAIL_ERRORS as error:
            lost = (
                self._build_unknown(error)
                if session.handed_over
                else build_lost(error, component=self._policy.component)
            )
            raise lost from lost.__cause__
        finally:
            session.leave()
        self._log.debug(
            "%s mail server answered, %d ms", self._policy.component, (self._clock.monotonic() - began) * 1000
        )
        return found

    def _take_turn(self, limit: CallLimit) -> None:
        component = self._policy.component
        wait_s = self._bucket.take()
        if wait_s >= limit.remaining():
            raise NotReady(
                f"{component} is being asked as often as it may be.",
                "Knit tries again by itself.",
                key="http.rate",
                subject=component,
                retry_after=wait_s,
            )
        try:
            limit.wait(wait_s)
        except (DeadlinePassed, OperationCancelled) as error:
            lost = build_lost(error, component=component)
            raise lost from lost.__cause__

    def _check_server(self, server: MailServer) -> None:
        """Raises SetupFailed where the server is not the component's own, or would be asked in plain."""
        component = self._policy.component
        if not server.host or (server.host, str(server.port)) != (self._policy.host, self._policy.port):
            raise SetupFailed(
                f"{component} may not send mail through that server.",
                "Only the mail server in its own settings is allowed.",
                key="mail.host",
                subject=component,
            )
        if server.security not in SECURITIES or (server.security == "none" and not is_loopback(server.host)):
            raise SetupFailed(
                f"{component} may not send mail without a secure connection.",
                "Set it to starttls or tls. Plain is for this machine only.",
                key="mail.plain",
                subject=component,
            )

    def _build_trust(self) -> ssl.SSLContext:
        try:
            return ssl.create_default_context(cafile=self._policy.network.ca_bundle or certifi.where())
        except OSError as error:
            raise SetupFailed(
                f"The certificates for {self._policy.component} cannot be read.",
                "The file named in the settings is missing or is no bundle of certificates.",
                key="mail.bundle",
                subject=self._policy.component,
            ) from TransportFault(type(error).__name__)

    # ==== errors ====

    def _build_refused(self, refusal: SmtpRefusal) -> DesktopError:
        return build_refused(refusal, component=self._policy.component, secrets=self._policy.secrets)

    def _build_unknown(self, error: Exception) -> DesktopError:
        unknown = build_outcome_unknown(self._policy.component)
        unknown.__cause__ = TransportFault(type(error).__name__)
        return unknown

    def _build_too_large(self, size: int, most: int) -> InvalidInput:
        return InvalidInput(
            f"This message has {size / 1_048_576:.1f} MB, and the mail server takes {most / 1_048_576:.1f} MB.",
            "Leave attachments out, or make them smaller.",
            key="mail.large",
            field="attachments",
            subject=self._policy.component,
        )
