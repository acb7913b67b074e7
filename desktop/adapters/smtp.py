"""The wire below the mail client: an SMTP session (RFC 5321) whose every read, write and handshake keeps to the call's limit.

smtplib gives a time limit for each read, so a server that sends one byte a second is never late; its `login` cannot send
a password with an umlaut, and its `starttls` leaves what to trust to the caller. What it does well is kept: replies of
several lines, what a server offers, and the commands.
"""

from __future__ import annotations

import base64
import io
import re
import smtplib
import socket
import ssl

from typing_extensions import Buffer, override

from desktop.adapters.limits import SLICE_S, CallLimit, DeadlinePassed
from desktop.adapters.transport import LimitedReader
from desktop.domain.errors import OperationCancelled

PIECE = 65_536
"""Bytes written at once."""

LONGEST_LINE = 8_192
MOST_LINES = 200
"""Of one reply."""

_LINE_END = re.compile(rb"\r\n|\r|\n")
_DOT = re.compile(rb"(?m)^\.")


class SmtpRefusal(Exception):
    """A reply that refuses. `step` is the command it answers, `said` its words as the server wrote them."""

    def __init__(self, step: str, code: int, said: bytes) -> None:
        super().__init__(step)
        self.step = step
        self.code = code
        self.said = said.decode("utf-8", "replace")


class SmtpLacks(Exception):
    """The server does not offer what is needed; `what` is the name of the extension."""

    def __init__(self, what: str) -> None:
        super().__init__(what)
        self.what = what


