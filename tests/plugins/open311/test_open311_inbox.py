"""Where a council has only an inbox: a report goes out as an e-mail with everything on it, and is then as it was sent."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

import pytest

from desktop.adapters.api import MailServer
from desktop.domain.errors import DesktopError, InvalidInput, NotReady, OutcomeUnknown, SetupFailed
from desktop.domain.ids import OutsideId
from plugins.open311.mailing import build_reference, read_services
from tests.helpers.adapters import SECRET, CannedHttp, KeptMail, SetClock, build_canned_adapter, run_adapter
from tests.helpers.faulty_server import FaultyServer, Reply, run_faulty_server
from tests.helpers.open311_server import as_json, by_path
from tests.helpers.smtp_server import GONE, run_smtp_server
from tests.plugins.open311.driver import DRAFT

SETTINGS = {
    "inbox": "roads@council.example", "inbox_services": "POT=Potholes; LAMP = Street lamps", "mail_host": "127.0.0.1",
    "mail_port": "2525", "mail_security": "none", "mail_username": "knit", "sender": "knit@council.example",
}  # fmt: skip
KEY = "0b7c1f1e-3d9a-4a77-9d7e-6d8f2f0a1c11"
POT = replace(DRAFT, answers={"SIZE": ("big", "deep")})


@pytest.fixture
def mail() -> KeptMail:
    return KeptMail()


@pytest.fixture
def adapter(mail: KeptMail) -> Any:
    return build_canned_adapter("open311", CannedHttp(), settings={"base_url": "", **SETTINGS}, mail=mail)


def read(body: bytes) -> EmailMessage:
    parsed = message_from_bytes(body, policy=default)
    assert isinstance(parsed, EmailMessage)
    return parsed


def read_words(message: EmailMessage) -> str:
    body = message.get_body(("plain",))
    assert body is not None
    return str(body.get_content()).replace("\r\n", "\n")


def test_a_report_has_everything_on_lines_of_their_own(adapter: Any, mail: KeptMail) -> None:
    created = adapter.create(POT, KEY)
    server, body, sender, recipients = mail.sent[0]
    message = read(body)
    reference = build_reference(KEY)
    assert (server.host, server.port, server.username, server.password) == ("127.0.0.1", 2525, "knit", SECRET)
    assert (sender, recipients) == ("knit@council.example", ("roads@council.example",))
    assert message["Subject"] == f"[{reference}] Potholes: Pothole"
    assert (message["Message-ID"], message["X-Reference"]) == (f"<{KEY}@council.example>", reference)
    assert read_words(message) == (
        f"Reference: {reference}\nService: Potholes (POT)\nReported: 14/09/2026 10:00\nTitle: Pothole\n"
        "Address: 1 High Street\nPostcode:\nUPRN: 10001\nWard:\nLatitude, longitude: 51.500000, -1.250000\n"
        "Reported by: Cynthia O'Neill\nE-mail: c@example.org\nTelephone:\nAnswer SIZE: big; deep\n"
        "\nDescription:\nDeep one\n\n"
        "Nothing sent in answer to this is read by the system that wrote it. Please quote the reference.\n"
    )
    assert (created.unanswered, created.reference, created.outside_id) == (True, reference, "")
    assert created.notice == "Sent by e-mail to roads@council.example."


def test_the_same_report_again_is_the_same_message_for_the_inbox(adapter: Any, mail: KeptMail) -> None:
    for key in (KEY, KEY, "another-key"):
        adapter.create(POT, key)
    ids = [read(body)["Message-ID"] for _, body, _, _ in mail.sent]
    assert (ids[0] == ids[1], ids[0] == ids[2]) == (True, False)
    subjects = {read(body)["Subject"] for _, body, _, _ in mail.sent}
    assert len(subjects) == 2


def test_words_on_several_lines_cannot_forge_a_line_or_a_header(adapter: Any, mail: KeptMail) -> None:
    draft = replace(POT, title="Hole\r\nBcc: all@example.org", answers={"SIZE": ("big\nUPRN: 999",)})
    adapter.create(draft, KEY)
    message = read(mail.sent[0][1])
    assert message["Bcc"] is None
    assert "Answer SIZE: big UPRN: 999\n" in read_words(message)
    assert message["Subject"].endswith("Potholes: Hole Bcc: all@example.org")


@pytest.mark.parametrize("title", ["a\x00b", "a\x1b[31mb", "a\ud800b", "a\u202eb", "a\u2028b", "a\x85b"])
def test_a_title_with_signs_that_nobody_can_see_is_sent_on_one_line_without_them(
    adapter: Any, mail: KeptMail, title: str
) -> None:
    adapter.create(replace(POT, title=title), KEY)
    message = read(mail.sent[0][1])
    assert message["Subject"].isprintable()
    assert f"Title: {message['Subject'].partition('Potholes: ')[2]}\n" in read_words(message)


def test_the_code_of_an_answer_cannot_forge_a_line(adapter: Any, mail: KeptMail) -> None:
    adapter.create(replace(POT, answers={"A\r\nUPRN: 999": ("x",)}), KEY)
    assert "\nAnswer A UPRN: 999: x\n" in read_words(read(mail.sent[0][1]))


@pytest.mark.parametrize(
    ("step", "answer", "error", "said"),
    [
        ("RCPT", b"550 5.1.1 no such user\r\n", InvalidInput, "5.1.1 no such user"),
        ("RCPT", b"451 4.7.1 greylisted\r\n", NotReady, "does not take mail at the moment"),
        ("message", b"451 4.3.0 later\r\n", NotReady, "does not take mail at the moment"),
        ("message", b"554 5.7.1 looks like spam\r\n", InvalidInput, "looks like spam"),
    ],
)
def test_a_refusal_of_the_mail_server_says_what_happens_next_and_leaves_nothing_in_doubt(
    step: str, answer: bytes, error: type[DesktopError], said: str
) -> None:
    with run_smtp_server() as smtp:
        smtp.answers[step] = answer
        settings = {**SETTINGS, "mail_port": str(smtp.port), "mail_username": ""}
        with run_adapter("open311", "", settings=settings) as loaded, pytest.raises(error, match=said):
            loaded.adapter.create(POT, KEY)  # type: ignore[attr-defined]


def test_its_services_are_listed_as_those_that_never_answer(adapter: Any) -> None:
    assert [(kind.code, kind.name, kind.mode, kind.statuses) for kind in adapter.types()] == [
        ("POT", "Potholes", "blackbox", ()), ("LAMP", "Street lamps", "blackbox", ()),
    ]  # fmt: skip
    assert adapter.changed().items == adapter.events().items == ()


def test_what_an_inbox_does_not_take_is_refused(adapter: Any) -> None:
    with pytest.raises(InvalidInput, match="Say where it is"):
        adapter.create(replace(POT, place=None), KEY)
    with pytest.raises(InvalidInput, match="no jurisdiction"):
        adapter.create(replace(POT, service_code="TREE"), KEY)
    with pytest.raises(InvalidInput):
        adapter.get(OutsideId("1"))


@pytest.mark.parametrize("name", ["inbox_services", "mail_host", "sender"])
def test_an_inbox_without_what_it_needs_says_what_is_missing(name: str) -> None:
    with pytest.raises(SetupFailed, match=name) as caught, run_adapter("open311", "", settings={**SETTINGS, name: ""}):
        pass
    assert caught.value.key == "open311.inbox"


# ==== beside an endpoint ====


@pytest.fixture
def server() -> Iterator[FaultyServer]:
    with run_faulty_server() as server:
        server.answer = by_path(
            services=as_json({"service_code": "POT"}, {"service_code": "TREE"}),
            requests=as_json({"service_request_id": "9"}),
        )
        yield server


def test_a_service_with_an_inbox_goes_there_and_the_others_to_the_endpoint(server: FaultyServer) -> None:
    with run_smtp_server() as smtp:
        settings = {**SETTINGS, "format": "json", "mail_port": str(smtp.port), "mail_username": ""}
        with run_adapter("open311", server.url, settings=settings) as loaded:
            adapter: Any = loaded.adapter
            assert [kind.code for kind in adapter.types()] == ["TREE", "POT", "LAMP"]
            assert adapter.create(replace(POT, service_code="TREE", answers={}), KEY).outside_id == "9"
            assert adapter.create(POT, KEY).unanswered
            diagnosis = adapter.check()
        assert len(smtp.messages) == 1
    assert (diagnosis.facts["inbox"], diagnosis.facts["services by e-mail"]) == ("roads@council.example", "2")
    assert [request.path for request in server.requests if request.method == "POST"] == ["/requests.json"]


def test_a_lost_answer_of_the_mail_server_is_asked_of_the_officer_and_sent_again_is_the_same_message(
    server: FaultyServer,
) -> None:
    with run_smtp_server() as smtp:
        smtp.answers["message"] = GONE
        settings = {**SETTINGS, "mail_port": str(smtp.port), "mail_username": ""}
        with run_adapter("open311", server.url, settings=settings) as loaded:
            adapter: Any = loaded.adapter
            with pytest.raises(OutcomeUnknown):
                adapter.create(POT, KEY)
            with pytest.raises(OutcomeUnknown, match="Ask the people there"):
                adapter.find_created(POT, KEY, SetClock().now())
            del smtp.answers["message"]
            adapter.create(POT, KEY)
        ids = {read(message)["Message-ID"] for message in smtp.messages}
    assert ids == {f"<{KEY}@council.example>"}


def test_a_mail_server_other_than_that_of_the_settings_is_not_used(server: FaultyServer) -> None:
    with run_adapter("open311", server.url, settings={**SETTINGS, "mail_security": "starttls"}) as loaded:
        client = loaded.adapter._inbox._context.mail  # type: ignore[attr-defined]
        with pytest.raises(SetupFailed, match="may not send mail through that server"):
            client.check(MailServer(host="other.example", port=25, security="starttls"))


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("POT=Potholes", ["POT"]),
        (" A = One ;; B=Two; ", ["A", "B"]),
        ("A=; =B; C", []),
        ("", []),
    ],
)
def test_services_of_an_inbox_are_read_however_they_are_spaced(text: str, codes: list[str]) -> None:
    assert [kind.code for kind in read_services(text)] == codes


def test_the_server_is_asked_nothing_for_an_inbox(server: FaultyServer) -> None:
    server.answer = lambda _request: Reply(status=500)
    with run_smtp_server() as smtp:
        settings = {**SETTINGS, "mail_port": str(smtp.port), "mail_username": ""}
        with run_adapter("open311", server.url, settings=settings) as loaded:
            loaded.adapter.create(POT, KEY)  # type: ignore[attr-defined]
    assert server.requests == []
