"""Reports of open311 to an inbox on aiosmtpd, which nobody here wrote."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest

from desktop.domain.errors import AuthFailed, InvalidInput, OutcomeUnknown
from desktop.domain.people import Person
from plugins.open311.mailing import build_reference
from tests.helpers.adapters import QUICK, run_adapter
from tests.helpers.conformance_drivers import KEY
from tests.helpers.fault_proxy import ProxyFault, cut, run_fault_proxy
from tests.plugins.open311.driver import DRAFT
from tests.real.aiosmtpd_post import NAME, Post

pytestmark = pytest.mark.real_server("aiosmtpd")
DOORS = {"starttls": "starttls", "tls": "tls", "none": "plain"}
FINE = ProxyFault()
REPORT = replace(
    DRAFT, title="Twll – a hole 🕳", description="Dwfn.\n.\n£5", answers={"SIZE": ("mawr",)},
    reporter=Person(given="Siobhán", family="O'Brien", email="s@example.org"),
)  # fmt: skip


@contextmanager
def run_inbox(post: Post, security: str, *, port: int = 0, **more: str) -> Iterator[Any]:
    settings = {
        "inbox": "roads@citytown.example", "inbox_services": "POT=Potholes", "mail_host": "127.0.0.1",
        "mail_port": str(port or post.ports[DOORS[security]]), "mail_security": security,
        "mail_username": "" if security == "none" else NAME, "sender": "knit@citytown.example", **more,
    }  # fmt: skip
    with run_adapter("open311", "", settings=settings, network=replace(QUICK, ca_bundle=post.bundle)) as loaded:
        yield loaded.adapter


@pytest.mark.parametrize("security", sorted(DOORS))
def test_a_report_arrives_whole(post: Post, security: str) -> None:
    key = f"{KEY}-{security}"
    with run_inbox(post, security) as adapter:
        assert adapter.check().facts["inbox"] == "roads@citytown.example"
        created = adapter.create(REPORT, key)
    sent = post.read_all()[-1]
    body = sent.get_body(("plain",))
    assert body is not None
    words = body.get_content().replace("\r\n", "\n")
    assert created.unanswered
    assert created.reference == build_reference(key) == sent["X-Reference"]
    assert sent["Subject"] == f"[{created.reference}] Potholes: {REPORT.title}"
    assert sent["Message-ID"] == f"<{key}@citytown.example>"
    assert "Reported by: Siobhán O'Brien\n" in words
    assert "\nDescription:\nDwfn.\n.\n£5\n" in words


def test_a_lost_answer_is_unknown_and_a_repeat_is_the_same_message(post: Post) -> None:
    with run_fault_proxy(post.ports["plain"]) as proxy:
        proxy.faults = [*[FINE] * 4, cut(0)]
        with run_inbox(post, "none", port=proxy.port) as adapter, pytest.raises(OutcomeUnknown):
            adapter.create(REPORT, KEY)
        proxy.faults.clear()
        with run_inbox(post, "none", port=proxy.port) as adapter:
            adapter.create(REPORT, KEY)
    first, second = post.read_all()[-2:]
    assert first["Message-ID"] == second["Message-ID"] == f"<{KEY}@citytown.example>"


def test_a_wrong_name_and_an_inbox_that_is_not_there_are_said(post: Post) -> None:
    with run_inbox(post, "starttls", mail_username="nobody") as adapter, pytest.raises(AuthFailed):
        adapter.check()
    with run_inbox(post, "starttls", inbox="nobody@citytown.example") as adapter, pytest.raises(InvalidInput):
        adapter.create(REPORT, KEY)
