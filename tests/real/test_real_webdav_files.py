"""webdav_files against WsgiDAV, which nobody here wrote."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import count
from typing import Any

import pytest

from desktop.domain.documents import DocumentDraft
from desktop.domain.errors import (
    AuthFailed,
    BadResponse,
    InvalidInput,
    NotFound,
    NotReady,
    OutcomeUnknown,
    RemoteConflict,
)
from desktop.domain.ids import OutsideId
from tests.helpers.adapters import run_adapter
from tests.helpers.conformance_drivers import KEY, LEAVE
from tests.helpers.fault_proxy import FaultProxy, ProxyFault, busy, cut, drip, reset, web_page
from tests.real.wsgidav_files import NAME

pytestmark = pytest.mark.real_server("wsgidav")
HELD = "webdav_files"
"""The plugin that is held to this server; its claim of quality rests on it."""
NUMBERS = count(1)
FINE = ProxyFault()


@pytest.fixture
def adapter(wsgidav: FaultProxy) -> Iterator[Any]:
    with run_adapter("webdav_files", wsgidav.url, settings=build_settings()) as loaded:
        yield loaded.adapter


@pytest.fixture
def other(wsgidav: FaultProxy) -> Iterator[Any]:
    with run_adapter("webdav_files", wsgidav.url, settings=build_settings()) as loaded:
        yield loaded.adapter


def build_settings() -> dict[str, str]:
    return {"username": NAME, "case_folder": "housing/{case}/documents"}


@pytest.fixture
def draft() -> DocumentDraft:
    """A document of a case that nobody else has."""
    case = OutsideId(f"24/{next(NUMBERS):05}/FUL")
    return DocumentDraft(case_id=case, name="plan.txt", media="text/plain", body=b"first")


def change(draft: DocumentDraft, id: OutsideId, body: bytes) -> DocumentDraft:
    return replace(draft, outside_id=id, body=body)


def test_the_connection_test_finds_locks(adapter: Any) -> None:
    assert adapter.check().facts["locks"] == "yes"


def test_a_wrong_password_and_a_wrong_folder_are_said(wsgidav: FaultProxy) -> None:
    with run_adapter("webdav_files", wsgidav.url, settings={"username": "other"}) as loaded, pytest.raises(AuthFailed):
        loaded.adapter.check()  # type: ignore[attr-defined]
    with run_adapter("webdav_files", f"{wsgidav.url}/nowhere", settings={"username": NAME}) as loaded:
        with pytest.raises(NotFound):
            loaded.adapter.check()  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "name", ["plan.txt", "Grundriß Müller 100%.pdf", "%41 #1?.txt", "a;b&c=d+e 日本.txt", "%2e%2e.txt"]
)
def test_a_document_comes_back_as_it_was_kept(adapter: Any, draft: DocumentDraft, name: str) -> None:
    assert adapter.list(draft.case_id) == ()
    kept = adapter.put(replace(draft, name=name, body=bytes(range(256))), "", KEY, LEAVE)
    assert adapter.list(draft.case_id) == (kept,)
    assert (kept.name, kept.case_id, kept.size) == (name, draft.case_id, 256)
    assert adapter.get(kept.outside_id).body == bytes(range(256))
    assert adapter.get(kept.outside_id).document == kept


def test_an_empty_document_is_one_too(adapter: Any, draft: DocumentDraft) -> None:
    kept = adapter.put(replace(draft, body=b""), "", KEY, LEAVE)
    assert adapter.get(kept.outside_id).body == b""


def test_a_change_needs_the_present_version(adapter: Any, draft: DocumentDraft) -> None:
    first = adapter.put(draft, "", KEY, LEAVE)
    second = adapter.put(change(draft, first.outside_id, b"the second"), first.version, KEY, LEAVE)
    assert second.version != first.version
    with pytest.raises(RemoteConflict):
        adapter.put(change(draft, first.outside_id, b"the third one"), first.version, KEY, LEAVE)
    assert adapter.get(first.outside_id).body == b"the second"


def test_the_server_itself_refuses_a_stale_version(
    adapter: Any, draft: DocumentDraft, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = adapter.put(draft, "", KEY, LEAVE)
    read = adapter._find_version

    def read_then_lose(path: str, id: OutsideId) -> object:
        found = read(path, id)
        adapter._client.put_body(path, b"somebody was quicker", {}, "text/plain")
        return found

    monkeypatch.setattr(adapter, "_find_version", read_then_lose)
    with pytest.raises(RemoteConflict):
        adapter.put(change(draft, first.outside_id, b"too late"), first.version, KEY, LEAVE)
    assert adapter.get(first.outside_id).body == b"somebody was quicker"


def test_a_new_document_never_takes_anothers_place(adapter: Any, draft: DocumentDraft) -> None:
    kept = adapter.put(draft, "", KEY, LEAVE)
    with pytest.raises(RemoteConflict):
        adapter.put(replace(draft, body=b"another"), "", KEY, LEAVE)
    assert adapter.put(draft, "", KEY, LEAVE) == kept


def test_a_lock_holds_others_off_and_lets_its_owner_write(adapter: Any, other: Any, draft: DocumentDraft) -> None:
    first = adapter.put(draft, "", KEY, LEAVE)
    assert adapter.lock(first.outside_id, KEY).locked
    assert other.list(draft.case_id)[0].locked
    with pytest.raises(NotReady) as caught:
        other.put(change(draft, first.outside_id, b"intruder"), first.version, KEY, LEAVE)
    assert caught.value.key == "webdav_files.locked"
    with pytest.raises(NotReady):
        other.lock(first.outside_id, KEY)
    second = adapter.put(change(draft, first.outside_id, b"the owner"), first.version, KEY, LEAVE)
    assert not adapter.unlock(first.outside_id, KEY).locked
    assert other.put(change(draft, first.outside_id, b"now the other"), second.version, KEY, LEAVE).size == 13


def test_what_is_not_there_is_neither_read_nor_locked_into_being(adapter: Any, draft: DocumentDraft) -> None:
    kept = adapter.put(draft, "", KEY, LEAVE)
    missing = OutsideId(kept.outside_id.replace("plan", "gone"))
    with pytest.raises(NotFound):
        adapter.get(missing)
    with pytest.raises(NotFound):
        adapter.lock(missing, KEY)
    assert len(adapter.list(draft.case_id)) == 1


def test_a_document_of_sixteen_megabytes_is_kept_and_read(adapter: Any, draft: DocumentDraft) -> None:
    body = b"0123456789abcdef" * (1024 * 1024)
    kept = adapter.put(replace(draft, body=body), "", KEY, LEAVE)
    assert adapter.get(kept.outside_id).body == body


def test_a_larger_document_is_named_with_its_size(adapter: Any, draft: DocumentDraft) -> None:
    kept = adapter.put(draft, "", KEY, LEAVE)
    path = kept.outside_id.replace("%", "%25").replace("plan", "large")
    adapter._client.put_body(path, b"x" * (17 * 1024 * 1024), {}, "")
    with pytest.raises(InvalidInput, match=r"17\.0 MB"):
        adapter.get(OutsideId(kept.outside_id.replace("plan", "large")))


# ==== spoilt answers ====


@pytest.mark.parametrize("fault", [cut(0), cut(10), cut(40), reset(), reset(40)])
def test_a_lost_answer_to_a_write_is_unknown_and_its_repeat_finds_it(
    adapter: Any, wsgidav: FaultProxy, draft: DocumentDraft, fault: ProxyFault
) -> None:
    first = adapter.put(draft, "", KEY, LEAVE)
    wsgidav.faults = [FINE, fault]  # the version, then the write
    changed = change(draft, first.outside_id, b"sent once")
    with pytest.raises(OutcomeUnknown):
        adapter.put(changed, first.version, KEY, LEAVE)
    wsgidav.faults = []
    assert adapter.put(changed, first.version, KEY, LEAVE).size == 9
    assert adapter.get(first.outside_id).body == b"sent once"


@pytest.mark.parametrize("fault", [cut(0), cut(60), reset(60), busy(0)])
def test_a_read_that_fails_once_is_tried_again(
    adapter: Any, wsgidav: FaultProxy, draft: DocumentDraft, fault: ProxyFault
) -> None:
    kept = adapter.put(draft, "", KEY, LEAVE)
    wsgidav.faults = [fault, FINE, fault]
    assert adapter.get(kept.outside_id).body == draft.body


def test_a_sign_in_page_is_no_folder(adapter: Any, wsgidav: FaultProxy, draft: DocumentDraft) -> None:
    wsgidav.faults = [web_page()]
    with pytest.raises(BadResponse):
        adapter.list(draft.case_id)


def test_an_answer_byte_by_byte_is_read(adapter: Any, wsgidav: FaultProxy, draft: DocumentDraft) -> None:
    adapter.put(draft, "", KEY, LEAVE)
    wsgidav.faults = [drip(0.0005)]
    assert len(adapter.list(draft.case_id)) == 1
