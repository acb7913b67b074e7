"""smtp_mail and the mail client against aiosmtpd, which nobody here wrote."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest

from desktop.adapters.limits import call_scope
from desktop.domain.errors import AuthFailed, DesktopError, InvalidInput, NotReady, OutcomeUnknown, SetupFailed
from desktop.domain.messages import Attachment, Message, MessageKind
from tests.helpers.adapters import QUICK, SECRET, run_adapter
from tests.helpers.conformance_drivers import KEY, LEAVE
from tests.helpers.fault_proxy import ProxyFault, cut, delay, drip, reset, run_fault_proxy
from tests.real.aiosmtpd_post import NAME, Post

pytestmark = pytest.mark.real_server("aiosmtpd")
HELD = "smtp_mail"
"""The plugin that is held to this server; its claim of quality rests on it."""
FINE = ProxyFault()
MESSAGE = Message(
    kind=MessageKind.EMAIL, to="cynthia@example.org", subject="Eich bin – your bin", body="Dydd Llun.\n.\n£5 🗑"
)


@contextmanager
def run_mail(
    post: Post, security: str, *, port: int = 0, username: str = NAME, bundle: str | None = None
) -> Iterator[Any]:
    doors = {"starttls": "starttls", "tls": "tls", "none": "plain"}
    settings = {
        "mail_host": "127.0.0.1", "mail_port": str(port or post.ports[doors[security]]), "security": security,
        "username": "" if security == "none" else username, "sender": "bins@citytown.example",
    }  # fmt: skip
    network = replace(QUICK, ca_bundle=post.bundle if bundle is None else bundle)
    with run_adapter("smtp_mail", "", settings=settings, network=network) as loaded:
        yield loaded.adapter


@pytest.mark.parametrize("security", ["starttls", "tls", "none"])
def test_a_message_arrives_whole(post: Post, security: str) -> None:
    every = bytes(range(256)) * 100
    attached = replace(MESSAGE, attachments=(Attachment(name="Größe.pdf", media="application/pdf", body=every),))
    with run_mail(post, security) as adapter:
        assert adapter.check().facts["security"] == security
        status = adapter.send(attached, f"{KEY}-{security}", LEAVE)
    sent = post.read_all()[-1]
    body = sent.get_body(("plain",))
    assert body is not None
    assert sent["Subject"] == MESSAGE.subject
    assert sent["Message-ID"] == f"<{status.outside_id}>"
    assert body.get_content().replace("\r\n", "\n") == MESSAGE.body + "\n"
    assert [(part.get_filename(), part.get_payload(decode=True)) for part in sent.iter_attachments()] == [
        ("Größe.pdf", every)
    ]


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_a_wrong_name_is_not_known(post: Post, security: str) -> None:
    with run_mail(post, security, username="other") as adapter, pytest.raises(AuthFailed) as caught:
        adapter.send(MESSAGE, KEY, LEAVE)
    assert SECRET not in str(caught.value)


def test_a_server_that_wants_a_name_says_so(post: Post) -> None:
    with run_mail(post, "starttls", username="") as adapter, pytest.raises(AuthFailed):
        adapter.send(MESSAGE, KEY, LEAVE)


@pytest.mark.parametrize(
    ("door", "word"), [("stranger", "certificate"), ("expired", "expired"), ("other", "IP address mismatch")]
)
def test_a_certificate_that_does_not_hold_stops_everything(post: Post, door: str, word: str) -> None:
    before = len(post.read_all())
    with run_mail(post, "starttls", port=post.ports[door]) as adapter, pytest.raises(SetupFailed, match=word) as caught:
        adapter.send(MESSAGE, KEY, LEAVE)
    assert (caught.value.key, len(post.read_all())) == ("mail.tls", before)


def test_a_certificate_outside_the_shipped_bundle_is_refused(post: Post) -> None:
    with run_mail(post, "tls", bundle="") as adapter, pytest.raises(SetupFailed) as caught:
        adapter.check()
    assert caught.value.key == "mail.tls"


def test_a_door_in_plain_gets_nothing_where_starttls_is_set(post: Post) -> None:
    with run_mail(post, "starttls", port=post.ports["plain"]) as adapter, pytest.raises(SetupFailed) as caught:
        adapter.check()
    assert caught.value.key == "mail.tls"


@pytest.mark.parametrize(
    ("changes", "kind", "word"),
    [
        ({"to": "nobody@example.org"}, InvalidInput, "no such mailbox"),
        ({"to": "later@example.org"}, NotReady, "greylisted"),
        ({"body": "casino"}, InvalidInput, "we do not take this"),
        ({"body": "x" * 200_000}, InvalidInput, "takes 0.1 MB"),
    ],
)
def test_a_refusal_is_said_in_the_servers_words(
    post: Post, changes: dict[str, Any], kind: type[DesktopError], word: str
) -> None:
    before = len(post.read_all())
    with run_mail(post, "none") as adapter, pytest.raises(kind, match=word):
        adapter.send(replace(MESSAGE, **changes), KEY, LEAVE)
    assert len(post.read_all()) == before


# ==== spoilt answers: EHLO, MAIL, RCPT, DATA, message ====


@pytest.mark.parametrize("asked", [0, 1, 2, 3])
@pytest.mark.parametrize("fault", [cut(0), cut(2), reset()])
def test_a_connection_that_breaks_before_the_message_sent_nothing(post: Post, asked: int, fault: ProxyFault) -> None:
    before = len(post.read_all())
    with run_fault_proxy(post.ports["plain"]) as proxy, run_mail(post, "none", port=proxy.port) as adapter:
        proxy.faults = [*[FINE] * asked, fault]
        with pytest.raises(NotReady):
            adapter.send(MESSAGE, KEY, LEAVE)
    assert len(post.read_all()) == before


@pytest.mark.parametrize("fault", [cut(0), cut(2), reset()])
def test_a_lost_answer_to_the_message_is_unknown_and_a_repeat_is_the_same_message(
    post: Post, fault: ProxyFault
) -> None:
    before = len(post.read_all())
    with run_fault_proxy(post.ports["plain"]) as proxy, run_mail(post, "none", port=proxy.port) as adapter:
        proxy.faults = [FINE, FINE, FINE, FINE, fault]
        with pytest.raises(OutcomeUnknown):
            adapter.send(MESSAGE, KEY, LEAVE)
        adapter.send(MESSAGE, KEY, LEAVE)
    new = post.read_all()[before:]
    assert len(new) == 2
    assert len({message["Message-ID"] for message in new}) == 1


def test_an_answer_that_comes_after_the_call_is_unknown(post: Post) -> None:
    with run_mail(post, "none") as adapter, call_scope(1), pytest.raises(OutcomeUnknown):
        adapter.send(replace(MESSAGE, to="slow@example.org"), KEY, LEAVE)


def test_slow_answers_are_waited_for(post: Post) -> None:
    with run_fault_proxy(post.ports["plain"]) as proxy, run_mail(post, "none", port=proxy.port) as adapter:
        proxy.faults = [delay(0.3), drip(0.01), FINE, FINE, drip(0.01)]
        assert adapter.send(MESSAGE, KEY, LEAVE).status == "handed to the mail server"


def test_a_handshake_that_drips_ends_with_the_call(post: Post) -> None:
    with run_fault_proxy(post.ports["tls"]) as proxy, run_mail(post, "tls", port=proxy.port) as adapter:
        proxy.faults = [drip(0.02)]
        with call_scope(0.5), pytest.raises(NotReady) as caught:
            adapter.check()
    assert caught.value.key == "mail.slow"
