"""Documents of a ZGW server: locks, versions, parts, lost answers; each request held to the official contract."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from desktop.domain.documents import DocumentDraft
from desktop.domain.errors import Forbidden, InvalidInput, NotFound, NotReady, OutcomeUnknown, RemoteConflict
from desktop.domain.ids import OutsideId
from tests.helpers.adapters import run_adapter
from tests.helpers.conformance_drivers import KEY, LEAVE
from tests.helpers.faulty_server import FaultyServer, Reply, Request
from tests.helpers.zgw_server import RSIN, ZgwServer

SETTINGS = {"client_id": "knit-desk", "rsin": RSIN, "in_parts_from": "1"}
LARGE = bytes(range(256)) * 4097
"""A little more than a megabyte."""


@pytest.fixture
def documents(server: FaultyServer) -> Iterator[Any]:
    with run_adapter("zgw", server.url, settings=SETTINGS) as loaded:
        yield loaded.adapter.documents  # type: ignore[attr-defined]


@pytest.fixture
def draft(zgw: ZgwServer) -> DocumentDraft:
    case = OutsideId(zgw.add_zaak()["uuid"])
    return DocumentDraft(case_id=case, name="Größe 100%.pdf", media="application/pdf", body=b"first", author="Ann")


def change(draft: DocumentDraft, id: OutsideId, body: bytes) -> DocumentDraft:
    return replace(draft, outside_id=id, body=body)


def find_methods(server: FaultyServer, word: str) -> list[str]:
    return [request.method for request in server.requests if word in request.path and request.method != "GET"]


def losing(zgw: ZgwServer, method: str, word: str) -> Any:
    """Carries requests out and loses the answers of some."""

    def answer(request: Request) -> Reply:
        reply = zgw.answer(request)
        return Reply(drop=True) if request.method == method and word in request.path else reply

    return answer


def test_a_new_document_is_kept_on_its_case_and_comes_back(
    documents: Any, zgw: ZgwServer, draft: DocumentDraft
) -> None:
    kept = documents.put(draft, "", KEY, LEAVE)
    assert (kept.name, kept.media, kept.size, kept.version, kept.author) == (
        draft.name,
        "application/pdf",
        5,
        "1",
        "Ann",
    )
    assert kept.case_id == draft.case_id
    assert documents.get(kept.outside_id).body == b"first"
    assert [document.outside_id for document in documents.list(draft.case_id)] == [kept.outside_id]


@pytest.mark.parametrize("offers_expand", [True, False])
def test_a_list_is_the_same_with_and_without_what_comes_along(
    documents: Any, zgw: ZgwServer, draft: DocumentDraft, offers_expand: bool
) -> None:
    zgw.offers_expand = offers_expand
    documents.put(draft, "", KEY, LEAVE)
    assert [(d.name, d.size, d.case_id) for d in documents.list(draft.case_id)] == [(draft.name, 5, draft.case_id)]


def test_a_change_locks_writes_and_unlocks(
    documents: Any, zgw: ZgwServer, server: FaultyServer, draft: DocumentDraft
) -> None:
    first = documents.put(draft, "", KEY, LEAVE)
    server.requests.clear()
    second = documents.put(change(draft, first.outside_id, b"the second"), first.version, "k-2", LEAVE)
    steps = [f"{r.method} {r.path.rpartition('/')[2]}" for r in server.requests if r.method != "GET"]
    assert steps == ["POST lock", f"PATCH {first.outside_id}", "POST unlock"]
    assert (second.version, second.locked) == ("2", False)
    assert documents.get(first.outside_id).body == b"the second"


def test_a_change_of_an_older_version_is_a_conflict(
    documents: Any, zgw: ZgwServer, server: FaultyServer, draft: DocumentDraft
) -> None:
    first = documents.put(draft, "", KEY, LEAVE)
    documents.put(change(draft, first.outside_id, b"the second"), first.version, "k-2", LEAVE)
    server.requests.clear()
    with pytest.raises(RemoteConflict):
        documents.put(change(draft, first.outside_id, b"the third!"), first.version, "k-3", LEAVE)
    assert find_methods(server, "") == []


def test_a_change_that_came_between_reading_and_locking_is_a_conflict_and_no_lock_stays(
    documents: Any, zgw: ZgwServer, server: FaultyServer, draft: DocumentDraft
) -> None:
    first = documents.put(draft, "", KEY, LEAVE)

    def answer(request: Request) -> Reply:
        if request.path.endswith("/lock"):
            zgw.find("documenten", "enkelvoudiginformatieobjecten")[0]["versie"] += 1
        return zgw.answer(request)

    server.answer = answer
    with pytest.raises(RemoteConflict):
        documents.put(change(draft, first.outside_id, b"mine"), first.version, "k-2", LEAVE)
    assert zgw.papers.locks == {}


def test_a_large_document_goes_in_parts(
    documents: Any, zgw: ZgwServer, server: FaultyServer, draft: DocumentDraft
) -> None:
    kept = documents.put(replace(draft, body=LARGE), "", KEY, LEAVE)
    assert find_methods(server, "bestandsdelen") == ["PUT", "PUT", "PUT"]
    assert (kept.size, kept.locked) == (len(LARGE), False)
    assert documents.get(kept.outside_id).body == LARGE
    again = documents.put(change(draft, kept.outside_id, LARGE[::-1]), kept.version, "k-2", LEAVE)
    assert documents.get(again.outside_id).body == LARGE[::-1]
    assert zgw.papers.locks == {}


def test_a_large_document_whose_parts_are_refused_is_not_said_to_be_there(
    documents: Any, zgw: ZgwServer, server: FaultyServer, draft: DocumentDraft
) -> None:
    server.answer = lambda r: Reply(status=403) if "bestandsdelen" in r.path else zgw.answer(r)
    with pytest.raises(Forbidden):
        documents.put(replace(draft, body=LARGE), "", KEY, LEAVE)


@pytest.mark.parametrize("word", ["enkelvoudiginformatieobjecten", "zaakinformatieobjecten"])
def test_a_new_document_whose_answer_was_lost_is_found_again(
    documents: Any, zgw: ZgwServer, server: FaultyServer, draft: DocumentDraft, word: str
) -> None:
    server.answer = losing(zgw, "POST", word)
    with pytest.raises(OutcomeUnknown):
        documents.put(draft, "", KEY, LEAVE)
    server.answer = zgw.answer
    kept = documents.put(draft, "", KEY, LEAVE)
    assert len(zgw.find("documenten", "enkelvoudiginformatieobjecten")) == 1
    assert len(zgw.find("zaken", "zaakinformatieobjecten")) == 1
    assert [document.outside_id for document in documents.list(draft.case_id)] == [kept.outside_id]


def test_a_large_document_that_broke_off_is_finished_by_its_repeat(
    documents: Any, zgw: ZgwServer, server: FaultyServer, draft: DocumentDraft
) -> None:
    large = replace(draft, body=LARGE)
    server.answer = losing(zgw, "POST", "/unlock")
    with pytest.raises(OutcomeUnknown):
        documents.put(large, "", KEY, LEAVE)
    server.answer = zgw.answer
    kept = documents.put(large, "", KEY, LEAVE)
    assert documents.get(kept.outside_id).body == LARGE


@pytest.mark.parametrize("second", [False, True])
def test_a_large_document_whose_parts_were_not_all_sent_goes_on_with_its_repeat(
    documents: Any, zgw: ZgwServer, server: FaultyServer, draft: DocumentDraft, second: bool
) -> None:
    first = documents.put(draft, "", "k-0", LEAVE)
    large = replace(draft, body=LARGE, outside_id=first.outside_id if second else OutsideId(""))
    version = first.version if second else ""
    server.answer = lambda r: Reply(status=403) if r.path.endswith("_1") else zgw.answer(r)
    with pytest.raises(Forbidden):
        documents.put(large, version, KEY, LEAVE)
    server.answer = zgw.answer
    kept = documents.put(large, version, KEY, LEAVE)
    assert (documents.get(kept.outside_id).body, kept.locked) == (LARGE, False)


def test_a_part_that_is_waited_for_by_nobody_known_is_said(
    documents: Any, zgw: ZgwServer, server: FaultyServer, draft: DocumentDraft
) -> None:
    large = replace(draft, body=LARGE)
    server.answer = lambda r: Reply(status=403) if "bestandsdelen" in r.path else zgw.answer(r)
    with pytest.raises(Forbidden):
        documents.put(large, "", KEY, LEAVE)
    for part in zgw.find("documenten", "enkelvoudiginformatieobjecten")[0]["bestandsdelen"]:
        part["lock"] = ""
    with run_adapter("zgw", server.url, settings=SETTINGS) as other, pytest.raises(OutcomeUnknown) as caught:
        other.adapter.documents.put(large, "", KEY, LEAVE)  # type: ignore[attr-defined]
    assert caught.value.key == "zgw.unfinished"


def test_a_change_whose_answer_was_lost_is_known_by_its_bytes(
    documents: Any, zgw: ZgwServer, server: FaultyServer, draft: DocumentDraft
) -> None:
    first = documents.put(draft, "", KEY, LEAVE)
    changed = change(draft, first.outside_id, b"sent once")
    server.answer = losing(zgw, "PATCH", "")
    with pytest.raises(OutcomeUnknown):
        documents.put(changed, first.version, "k-2", LEAVE)
    assert zgw.papers.locks == {}
    server.answer = zgw.answer
    assert documents.put(changed, first.version, "k-2", LEAVE).version == "2"
    assert find_methods(server, first.outside_id).count("PATCH") == 1


def test_a_lock_holds_others_off_and_serves_its_owner(
    documents: Any, zgw: ZgwServer, server: FaultyServer, draft: DocumentDraft
) -> None:
    first = documents.put(draft, "", KEY, LEAVE)
    assert documents.lock(first.outside_id, KEY).locked
    with run_adapter("zgw", server.url, settings=SETTINGS) as other, pytest.raises(NotReady) as caught:
        other.adapter.documents.put(change(draft, first.outside_id, b"x"), first.version, "k-2", LEAVE)  # type: ignore[attr-defined]
    assert caught.value.key == "zgw.locked"
    second = documents.put(change(draft, first.outside_id, b"mine"), first.version, "k-3", LEAVE)
    assert second.locked
    assert not documents.unlock(first.outside_id, KEY).locked
    with pytest.raises(InvalidInput):
        documents.unlock(first.outside_id, KEY)


def test_an_empty_document_is_one_too(documents: Any, zgw: ZgwServer, draft: DocumentDraft) -> None:
    assert documents.get(documents.put(replace(draft, body=b""), "", KEY, LEAVE).outside_id).body == b""


def test_a_document_larger_than_knit_takes_is_named_with_its_size(
    documents: Any, zgw: ZgwServer, draft: DocumentDraft
) -> None:
    with pytest.raises(InvalidInput, match="Knit sends at most 16 MB"):
        documents.put(replace(draft, body=b"x" * (17 * 1024 * 1024)), "", KEY, LEAVE)
    kept = documents.put(draft, "", KEY, LEAVE)
    zgw.find("documenten", "enkelvoudiginformatieobjecten")[0]["bestandsomvang"] = 30 * 1024 * 1024
    with pytest.raises(InvalidInput, match=r"30\.0 MB; Knit opens at most 16 MB"):
        documents.get(kept.outside_id)


def test_a_type_of_document_that_there_is_not_is_said(
    zgw: ZgwServer, server: FaultyServer, draft: DocumentDraft
) -> None:
    with run_adapter("zgw", server.url, settings={**SETTINGS, "document_type": "Film"}) as loaded:
        with pytest.raises(InvalidInput) as caught:
            loaded.adapter.documents.put(draft, "", KEY, LEAVE)  # type: ignore[attr-defined]
    assert caught.value.key == "zgw.document_type"


def test_what_is_not_there_is_not_found(documents: Any, zgw: ZgwServer) -> None:
    with pytest.raises(NotFound):
        documents.get(OutsideId("p-9"))
    with pytest.raises(NotFound):
        documents.list(OutsideId("z-9"))


# ==== team ====


def test_a_case_is_given_passed_on_and_taken(zgw: ZgwServer, server: FaultyServer) -> None:
    case = OutsideId(zgw.add_zaak()["uuid"])
    with run_adapter("zgw", server.url, settings=SETTINGS) as loaded:
        team: Any = loaded.adapter.team  # type: ignore[attr-defined]
        first = team.assign(case, "s-17", KEY)
        assert (first.officer, first.case_id, first.role) == ("s-17", case, "Behandelaar")
        assert team.assign(case, "s-17", "k-2").outside_id == first.outside_id
        team.assign(case, "s-18", "k-3")
        assert [(item.officer, item.case_id) for item in team.changed().items] == [("s-18", case)]
        assert team.release(case, "k-4").officer == ""
        assert team.changed().items == ()
        assert team.presence(case) == ()


def test_the_new_officer_has_a_case_before_the_old_one_loses_it(zgw: ZgwServer, server: FaultyServer) -> None:
    case = OutsideId(zgw.add_zaak()["uuid"])
    with run_adapter("zgw", server.url, settings=SETTINGS) as loaded:
        team: Any = loaded.adapter.team  # type: ignore[attr-defined]
        team.assign(case, "s-17", KEY)
        server.requests.clear()
        team.assign(case, "s-18", "k-2")
    assert [request.method for request in server.requests if request.method != "GET"] == ["POST", "DELETE"]


def test_a_type_of_case_without_that_role_says_so(zgw: ZgwServer, server: FaultyServer) -> None:
    zgw.records["catalogi/roltypen"].clear()
    case = OutsideId(zgw.add_zaak()["uuid"])
    with run_adapter("zgw", server.url, settings=SETTINGS) as loaded, pytest.raises(InvalidInput) as caught:
        loaded.adapter.team.assign(case, "s-17", KEY)  # type: ignore[attr-defined]
    assert caught.value.key == "zgw.no_role"
