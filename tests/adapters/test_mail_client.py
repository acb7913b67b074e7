"""The one SMTP client against a server that does everything wrong. TLS is tested against real servers (tests/real)."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from dataclasses import replace

import pytest

from desktop.adapters.api import MailServer
from desktop.adapters.breaker import FAILURES, Breaker
from desktop.adapters.limits import call_scope
from desktop.adapters.mail import MailClient, MailPolicy
from desktop.adapters.ratelimit import TokenBucket
from desktop.domain.clocks import SystemClock
from desktop.domain.components import Circuit
from desktop.domain.errors import (
    AuthFailed,
    BadResponse,
    DesktopError,
    Forbidden,
    InvalidInput,
    NotReady,
    OperationCancelled,
    OutcomeUnknown,
    SetupFailed,
)
from tests.helpers.adapters import LOG, QUICK, SECRET
from tests.helpers.faulty_server import find_closed_port
from tests.helpers.smtp_server import GONE, SILENT, ScriptedSmtp, run_smtp_server

SENDER, RESIDENT = "council@test.example", "cynthia@example.org"
MESSAGE = b"Subject: Your bin\n\nIt comes on Monday.\n.\n..and Tuesday\n"


@pytest.fixture
def script() -> Iterator[ScriptedSmtp]:
    with run_smtp_server() as script:
        yield script


@pytest.fixture
def breaker() -> Breaker:
    return Breaker("Letters", SystemClock())


@pytest.fixture
def client(script: ScriptedSmtp, breaker: Breaker) -> MailClient:
    return build_client(script.port, breaker)


def build_client(port: int, breaker: Breaker, *, per_second: float = 0.0) -> MailClient:
    clock = SystemClock()
    policy = MailPolicy(
        component="Letters", host="127.0.0.1", port=str(port), secrets=frozenset({SECRET}), network=QUICK
    )
    bucket = TokenBucket(per_second=per_second, burst=1, clock=clock)
    return MailClient(policy, clock=clock, log=LOG, breaker=breaker, bucket=bucket)


def at(script: ScriptedSmtp, **changes: str) -> MailServer:
    return replace(MailServer(host="127.0.0.1", port=script.port, security="none"), **changes)  # type: ignore[arg-type]


def send(client: MailClient, server: MailServer, message: bytes = MESSAGE, *recipients: str) -> object:
    return client.send(server, message, sender=SENDER, recipients=recipients or (RESIDENT,))


# ==== what is sent ====


def test_a_message_arrives_as_it_was_written(client: MailClient, script: ScriptedSmtp) -> None:
    assert send(client, at(script)) == {}
    assert script.messages == [b"Subject: Your bin\r\n\r\nIt comes on Monday.\r\n.\r\n..and Tuesday"]
    assert script.heard == [
        "ehlo [127.0.0.1]", f"MAIL FROM:<{SENDER}> SIZE={len(MESSAGE)}", f"RCPT TO:<{RESIDENT}>", "DATA", "QUIT"
    ]  # fmt: skip


def test_name_and_password_are_sent_in_any_script(client: MailClient, script: ScriptedSmtp) -> None:
    client.check(at(script, username="knít", password="pässwort"))
    assert script.heard[1] == "AUTH PLAIN AGtuw610AHDDpHNzd29ydA=="


def test_a_server_with_login_only_is_signed_in_to(client: MailClient, script: ScriptedSmtp) -> None:
    script.answers = {
        "EHLO": b"250-x\r\n250 AUTH LOGIN\r\n", "AUTH": b"334 VXNlcm5hbWU6\r\n", "YQ==": b"334 UGFzc3dvcmQ6\r\n",
        "Yg==": b"235 ok\r\n",
    }  # fmt: skip
    client.check(at(script, username="a", password="b"))
    assert script.heard[1:] == ["AUTH LOGIN", "YQ==", "Yg==", "QUIT"]


def test_who_is_refused_is_said_and_the_others_get_it(client: MailClient, script: ScriptedSmtp) -> None:
    script.answers = {"RCPT TO:<b@example.org>": b"550 5.1.1 no <b@example.org> here\r\n"}
    assert send(client, at(script), MESSAGE, RESIDENT, "b@example.org") == {"b@example.org": "5.1.1 no … here"}
    assert len(script.messages) == 1


def test_a_message_larger_than_the_server_takes_is_not_sent(client: MailClient, script: ScriptedSmtp) -> None:
    with pytest.raises(InvalidInput, match=r"1\.9 MB, and the mail server takes 1\.0 MB"):
        send(client, at(script), b"x" * 2_000_000)
    assert script.messages == []


# ==== where it may go ====


@pytest.mark.parametrize("change", [{"host": "127.0.0.2"}, {"host": "localhost"}, {"host": ""}])
def test_only_the_server_of_the_settings_is_asked(
    client: MailClient, script: ScriptedSmtp, change: dict[str, str]
) -> None:
    with pytest.raises(SetupFailed) as caught:
        send(client, at(script, **change))
    assert (caught.value.key, script.heard) == ("mail.host", [])


def test_another_port_is_another_server(client: MailClient, script: ScriptedSmtp) -> None:
    with pytest.raises(SetupFailed):
        send(client, replace(at(script), port=script.port + 1))


@pytest.mark.parametrize("security", ["none", "plain", ""])
def test_nothing_goes_out_in_plain(breaker: Breaker, security: str) -> None:
    policy = MailPolicy(component="Letters", host="mail.test.example", port="25", network=QUICK)
    clock = SystemClock()
    client = MailClient(
        policy, clock=clock, log=LOG, breaker=breaker, bucket=TokenBucket(per_second=0, burst=1, clock=clock)
    )
    with pytest.raises(SetupFailed) as caught:
        send(client, MailServer(host="mail.test.example", port=25, security=security))
    assert caught.value.key == "mail.plain"


def test_a_server_without_starttls_gets_neither_password_nor_message(client: MailClient, script: ScriptedSmtp) -> None:
    with pytest.raises(SetupFailed) as caught:
        send(client, at(script, security="starttls", username="a", password="b"))
    assert (caught.value.key, script.heard) == ("mail.tls", ["ehlo [127.0.0.1]", "QUIT"])


def test_a_server_that_promises_tls_and_has_none_gets_nothing(client: MailClient, script: ScriptedSmtp) -> None:
    script.answers = {"EHLO": b"250-x\r\n250 STARTTLS\r\n", "STARTTLS": b"220 go\r\n220 250 sent\r\n"}
    with pytest.raises((SetupFailed, NotReady)), call_scope(1):
        send(client, at(script, security="starttls", username="a", password="b"))
    assert script.messages == []


def test_a_server_in_plain_on_a_port_for_tls_is_a_setup_fault(client: MailClient, script: ScriptedSmtp) -> None:
    with pytest.raises(SetupFailed) as caught:
        client.check(at(script, security="tls"))
    assert caught.value.key == "mail.tls"


@pytest.mark.parametrize(
    "bad", ["", "a", "a@", "@b", "a b@c", "a@b\r\nRCPT TO:<x@y>", "a@b>", "<a@b", "ä@example.org", "a@b\n", "a@b,c@d "]
)
def test_an_address_that_could_say_more_is_refused(client: MailClient, script: ScriptedSmtp, bad: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        send(client, at(script), MESSAGE, RESIDENT, bad)
    with pytest.raises(InvalidInput):
        client.send(at(script), MESSAGE, sender=bad, recipients=(RESIDENT,))
    assert (caught.value.field, script.heard) == ("to", [])


# ==== replies ====


@pytest.mark.parametrize(
    ("step", "reply", "kind", "field"),
    [
        ("greeting", b"421 busy\r\n", NotReady, ""),
        ("greeting", b"554 go away\r\n", Forbidden, ""),
        ("EHLO", b"421 busy\r\n", NotReady, ""),
        ("EHLO", b"502 what\r\n", BadResponse, ""),
        ("AUTH", b"535 5.7.8 no\r\n", AuthFailed, ""),
        ("AUTH", b"454 4.7.0 later\r\n", NotReady, ""),
        ("MAIL", b"530 5.7.0 sign in first\r\n", AuthFailed, ""),
        ("MAIL", b"550 not you\r\n", InvalidInput, "sender"),
        ("MAIL", b"452 full\r\n", NotReady, ""),
        ("RCPT", b"550 5.1.1 nobody\r\n", InvalidInput, "to"),
        ("RCPT", b"450 4.2.1 grey\r\n", NotReady, ""),
        ("RCPT", b"421 closing\r\n", NotReady, ""),
        ("DATA", b"554 no\r\n", InvalidInput, "body"),
        ("message", b"554 5.6.0 spam\r\n", InvalidInput, "body"),
        ("message", b"451 later\r\n", NotReady, ""),
        ("message", b"552-too\r\n552 much\r\n", InvalidInput, "body"),
    ],
)
def test_a_reply_becomes_its_error(
    client: MailClient, script: ScriptedSmtp, step: str, reply: bytes, kind: type[DesktopError], field: str
) -> None:
    script.answers = {step: reply}
    with pytest.raises(kind) as caught:
        send(client, at(script, username="a", password="b"))
    assert getattr(caught.value, "field", "") == field


def test_a_reply_that_refuses_says_that_the_server_is_well(
    client: MailClient, script: ScriptedSmtp, breaker: Breaker
) -> None:
    script.answers = {"RCPT": b"450 4.2.1 grey\r\n"}
    for _ in range(FAILURES):
        with pytest.raises(NotReady):
            send(client, at(script))
    assert breaker.vitals().circuit is Circuit.CLOSED
    assert breaker.vitals().last_success is not None


@pytest.mark.parametrize("step", ["greeting", "EHLO", "MAIL", "RCPT", "DATA"])
@pytest.mark.parametrize("reply", [GONE, b"hello\r\n", b"\r\n", b"9" * 9_000 + b"\r\n", b"250 ha", b"\xff\xfe\r\n"])
def test_a_reply_that_is_none_is_ours_and_nothing_was_sent(
    client: MailClient, script: ScriptedSmtp, step: str, reply: bytes
) -> None:
    script.answers = {step: reply}
    with call_scope(0.5), pytest.raises((NotReady, BadResponse)):
        send(client, at(script))
    assert script.messages == []


@pytest.mark.parametrize("reply", [GONE, SILENT, b"hello\r\n", b"\r\n", b"250", b"354 more\r\n"])
def test_a_lost_answer_to_the_message_is_unknown(client: MailClient, script: ScriptedSmtp, reply: bytes) -> None:
    script.answers = {"message": reply}
    with call_scope(0.5), pytest.raises(OutcomeUnknown):
        send(client, at(script))
    assert len(script.messages) == 1


def test_a_lost_goodbye_is_no_loss(client: MailClient, script: ScriptedSmtp) -> None:
    script.answers = {"QUIT": GONE}
    assert send(client, at(script)) == {}


# ==== time ====


def test_nobody_there_is_not_ready(breaker: Breaker) -> None:
    port = find_closed_port()
    with pytest.raises(NotReady) as caught:
        build_client(port, breaker).check(MailServer(host="127.0.0.1", port=port, security="none"))
    assert caught.value.key == "mail.unreachable"


def test_a_server_that_drips_ends_with_the_call(client: MailClient, script: ScriptedSmtp) -> None:
    script.drip_s = 0.05
    with call_scope(0.4), pytest.raises(NotReady) as caught:
        send(client, at(script))
    assert caught.value.key == "mail.slow"


def test_a_server_that_stops_taking_a_message_ends_with_the_call(client: MailClient, script: ScriptedSmtp) -> None:
    script.deaf = True
    script.answers = {"EHLO": b"250 x\r\n"}
    with call_scope(0.5), pytest.raises(NotReady):
        send(client, at(script), b"x\n" * 8_000_000)


def test_a_handshake_that_never_comes_ends_with_the_call(client: MailClient, script: ScriptedSmtp) -> None:
    script.answers = {"greeting": SILENT}
    with call_scope(0.4), pytest.raises(NotReady):
        client.check(at(script, security="tls"))


@pytest.mark.parametrize("step", ["greeting", "RCPT"])
def test_a_call_that_is_called_off_ends(client: MailClient, script: ScriptedSmtp, step: str) -> None:
    script.answers = {step: SILENT}
    cancel = threading.Event()
    timer = threading.Timer(0.1, cancel.set)
    timer.start()
    with call_scope(30, cancel), pytest.raises(OperationCancelled):
        send(client, at(script))
    timer.join()


def test_a_call_that_is_called_off_after_the_message_is_unknown(client: MailClient, script: ScriptedSmtp) -> None:
    script.answers = {"message": SILENT}
    cancel = threading.Event()
    timer = threading.Timer(0.3, cancel.set)
    timer.start()
    with call_scope(30, cancel), pytest.raises(OutcomeUnknown):
        send(client, at(script))
    timer.join()


def test_mail_keeps_to_the_rate(script: ScriptedSmtp, breaker: Breaker) -> None:
    client = build_client(script.port, breaker, per_second=0.01)
    with call_scope(1):
        client.check(at(script))
        with pytest.raises(NotReady) as caught:
            client.check(at(script))
    assert caught.value.key == "http.rate"


def test_a_server_that_fails_is_left_alone_after_a_while(breaker: Breaker) -> None:
    port = find_closed_port()
    client, server = build_client(port, breaker), MailServer(host="127.0.0.1", port=port, security="none")
    for _ in range(FAILURES):
        with pytest.raises(NotReady):
            client.check(server)
    with pytest.raises(NotReady) as caught:
        client.check(server)
    assert caught.value.key == "breaker.open"


# ==== what gets out ====


@pytest.mark.parametrize("step", ["AUTH", "MAIL", "RCPT", "DATA", "message"])
def test_no_error_or_log_holds_a_secret_or_an_address(
    client: MailClient, script: ScriptedSmtp, step: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    script.answers = {step: f"550 no <{RESIDENT}> with {SECRET}\r\n".encode()}
    with pytest.raises(DesktopError) as caught:
        send(client, at(script, username="knit", password=SECRET))
    told = f"{caught.value!r} {caught.value} {caught.value.__cause__!r} {caught.value.__context__!r} {caplog.text}"
    assert SECRET not in told
    assert RESIDENT not in told


def test_a_missing_certificate_bundle_is_a_setup_fault(script: ScriptedSmtp, breaker: Breaker) -> None:
    clock = SystemClock()
    network = replace(QUICK, ca_bundle="/nowhere/ca.pem")
    policy = MailPolicy(component="Letters", host="127.0.0.1", port=str(script.port), network=network)
    bucket = TokenBucket(per_second=0, burst=1, clock=clock)
    client = MailClient(policy, clock=clock, log=LOG, breaker=breaker, bucket=bucket)
    with pytest.raises(SetupFailed) as caught:
        client.check(at(script))
    assert caught.value.key == "mail.bundle"
