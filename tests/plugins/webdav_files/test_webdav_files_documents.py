"""What WebDAV servers do that other APIs do not, against a server that answers as it is told."""

from __future__ import annotations

import base64
import dataclasses
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from desktop.domain.documents import DocumentDraft
from desktop.domain.errors import (
    DesktopError,
    InvalidInput,
    NotFound,
    NotReady,
    OutcomeUnknown,
    RemoteConflict,
    SetupFailed,
)
from desktop.domain.ids import OutsideId
from tests.helpers.adapters import SECRET, run_adapter
from tests.helpers.conformance_drivers import KEY, LEAVE, Record
from tests.helpers.faulty_server import FaultyServer, Reply, Request, run_faulty_server
from tests.plugins.webdav_files.driver import DRAFT, ID, RECORD, answer_version, encode

NEW = DocumentDraft(case_id=OutsideId("C-2"), name="plan.pdf", media="application/pdf", body=b"new bytes")
Answerer = Callable[[Request], Reply]


@pytest.fixture
def server() -> Iterator[FaultyServer]:
    with run_faulty_server() as server:
        yield server


@pytest.fixture
def adapter(server: FaultyServer) -> Iterator[Any]:
    with run_adapter("webdav_files", f"{server.url}/dav", settings={"username": "knit"}) as loaded:
        yield loaded.adapter


def xml(*records: Record) -> Reply:
    return Reply(status=207, body=encode(list(records)), media="application/xml")


def by_method(**replies: Reply) -> Answerer:
    """Answers each method in its way, 404 to all others."""
    return lambda request: replies.get(request.method, Reply(status=404))


def file_at(href: str, **changes: object) -> Record:
    return {**RECORD, "href": href, "lockdiscovery": "", **changes}


# ==== names and paths ====


@pytest.mark.parametrize(
    "name",
    ["Müller.txt", "100%.txt", "a b  c.txt", "#1?.txt", "%41.txt", "%2F.txt", "50%25.txt", "日本.txt", "a;b&c=d+e.txt"],
)
def test_a_name_comes_back_as_it_was_given(adapter: Any, server: FaultyServer, name: str) -> None:
    written: list[str] = []

    def answer(request: Request) -> Reply:
        if request.method == "PUT":
            written.append(request.path)
            return Reply(status=201)
        return xml(file_at(written[0])) if written else Reply(status=404)

    server.answer = answer
    assert adapter.put(dataclasses.replace(NEW, name=name), "", KEY, LEAVE).outside_id == f"C-2/{name}"
    assert adapter.list(OutsideId("C-2"))[0].outside_id == f"C-2/{name}"


def test_a_name_is_composed_so_that_one_word_is_one_file(adapter: Any, server: FaultyServer) -> None:
    server.answer = by_method(PUT=Reply(status=201))
    with pytest.raises(OutcomeUnknown):  # nothing can be read back from this server
        adapter.put(dataclasses.replace(NEW, name="Mu\u0308ller.txt"), "", KEY, LEAVE)
    assert [r.path for r in server.requests if r.method == "PUT"] == ["/dav/C-2/M%C3%BCller.txt"]


@pytest.mark.parametrize(
    "bad", ["", ".", "..", "../x", "a/../b", "a//b", "/a", "a/", "a/./b", "a\\b", "a/%2e%2E", "a/\x00", "a/.. "]
)
def test_a_path_that_leads_elsewhere_is_never_asked(adapter: Any, server: FaultyServer, bad: str) -> None:
    for call in (adapter.get, lambda it: adapter.lock(it, KEY), lambda it: adapter.unlock(it, KEY)):
        with pytest.raises(InvalidInput):
            call(OutsideId(bad))
    with pytest.raises(InvalidInput):
        adapter.put(dataclasses.replace(DRAFT, outside_id=OutsideId(bad or "/")), "v", KEY, LEAVE)
    assert server.requests == []


