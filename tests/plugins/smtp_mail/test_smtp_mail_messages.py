"""What e-mails are made of our messages, and what the adapter says of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

import pytest

from desktop.domain.errors import InvalidInput, NotFound, OutcomeUnknown
from desktop.domain.ids import OutsideId
from desktop.domain.messages import Attachment, Message, MessageKind, MessageState
from tests.helpers.adapters import SECRET, CannedHttp, KeptMail, build_canned_adapter, run_adapter
from tests.helpers.conformance_drivers import KEY, LEAVE
from tests.helpers.smtp_server import GONE, ScriptedSmtp, run_smtp_server

SETTINGS = {
    "mail_host": "127.0.0.1", "mail_port": "2525", "security": "none", "sender": "bins@citytown.example",
    "sender_name": "Citytown Council", "username": "knit",
}  # fmt: skip
MESSAGE = Message(
    kind=MessageKind.EMAIL, to="cynthia@example.org", subject="Your bin", body="It comes on Monday.", reference="W-1"
)


@pytest.fixture
def mail() -> KeptMail:
    return KeptMail()


@pytest.fixture
def adapter(mail: KeptMail) -> Any:
    return build_canned_adapter("smtp_mail", CannedHttp(), settings=SETTINGS, mail=mail)


def read(mail: KeptMail) -> EmailMessage:
    parsed = message_from_bytes(mail.sent[-1][1], policy=default)
    assert isinstance(parsed, EmailMessage)
    return parsed


def read_words(message: EmailMessage) -> str:
    body = message.get_body(("plain",))
    assert body is not None
    return str(body.get_content()).replace("\r\n", "\n")


def test_a_message_is_an_email_with_all_that_was_written(adapter: Any, mail: KeptMail) -> None:
    status = adapter.send(MESSAGE, KEY, LEAVE)
    sent = read(mail)
    server, _, sender, recipients = mail.sent[0]
    assert (server.host, server.port, server.password) == ("127.0.0.1", 2525, SECRET)
    assert (sender, recipients) == ("bins@citytown.example", ("cynthia@example.org",))
    assert sent["From"] == "Citytown Council <bins@citytown.example>"
    assert (sent["To"], sent["Subject"], sent["X-Reference"]) == ("cynthia@example.org", "Your bin", "W-1")
    assert sent["Message-ID"] == f"<{KEY}@citytown.example>"
    assert sent["Date"].datetime.isoformat() == "2026-09-14T09:00:00+00:00"
    assert read_words(sent) == "It comes on Monday.\n"
    assert (status.outside_id, status.state) == (f"{KEY}@citytown.example", MessageState.SENT)


def test_words_of_any_script_arrive_and_leave_as_ascii(adapter: Any, mail: KeptMail) -> None:
    written = replace(MESSAGE, subject="Eich bin – £5 🗑", body="Bydd yn dod ddydd Llun.\n\nÄ £ 日本\n" + "x" * 2_000)
    adapter.send(written, KEY, LEAVE)
    assert mail.sent[0][1].isascii()
    assert max(map(len, mail.sent[0][1].split(b"\r\n"))) <= 998
    assert (read(mail)["Subject"], read_words(read(mail))) == (written.subject, written.body + "\n")


@pytest.mark.parametrize("line", ["\n", "\r", "\r\n", "\u2028", "\x00", "\x0b"])
@pytest.mark.parametrize("field", ["subject", "to", "reply_to"])
def test_no_field_can_add_a_field(adapter: Any, mail: KeptMail, field: str, line: str) -> None:
    evil: dict[str, Any] = {field: f"{getattr(MESSAGE, field) or 'a@b.example'}{line}Bcc: everyone@example.org"}
    with pytest.raises(InvalidInput) as caught:
        adapter.send(replace(MESSAGE, **evil), KEY, LEAVE)
    assert (caught.value.field, mail.sent) == (field, [])


def test_neither_reference_nor_names_can_add_a_field(mail: KeptMail) -> None:
    settings = {**SETTINGS, "sender_name": "Citytown\r\nBcc: a@example.org"}
    adapter: Any = build_canned_adapter("smtp_mail", CannedHttp(), settings=settings, mail=mail)
    evil = Attachment(name='a"\r\nBcc: b@example.org.pdf', media="text/plain\r\nBcc: c@example.org", body=b"x")
    adapter.send(replace(MESSAGE, reference="W\r\nBcc: d@example.org", attachments=(evil,)), KEY, LEAVE)
    assert read(mail).get_all("Bcc") is None
    assert [part.get_all("Bcc") for part in read(mail).iter_attachments()] == [None]


@pytest.mark.parametrize("key", ["", "a b", "<x>\r\n", "k" * 300, "Ü-key-of-an-op"])
def test_any_key_makes_one_id(adapter: Any, mail: KeptMail, key: str) -> None:
    first = adapter.send(MESSAGE, key, LEAVE).outside_id
    assert adapter.send(MESSAGE, key, LEAVE).outside_id == first
    assert first != adapter.send(MESSAGE, key + "-other", LEAVE).outside_id
    assert read(mail)["Message-ID"].count("@") == 1


def test_attachments_arrive_whole_with_name_and_type(adapter: Any, mail: KeptMail) -> None:
    every = bytes(range(256)) * 10
    written = (
        Attachment(name="Größe 100%.pdf", media="application/pdf", body=every),
        Attachment(name="../up.txt", media="nonsense", body=b"a\n.\nb"),
    )
    adapter.send(replace(MESSAGE, attachments=written), KEY, LEAVE)
    parts = list(read(mail).iter_attachments())
    assert [(part.get_filename(), part.get_content_type()) for part in parts] == [
        ("Größe 100%.pdf", "application/pdf"), (".._up.txt", "application/octet-stream")
    ]  # fmt: skip
    assert [part.get_payload(decode=True) for part in parts] == [every, b"a\n.\nb"]


def test_replies_go_where_the_message_says_else_where_the_settings_say(mail: KeptMail) -> None:
    settings = {**SETTINGS, "reply_to": "desk@citytown.example"}
    adapter: Any = build_canned_adapter("smtp_mail", CannedHttp(), settings=settings, mail=mail)
    adapter.send(MESSAGE, KEY, LEAVE)
    assert read(mail)["Reply-To"] == "desk@citytown.example"
    adapter.send(replace(MESSAGE, reply_to="ann@citytown.example"), KEY, LEAVE)
    assert read(mail)["Reply-To"] == "ann@citytown.example"


def test_a_domain_with_accents_is_written_in_ascii(adapter: Any, mail: KeptMail) -> None:
    adapter.send(replace(MESSAGE, to="info@bücher.example"), KEY, LEAVE)
    assert mail.sent[0][3] == ("info@xn--bcher-kva.example",)


@pytest.mark.parametrize(
    "to", ["", "cynthia", "a@b", "a b@c.example", "a@b.example, c@d.example", "ä@b.example", "a@b..example", "<a@b.example>",
           "a@-b.example", "A <a@b.example>", "x" * 65 + "@b.example", ".a@b.example"]
)  # fmt: skip
def test_what_is_not_one_address_is_refused(adapter: Any, mail: KeptMail, to: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        adapter.send(replace(MESSAGE, to=to), KEY, LEAVE)
    assert (caught.value.field, mail.sent) == ("to", [])


@pytest.mark.parametrize(("field", "text"), [("subject", " "), ("subject", "x" * 501), ("body", "\n \n")])
def test_a_message_without_words_is_refused(adapter: Any, field: str, text: str) -> None:
    changed: dict[str, Any] = {field: text}
    with pytest.raises(InvalidInput) as caught:
        adapter.send(replace(MESSAGE, **changed), KEY, LEAVE)
    assert caught.value.field == field


@pytest.mark.parametrize("kind", [MessageKind.SMS, MessageKind.LETTER])
def test_only_email_is_sent(adapter: Any, kind: MessageKind) -> None:
    with pytest.raises(InvalidInput) as caught:
        adapter.send(replace(MESSAGE, kind=kind), KEY, LEAVE)
    assert caught.value.field == "kind"


def test_there_are_no_templates(adapter: Any) -> None:
    assert adapter.templates() == ()
    with pytest.raises(NotFound):
        adapter.preview(OutsideId("t-1"), {})
    with pytest.raises(NotFound):
        adapter.send(replace(MESSAGE, template=OutsideId("t-1")), KEY, LEAVE)


def test_a_preview_shows_the_words_and_names_what_is_missing(adapter: Any) -> None:
    preview = adapter.preview(OutsideId(""), {"subject": "Your bin", "body": " "})
    assert (preview.subject, preview.missing) == ("Your bin", ("body",))


def test_what_a_mail_server_cannot_tell_is_not_made_up(adapter: Any) -> None:
    with pytest.raises(OutcomeUnknown):
        adapter.find_sent(KEY)
    with pytest.raises(NotFound):
        adapter.status(OutsideId("x@citytown.example"))
    assert adapter.changed().items == ()


def test_the_connection_test_warns_of_what_will_bite(adapter: Any) -> None:
    assert adapter.check().facts["signed in"] == "yes"
    assert len(adapter.check().warnings) == 1


# ==== with a wire ====


@pytest.fixture
def script() -> Iterator[ScriptedSmtp]:
    with run_smtp_server() as script:
        yield script


@pytest.fixture
def wired(script: ScriptedSmtp) -> Iterator[Any]:
    with run_adapter("smtp_mail", "", settings={**SETTINGS, "mail_port": str(script.port)}) as loaded:
        yield loaded.adapter


def test_the_adapter_sends_through_the_client_of_its_component(wired: Any, script: ScriptedSmtp) -> None:
    wired.check()
    wired.send(MESSAGE, KEY, LEAVE)
    assert b"It comes on Monday." in script.messages[0]


def test_a_repeat_after_a_lost_answer_is_the_same_message(wired: Any, script: ScriptedSmtp) -> None:
    script.answers = {"message": GONE}
    with pytest.raises(OutcomeUnknown):
        wired.send(MESSAGE, KEY, LEAVE)
    script.answers = {}
    wired.send(MESSAGE, KEY, LEAVE)
    assert script.messages[0] == script.messages[1]