class SmtpSession(smtplib.SMTP):
    """One connection, made by `open`. `handed_over` is true from when the end of a message may have reached the server."""

    def __init__(self, limit: CallLimit, *, trust: ssl.SSLContext, connect_s: float, quiet_s: float) -> None:
        """Opens nothing yet. `connect_s` and `quiet_s` are seconds for a connection and without a byte."""
        super().__init__(local_hostname="[127.0.0.1]")  # a machine without a name of its own (RFC 5321, 4.1.3)
        self._limit = limit
        self._trust = trust
        self._connect_s = connect_s
        self._quiet_s = quiet_s
        self.handed_over = False

    # ==== steps ====

    def open(self, host: str, port: int, *, security: str) -> None:
        """Connects, with TLS where `security` is `tls` or `starttls`, and says hello."""
        self._limit.check()
        self.sock = socket.create_connection((host, port), timeout=min(self._connect_s, self._limit.remaining()))
        if security == "tls":
            self._secure(host)
        self._expect("greeting", self.getreply(), 220)
        self._hello()
        if security == "starttls":
            if not self.has_extn("starttls"):
                raise SmtpLacks("STARTTLS")
            self._expect("STARTTLS", self.docmd("STARTTLS"), 220)
            self._secure(host)
            self._hello()

    def sign_in(self, username: str, password: str) -> None:
        """Signs in with AUTH PLAIN, or LOGIN where there is only that; over TLS both are as good as any."""
        offered = self.esmtp_features.get("auth", "").upper().split()
        if "PLAIN" in offered:
            answer = self.docmd("AUTH", "PLAIN " + _encode(f"\0{username}\0{password}"))
        elif "LOGIN" in offered:
            self._expect("AUTH", self.docmd("AUTH", "LOGIN"), 334)
            self._expect("AUTH", self.docmd(_encode(username)), 334)
            answer = self.docmd(_encode(password))
        else:
            raise SmtpLacks("AUTH")
        self._expect("AUTH", answer, 235)

    def find_most(self) -> int | None:
        """Bytes of a message that the server takes at most, None where it does not say."""
        said = self.esmtp_features.get("size", "").strip()
        return int(said[:18]) if said.isascii() and said.isdigit() and int(said[:18]) > 0 else None

    def hand_over(self, message: bytes, *, sender: str, recipients: tuple[str, ...]) -> dict[str, SmtpRefusal]:
        """Sends a message to those recipients that the server takes; gives those that it refuses, perhaps all."""
        size = [f"SIZE={len(message)}"] if self.has_extn("size") else []
        self._expect("MAIL", self.docmd("MAIL", " ".join([f"FROM:<{sender}>", *size])), 250)
        refused: dict[str, SmtpRefusal] = {}
        for recipient in recipients:
            code, said = self.docmd("RCPT", f"TO:<{recipient}>")
            if code == 421:
                raise SmtpRefusal("RCPT", code, said)
            if code not in {250, 251}:
                refused[recipient] = SmtpRefusal("RCPT", code, said)
        if len(refused) == len(recipients):
            return refused
        self._expect("DATA", self.docmd("DATA"), 354)
        body = _DOT.sub(b"..", _LINE_END.sub(b"\r\n", message))
        self.send(body if body.endswith(b"\r\n") else body + b"\r\n")
        self.handed_over = True  # without the dot below, a server throws away what it got (RFC 5321, 4.1.1.4)
        self.send(b".\r\n")
        answer = self.getreply()
        self.handed_over = answer[0] // 100 not in {2, 4, 5}  # a reply that is none leaves it open
        if answer[0] // 100 != 2:
            raise SmtpRefusal("message", *answer)
        return refused

    def leave(self) -> None:
        """Says goodbye and closes; nothing depends on it."""
        try:
            if self.sock is not None:
                self.send(b"QUIT\r\n")
        except (OSError, smtplib.SMTPException, OperationCancelled, DeadlinePassed):
            return
        finally:
            self.close()

    def _hello(self) -> None:
        code, said = self.ehlo()
        self._expect("EHLO", (code, said), 250)

    @staticmethod
    def _expect(step: str, answer: tuple[int, bytes], wanted: int) -> None:
        if answer[0] != wanted:
            raise SmtpRefusal(step, *answer)

    # ==== the wire ====

    def _secure(self, host: str) -> None:
        """TLS from here on. What was read ahead in plain is thrown away: it may be someone else's (CVE-2021-38371)."""
        if self.sock is None:
            raise smtplib.SMTPServerDisconnected("no connection")
        wrapped = self._trust.wrap_socket(self.sock, server_hostname=host, do_handshake_on_connect=False)
        self.sock, self.file = wrapped, None
        self.helo_resp = self.ehlo_resp = None
        self.esmtp_features, self.does_esmtp = {}, False
        quiet_until = self._limit.clock.monotonic() + self._quiet_s
        while True:
            self._limit.check()
            wrapped.settimeout(max(0.001, min(SLICE_S, self._limit.remaining())))
            try:
                wrapped.do_handshake()
            except TimeoutError:
                if self._limit.clock.monotonic() >= quiet_until:
                    raise
                continue
            wrapped.settimeout(self._quiet_s)
            return

    @override
    def getreply(self) -> tuple[int, bytes]:
        """A whole reply within the call's limit: its code, -1 where it has none, and its words.

        smtplib takes a line that was cut off for a whole one; here it is a connection that broke.
        """
        if self.file is None and self.sock is not None:
            raw = self.sock.makefile("rb", buffering=0)
            self.file = io.BufferedReader(LimitedReader(raw, self.sock, self._quiet_s))
        words: list[bytes] = []
        for _ in range(MOST_LINES):
            line = bytes(self.file.readline(LONGEST_LINE)) if self.file is not None else b""
            if not line.endswith(b"\n"):
                if len(line) >= LONGEST_LINE:
                    break
                raise smtplib.SMTPServerDisconnected("cut off")
            code = int(line[:3]) if re.fullmatch(rb"[2-5][0-9]{2}", line[:3]) else -1
            words.append(line[4:].strip(b" \t\r\n"))
            if code == -1 or line[3:4] != b"-":
                return code, b"\n".join(words)
        self.close()
        return -1, b""

    @override
    def send(self, s: Buffer | str) -> None:
        """Writes in pieces, and looks at the call's limit between them."""
        if self.sock is None:
            raise smtplib.SMTPServerDisconnected("no connection")
        left = memoryview(s.encode("ascii") if isinstance(s, str) else s)
        quiet_until = self._limit.clock.monotonic() + self._quiet_s
        while left:
            self._limit.check()
            self.sock.settimeout(max(0.001, min(SLICE_S, self._limit.remaining())))
            try:
                left = left[self.sock.send(left[:PIECE]) :]
            except TimeoutError:
                if self._limit.clock.monotonic() >= quiet_until:
                    raise
            else:
                quiet_until = self._limit.clock.monotonic() + self._quiet_s
        self.sock.settimeout(self._quiet_s)


def _encode(text: str) -> str:
    return base64.b64encode(text.encode()).decode("ascii")