@pytest.mark.parametrize("bad", ["", " ", "..", "a/b", "a\\b", "x" * 256, "a\nb"])
def test_a_name_that_cannot_be_one_is_refused(adapter: Any, server: FaultyServer, bad: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        adapter.put(dataclasses.replace(NEW, name=bad), "", KEY, LEAVE)
    assert (caught.value.field, server.requests) == ("name", [])


@pytest.mark.parametrize("case", ["24/00123/FUL", "50%", "a%2Fb", "a\\b", "C 1"])
def test_a_case_has_one_folder_of_its_own_and_is_known_by_it(server: FaultyServer, case: str) -> None:
    def answer(request: Request) -> Reply:
        return xml(file_at(f"{request.path}plan.pdf"))

    server.answer = answer
    settings = {"case_folder": "housing/{case}/documents"}
    with run_adapter("webdav_files", server.url, settings=settings) as loaded:
        documents = loaded.adapter.list(OutsideId(case))  # type: ignore[attr-defined]
    assert [document.case_id for document in documents] == [case]
    assert server.requests[0].path.count("/") == 4


def test_two_cases_never_share_a_folder(adapter: Any, server: FaultyServer) -> None:
    server.answer = by_method()
    for case in ("a/b", "a%2Fb", "a%252Fb"):
        adapter.list(OutsideId(case))
    assert len({request.path for request in server.requests}) == 3


def test_a_case_that_leads_elsewhere_is_refused(adapter: Any, server: FaultyServer) -> None:
    with pytest.raises(InvalidInput):
        adapter.list(OutsideId(".."))
    assert server.requests == []


@pytest.mark.parametrize("template", ["../{case}", "a/./{case}", "a//{case}", "{case}/.."])
def test_a_folder_that_leads_elsewhere_is_a_setup_fault(template: str) -> None:
    with (
        pytest.raises(SetupFailed),
        run_adapter("webdav_files", "https://d.example", settings={"case_folder": template}),
    ):
        raise AssertionError("it was set up")


# ==== reading ====


def test_name_and_password_go_along(adapter: Any, server: FaultyServer) -> None:
    server.answer = by_method()
    adapter.list(OutsideId("C-1"))
    assert (
        server.requests[0].headers["authorization"] == "Basic " + base64.b64encode(f"knit:{SECRET}".encode()).decode()
    )
    assert server.requests[0].headers["depth"] == "1"


def test_a_folder_gives_its_files_and_neither_itself_nor_folders_nor_files_elsewhere(
    adapter: Any, server: FaultyServer
) -> None:
    folder: Record = {"resourcetype": {"collection": ""}}
    server.answer = lambda _: xml(
        file_at("/dav/C-1/", **folder), file_at("/dav/C-1/old/", **folder), file_at("http://h.example/dav/C-1/b.pdf"),
        file_at("/dav/C-1/a.pdf"), file_at("/dav/C-2/c.pdf"), file_at("/dav/C-1/old/d.pdf"), file_at("/dav/C-1/%2e%2e"),
        file_at("/dav/C-1/gone.pdf", status="HTTP/1.1 404 Not Found"),
    )  # fmt: skip
    assert [document.name for document in adapter.list(OutsideId("C-1"))] == ["a.pdf", "b.pdf"]


def test_a_folder_of_a_case_that_has_none_yet_is_empty(adapter: Any, server: FaultyServer) -> None:
    server.answer = by_method()
    assert adapter.list(OutsideId("C-9")) == ()


def test_what_the_server_says_of_a_file_is_read(adapter: Any, server: FaultyServer) -> None:
    server.answer = by_method(PROPFIND=xml(RECORD), GET=Reply(body=b"nine byte", media="application/pdf"))
    content = adapter.get(ID)
    document = content.document
    assert (document.name, document.media, document.size, document.version) == (
        "plan.pdf",
        "application/pdf",
        9,
        '"v-1"',
    )
    assert (document.case_id, document.locked, content.body) == ("C-1", True, b"nine byte")
    assert str(document.changed_at) == "2026-09-14 09:00:00+00:00"


def test_a_version_without_quotes_is_sent_with_them(adapter: Any, server: FaultyServer) -> None:
    bare = file_at("/dav/C-1/plan.pdf", getetag="v-1")
    server.answer = by_method(PROPFIND=xml(bare), PUT=Reply(status=204))
    adapter.put(DRAFT, '"v-1"', KEY, LEAVE)
    assert [r.headers["if-match"] for r in server.requests if r.method == "PUT"] == ['"v-1"']


def test_a_document_larger_than_knit_reads_is_not_fetched(adapter: Any, server: FaultyServer) -> None:
    server.answer = by_method(PROPFIND=xml(file_at("/dav/C-1/plan.pdf", getcontentlength=str(30 * 1024 * 1024))))
    with pytest.raises(InvalidInput, match=r"30\.0 MB; Knit opens at most 16 MB"):
        adapter.get(ID)
    assert [request.method for request in server.requests] == ["PROPFIND"]


def test_a_document_larger_than_knit_sends_is_not_sent(adapter: Any, server: FaultyServer) -> None:
    with pytest.raises(InvalidInput, match="Knit sends at most 16 MB"):
        adapter.put(dataclasses.replace(NEW, body=b"x" * (16 * 1024 * 1024 + 1)), "", KEY, LEAVE)
    assert server.requests == []


def test_a_folder_is_no_document(adapter: Any, server: FaultyServer) -> None:
    server.answer = lambda _: xml(file_at("/dav/C-1/plan.pdf/", resourcetype={"collection": ""}))
    with pytest.raises(NotFound):
        adapter.get(ID)


def test_xml_with_entities_is_refused(adapter: Any, server: FaultyServer) -> None:
    bomb = b'<!DOCTYPE a [<!ENTITY x "y">]><D:multistatus xmlns:D="DAV:">&x;</D:multistatus>'
    server.answer = lambda _: Reply(status=207, body=bomb, media="application/xml")
    with pytest.raises(DesktopError) as caught:
        adapter.list(OutsideId("C-1"))
    assert caught.value.key == "component.answer"


# ==== writing ====


def test_a_new_document_never_takes_the_place_of_another(adapter: Any, server: FaultyServer) -> None:
    server.answer = by_method(PUT=Reply(status=412), GET=Reply(body=b"somebody's"))
    with pytest.raises(RemoteConflict):
        adapter.put(NEW, "", KEY, LEAVE)
    assert [r.headers["if-none-match"] for r in server.requests if r.method == "PUT"] == ["*"]


def test_a_server_that_takes_no_notice_of_conditions_still_loses_nothing(adapter: Any, server: FaultyServer) -> None:
    other = file_at("/dav/C-1/plan.pdf", getetag='"v-2"')
    server.answer = by_method(PROPFIND=xml(other), PUT=Reply(status=204), GET=Reply(body=b"somebody's"))
    with pytest.raises(RemoteConflict):
        adapter.put(DRAFT, '"v-1"', KEY, LEAVE)
    assert "PUT" not in [request.method for request in server.requests]


def test_a_repeat_of_a_write_that_was_taken_finds_its_own_bytes(adapter: Any, server: FaultyServer) -> None:
    server.aside = answer_version
    server.answer = by_method(PROPFIND=xml(RECORD), PUT=Reply(drop=True))
    with pytest.raises(OutcomeUnknown):
        adapter.put(DRAFT, '"v-1"', KEY, LEAVE)
    done = xml(file_at("/dav/C-1/plan.pdf", getetag='"v-2"'))
    server.aside = lambda _: None
    server.answer = by_method(PROPFIND=done, GET=Reply(body=DRAFT.body))
    assert adapter.put(DRAFT, '"v-1"', KEY, LEAVE).version == '"v-2"'
    assert [request.method for request in server.requests].count("PUT") == 1


def test_folders_that_are_missing_are_made_once(server: FaultyServer) -> None:
    made: list[str] = []

    def answer(request: Request) -> Reply:
        if request.method == "MKCOL":
            made.append(request.path)
            return Reply(status=405 if request.path == "/housing/" else 201)
        if request.method == "PUT":
            return Reply(status=201 if len(made) == 2 else 409)
        return xml(file_at("/housing/C-2/plan.pdf")) if len(made) == 2 else Reply(status=404)

    server.answer = answer
    with run_adapter("webdav_files", server.url, settings={"case_folder": "housing/{case}"}) as loaded:
        assert loaded.adapter.put(NEW, "", KEY, LEAVE).name == "plan.pdf"  # type: ignore[attr-defined]
    assert made == ["/housing/", "/housing/C-2/"]


def test_a_weak_version_is_compared_and_never_sent(adapter: Any, server: FaultyServer) -> None:
    server.answer = by_method(PROPFIND=xml(file_at("/dav/C-1/plan.pdf", getetag='W/"v-1"')), PUT=Reply(status=204))
    adapter.put(DRAFT, 'W/"v-1"', KEY, LEAVE)
    assert ["if-match" in r.headers for r in server.requests if r.method == "PUT"] == [False]


def test_without_versions_the_time_of_the_change_tells(adapter: Any, server: FaultyServer) -> None:
    server.answer = by_method(
        PROPFIND=xml(file_at("/dav/C-1/plan.pdf", getetag="")), PUT=Reply(status=204), GET=Reply(body=b"other")
    )
    assert adapter.put(DRAFT, "Mon, 14 Sep 2026 09:00:00 GMT", KEY, LEAVE).version
    with pytest.raises(RemoteConflict):
        adapter.put(DRAFT, "Mon, 14 Sep 2026 08:00:00 GMT", KEY, LEAVE)


def test_a_change_to_what_is_gone_is_not_found(adapter: Any, server: FaultyServer) -> None:
    server.answer = by_method()
    with pytest.raises(NotFound):
        adapter.put(DRAFT, '"v-1"', KEY, LEAVE)


@pytest.mark.parametrize(
    ("status", "kind", "key"), [(423, NotReady, "webdav_files.locked"), (507, InvalidInput, "webdav_files.full")]
)
def test_statuses_of_webdav_have_errors_of_their_own(
    adapter: Any, server: FaultyServer, status: int, kind: type[DesktopError], key: str
) -> None:
    server.answer = by_method(PROPFIND=xml(RECORD), PUT=Reply(status=status))
    with pytest.raises(kind) as caught:
        adapter.put(DRAFT, '"v-1"', KEY, LEAVE)
    assert caught.value.key == key


def test_the_servers_own_words_are_passed_on(adapter: Any, server: FaultyServer) -> None:
    said = b'<d:error xmlns:d="DAV:" xmlns:s="http://sabredav.org/ns"><s:message>Quota is used up</s:message></d:error>'
    server.answer = by_method(PROPFIND=xml(RECORD), PUT=Reply(status=403, body=said, media="application/xml"))
    with pytest.raises(DesktopError, match="Quota is used up"):
        adapter.put(DRAFT, '"v-1"', KEY, LEAVE)


# ==== locks ====


def test_a_lock_goes_along_with_the_write_until_it_is_taken_off(adapter: Any, server: FaultyServer) -> None:
    locked = Reply(status=200, headers={"Lock-Token": "<urn:uuid:1>"})
    server.answer = by_method(PROPFIND=xml(RECORD), LOCK=locked, PUT=Reply(status=204), UNLOCK=Reply(status=204))
    assert adapter.lock(ID, KEY).locked
    adapter.put(DRAFT, '"v-1"', KEY, LEAVE)
    adapter.unlock(ID, KEY)
    adapter.put(DRAFT, '"v-1"', KEY, LEAVE)
    assert [r.headers.get("if") for r in server.requests if r.method == "PUT"] == ["(<urn:uuid:1>)", None]
    assert [r.headers["lock-token"] for r in server.requests if r.method == "UNLOCK"] == ["<urn:uuid:1>"]


@pytest.mark.parametrize("status", [405, 501])
def test_a_server_that_knows_no_locks_says_so_and_leaves_nothing_open(
    adapter: Any, server: FaultyServer, status: int
) -> None:
    server.answer = by_method(PROPFIND=xml(RECORD), LOCK=Reply(status=status))
    with pytest.raises(InvalidInput) as caught:
        adapter.lock(ID, KEY)
    assert caught.value.key == "webdav_files.no_locks"


def test_what_is_not_there_is_not_locked_into_being(adapter: Any, server: FaultyServer) -> None:
    server.answer = by_method()
    with pytest.raises(NotFound):
        adapter.lock(ID, KEY)
    assert "LOCK" not in [request.method for request in server.requests]


def test_a_lock_that_is_over_is_forgotten(adapter: Any, server: FaultyServer) -> None:
    locked = Reply(status=200, headers={"Lock-Token": "<urn:uuid:1>"})
    server.answer = by_method(PROPFIND=xml(RECORD), LOCK=locked, PUT=Reply(status=412), GET=Reply(body=b"same"))
    adapter.lock(ID, KEY)
    with pytest.raises(RemoteConflict):
        adapter.put(DRAFT, '"v-1"', KEY, LEAVE)
    with pytest.raises(InvalidInput):
        adapter.unlock(ID, KEY)


def test_a_lock_that_this_knit_has_not_is_not_taken_off(adapter: Any, server: FaultyServer) -> None:
    with pytest.raises(InvalidInput) as caught:
        adapter.unlock(ID, KEY)
    assert (caught.value.key, server.requests) == ("webdav_files.no_lock", [])


# ==== the connection test ====


def test_the_connection_test_says_what_the_server_can_do(adapter: Any, server: FaultyServer) -> None:
    folder = xml(file_at("/dav/", resourcetype={"collection": ""}))
    server.answer = by_method(PROPFIND=folder, OPTIONS=Reply(headers={"DAV": "1, 2"}))
    assert adapter.check().facts["locks"] == "yes"
    server.answer = by_method(PROPFIND=folder, OPTIONS=Reply(headers={"DAV": "1"}))
    assert adapter.check().warnings


def test_an_address_that_is_a_file_is_no_folder(adapter: Any, server: FaultyServer) -> None:
    server.answer = by_method(PROPFIND=xml(file_at("/dav")))
    with pytest.raises(NotFound):
        adapter.check()
