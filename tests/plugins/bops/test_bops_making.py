"""Applications are submitted by the digital planning schema, found again by their key, and never changed."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from desktop.domain.cases import CaseDraft, EventDraft
from desktop.domain.documents import DocumentDraft
from desktop.domain.errors import DesktopError, Forbidden, InvalidInput, NotReady, OutcomeUnknown
from desktop.domain.ids import OutsideId
from desktop.domain.people import Person
from desktop.domain.places import Place, Point
from tests.helpers.adapters import SECRET, SetClock, run_adapter
from tests.helpers.bops_contract import find_schema_faults, find_submission_faults
from tests.helpers.conformance_drivers import KEY, LEAVE
from tests.helpers.contracts import needs_specs
from tests.helpers.faulty_server import FaultyServer, Reply, Request
from tests.plugins.bops.driver import DRAFT, SETTINGS
from tests.plugins.bops.server import BopsServer, refuse

NOW = datetime(2026, 9, 14, 9, tzinfo=UTC)
SITE = DRAFT.place or Place()
CYNTHIA = DRAFT.reporter or Person()


def answer(**changes: tuple[str, ...]) -> CaseDraft:
    return replace(DRAFT, answers={**DRAFT.answers, **changes})


# ==== types ====


def test_only_types_that_can_be_made_are_offered(cases: Any, public: Any, bops: BopsServer) -> None:
    types = {kind.code: kind for kind in cases.types()}
    assert {code: kind.name for code, kind in types.items()} == {
        "pp.full.householder": "Planning Permission - Full householder",
        "ldc.proposed": "Lawful Development Certificate - Proposed use",
    }
    assert [question.code for question in types["ldc.proposed"].questions] == [
        "PROJECT", "PROPERTY", "APPLICANT", "ROLE", "CONNECTION", "ACCURATE", "FEE",
    ]  # fmt: skip
    assert all(kind.statuses == () for kind in types.values())
    assert public.types() == ()


# ==== submissions ====


def test_a_submission_says_all_that_was_asked(cases: Any, bops: BopsServer) -> None:
    made = cases.create(DRAFT, KEY)
    ((request, tree),) = bops.submitted
    assert (made.outside_id, request.query) == ("26-00001-HAPP", {"send_email": ["true"]})
    data = tree["data"]
    assert data["proposal"]["projectType"][0] == {
        "value": "extend.rear", "description": "Add a rear or side extension (or conservatory)",
    }  # fmt: skip
    assert data["property"]["address"]["source"] == "Ordnance Survey"
    assert data["property"]["address"]["uprn"] == "000990048127"
    assert (data["property"]["address"]["x"], data["property"]["address"]["y"]) == (384726.87, 385815.87)
    assert data["application"]["fee"]["payable"] == 258
    assert tree["metadata"] == {
        "id": KEY, "organisation": "CTN", "source": "Any", "submittedAt": "2026-09-14T09:00:00.000Z",
        "schema": "https://theopensystemslab.github.io/digital-planning-data-schemas/v0.7.7/schemas/application.json",
    }  # fmt: skip


def test_what_was_submitted_is_read_back_as_it_was_written(cases: Any, bops: BopsServer) -> None:
    read = cases.submission(cases.create(DRAFT, KEY).outside_id)
    assert read == replace(
        DRAFT,
        title=DRAFT.description,
        reporter=replace(CYNTHIA, outside_id=OutsideId("cynthia@example.org")),
        answers={**DRAFT.answers, "ROLE": ("applicant",)},
    )


VARIANTS: list[CaseDraft] = [
    DRAFT,
    replace(DRAFT, service_code="wtt.consent", answers={**DRAFT.answers, "FEE": ()}),
    replace(DRAFT, place=Place(point=Point(lat=53.37, lon=-2.23))),
    replace(DRAFT, place=replace(SITE, usrn="", address="Weir House, 2, WEIR ROAD, CITYTOWN, CY4 2LT")),
    replace(DRAFT, place=replace(SITE, address="Allotments")),
    answer(APPLICANT=("company",), ROLE=("proxy",), CONNECTION=("electedMember",)),
    replace(
        DRAFT,
        reporter=Person(
            family="Okafor", email="c@example.org",
            home=Place(address="9 Weir Road, Citytown, CY1 1AA", postcode="CY1 1AA"),
        ),
    ),
]  # fmt: skip


@needs_specs
@pytest.mark.parametrize("draft", VARIANTS, ids=range(len(VARIANTS)))
def test_every_submission_fits_the_schema_of_bops_and_the_planning_schema_itself(
    cases: Any, bops: BopsServer, draft: CaseDraft
) -> None:
    cases.create(draft, "a key that is no uuid")
    ((_, tree),) = bops.submitted
    assert find_schema_faults("Submission", tree) == []
    assert find_submission_faults(tree) == []


@needs_specs
@pytest.mark.parametrize(
    "break_it",
    [
        lambda tree: tree["data"]["application"]["type"].update(description="Householder"),
        lambda tree: tree["data"]["property"].update(region="Wales"),
        lambda tree: tree["data"]["applicant"].pop("email"),
        lambda tree: tree["metadata"].update(id="7"),
        lambda tree: tree.update(note="x"),
    ],
)
def test_a_submission_that_breaks_the_schema_is_found(
    cases: Any, bops: BopsServer, break_it: Callable[[Any], object]
) -> None:
    cases.create(DRAFT, KEY)
    ((_, tree),) = bops.submitted
    break_it(tree)
    assert find_schema_faults("Submission", tree) != []
    assert find_submission_faults(tree) != []


@pytest.mark.parametrize(
    ("draft", "field"),
    [
        (replace(DRAFT, service_code="nowhere.else"), "service_code"),
        (replace(DRAFT, place=None), "place"),
        (replace(DRAFT, place=Place(point=Point(lat=40.0, lon=-74.0))), "place"),
        (replace(DRAFT, reporter=None), "reporter"),
        (replace(DRAFT, reporter=replace(CYNTHIA, email="")), "reporter"),
        (replace(DRAFT, title="", description=" "), "description"),
        (answer(PROJECT=()), "PROJECT"),
        (answer(PROJECT=("extend.rear", "castle")), "PROJECT"),
        (answer(PROPERTY=("castle",)), "PROPERTY"),
        (answer(ACCURATE=()), "ACCURATE"),
        (answer(FEE=("a lot",)), "FEE"),
        (answer(FEE=("-3",)), "FEE"),
        (answer(FEE=("258.505",)), "FEE"),
        (answer(FEE=("1e2",)), "FEE"),
    ],
)
def test_what_is_missing_is_said_beside_its_field_before_anything_is_sent(
    cases: Any, bops: BopsServer, server: FaultyServer, draft: CaseDraft, field: str
) -> None:
    with pytest.raises(InvalidInput) as caught:
        cases.create(draft, KEY)
    assert caught.value.field == field
    assert server.requests == []


def test_nothing_is_made_without_a_key_or_without_the_councils_code(public: Any, server: FaultyServer) -> None:
    with pytest.raises(InvalidInput):
        public.create(DRAFT, KEY)
    with run_adapter("bops", server.url, settings={**SETTINGS, "organisation": ""}) as loaded:
        adapter: Any = loaded.adapter
        with pytest.raises(InvalidInput):
            adapter.cases.create(DRAFT, KEY)
    assert server.requests == []


def test_whether_bops_writes_to_the_applicant_is_set(server: FaultyServer, bops: BopsServer) -> None:
    with run_adapter("bops", server.url, settings={**SETTINGS, "send_email": "no"}) as loaded:
        adapter: Any = loaded.adapter
        adapter.cases.create(DRAFT, KEY)
    assert bops.submitted[0][0].query == {"send_email": ["false"]}


# ==== refusals ====


def test_a_refusal_says_what_is_wrong_and_nothing_of_the_applicant(
    cases: Any, bops: BopsServer, server: FaultyServer, caplog: pytest.LogCaptureFixture
) -> None:
    detail = (
        "The property '#/data/applicant/email' value \"cynthia@example.org\" did not match, "
        "nor OKAFOR of 14 Tanner Street, Citytown, CY4 2LT, 07700 900416"
    )
    server.answer = lambda _request: refuse(400, "Bad Request", detail)
    with caplog.at_level(logging.DEBUG), pytest.raises(InvalidInput) as caught:
        cases.create(DRAFT, KEY)
    said = f"{caught.value} {caught.value.hint} {caplog.text}".lower()
    assert caught.value.field == "reporter"
    assert "#/data/applicant/email" in said
    for private in ("cynthia", "okafor", "tanner", "cy4 2lt", "900416"):
        assert private not in said


def test_a_refusal_says_back_no_part_of_what_was_sent_of_the_applicant_and_the_site(
    cases: Any, bops: BopsServer, server: FaultyServer
) -> None:
    private: list[str] = []

    def say_back(request: Request) -> Reply:
        sent = json.loads(request.body)["data"]
        parts = {**sent["applicant"]["name"], **sent["applicant"]["address"], **sent["property"]["address"]}
        private.extend(str(value) for name, value in parts.items() if name not in {"source", "sameAsSiteAddress"})
        return refuse(422, "Unprocessable Entity", "; ".join(f"{value} is bad" for value in private))

    server.answer = say_back
    with pytest.raises(InvalidInput) as caught:
        cases.create(replace(DRAFT, reporter=replace(CYNTHIA, given="Jo")), KEY)
    assert {"Jo", "Okafor"} < set(private)
    assert caught.value.hint.startswith("… is bad; … is bad")
    assert [text for text in private if text in caught.value.hint] == []


def test_a_document_that_was_moved_to_another_server_is_not_followed(server: FaultyServer) -> None:
    server.answer = lambda _request: Reply(status=302, headers={"Location": "https://uploads.example/plan?sig=1"})
    with run_adapter("bops", server.url) as loaded:
        adapter: Any = loaded.adapter
        with pytest.raises(InvalidInput) as caught:
            adapter.documents.get(OutsideId(f"{server.url}/documents/1"))
    assert caught.value.key == "bops.not_offered"


@pytest.mark.parametrize("reference", ["", ".", ".."])
def test_what_is_no_reference_leads_nowhere(cases: Any, public: Any, server: FaultyServer, reference: str) -> None:
    for ask in (cases.get, public.get, cases.submission):
        with pytest.raises(InvalidInput) as caught:
            ask(OutsideId(reference))
        assert caught.value.key == "bops.reference"
    assert server.requests == []


def test_a_council_that_takes_no_submissions_says_so(cases: Any, bops: BopsServer, server: FaultyServer) -> None:
    server.answer = lambda _request: refuse(403, "Forbidden", "Not permitted in production")
    with pytest.raises(Forbidden) as caught:
        cases.create(DRAFT, KEY)
    assert caught.value.hint == "Not permitted in production"


@pytest.mark.parametrize("reply", [Reply(drop=True), Reply(body=b'{"message": "created"}'), Reply(status=502)])
def test_a_submission_whose_answer_says_nothing_is_unknown_and_sent_once(
    cases: Any, bops: BopsServer, server: FaultyServer, reply: Reply
) -> None:
    server.answer = lambda _request: reply
    with pytest.raises(OutcomeUnknown):
        cases.create(DRAFT, KEY)
    assert len(server.requests) == 1


# ==== read back ====


@pytest.mark.parametrize("shows", [True, False])
@pytest.mark.parametrize("key", [KEY, "op 7"])
def test_an_application_is_found_by_its_key(cases: Any, bops: BopsServer, key: str, shows: bool) -> None:
    bops.shows_sessions = shows
    bops.add("26-00090-HAPP", received="2026-09-14T08:00:00+01:00")
    made = [cases.create(DRAFT, one).outside_id for one in ("op 6", key, "op 8")]
    assert cases.find_created(DRAFT, key, NOW) == made[1]


def test_only_what_was_received_since_the_day_before_is_looked_at(
    cases: Any, bops: BopsServer, server: FaultyServer
) -> None:
    cases.create(DRAFT, KEY)
    cases.find_created(DRAFT, KEY, NOW)
    assert server.requests[-1].query["receivedAtFrom"] == ["2026-09-13"]


def test_an_application_that_is_not_listed_yet_is_waited_for(server: FaultyServer, bops: BopsServer) -> None:
    clock = SetClock()
    with run_adapter("bops", server.url, settings=SETTINGS, clock=clock) as loaded:
        adapter: Any = loaded.adapter
        with pytest.raises(NotReady):
            adapter.cases.find_created(DRAFT, KEY, clock.moment)
        since = clock.moment
        clock.moment += timedelta(minutes=11)
        assert adapter.cases.find_created(DRAFT, KEY, since) is None


# ==== what the API has no call for ====


@pytest.mark.parametrize(
    "call",
    [
        lambda a: a.cases.update(OutsideId("26-1"), {"status": "determined"}, "", KEY),
        lambda a: a.cases.add_event(OutsideId("26-1"), EventDraft(text="Seen"), KEY),
        lambda a: a.cases.add_event(OutsideId("26-1"), EventDraft(text="", status="closed"), KEY),
        lambda a: a.documents.put(
            DocumentDraft(case_id=OutsideId("26-1"), name="x", media="text/plain", body=b"x"), "", KEY, LEAVE
        ),
    ],
)
def test_what_the_api_has_no_call_for_is_refused_with_a_sentence(
    server: FaultyServer, call: Callable[[Any], object]
) -> None:
    with run_adapter("bops", server.url) as loaded:
        with pytest.raises(InvalidInput) as caught:
            call(loaded.adapter)
        adapter: Any = loaded.adapter
        assert adapter.cases.find_event(OutsideId("26-1"), KEY, NOW) is None
    assert (caught.value.key, "BOPS" in caught.value.hint) == ("bops.not_offered", True)
    assert server.requests == []


# ==== documents ====


def test_a_document_of_the_same_server_is_fetched_with_the_key(server: FaultyServer) -> None:
    server.answer = lambda _request: Reply(body=b"%PDF-", media="application/pdf")
    with run_adapter("bops", f"{server.url}/api/v2") as loaded:
        adapter: Any = loaded.adapter
        content = adapter.documents.get(
            OutsideId(f"{server.url}/api/v1/planning_applications/41/documents/plan%201.pdf")
        )
    assert (content.body, content.document.name) == (b"%PDF-", "plan 1.pdf")
    assert (content.document.media, content.document.size) == ("application/pdf", 5)
    assert server.requests[0].headers["authorization"] == f"Bearer {SECRET}"


@pytest.mark.parametrize("url", ["https://elsewhere.example/plan.pdf", "http://[", "plan.pdf", ""])
def test_a_document_elsewhere_is_not_asked_for(server: FaultyServer, url: str) -> None:
    with run_adapter("bops", server.url) as loaded:
        adapter: Any = loaded.adapter
        with pytest.raises(DesktopError) as caught:
            adapter.documents.get(OutsideId(url))
    assert caught.value.key == "bops.not_offered"
    assert server.requests == []


@pytest.mark.parametrize("secrets", [{"api_key": SECRET}, {}])
def test_documents_are_listed_from_the_half_that_may_be_asked(server: FaultyServer, secrets: dict[str, str]) -> None:
    tree = {
        "files": [{"name": "a.pdf", "url": "https://x.example/a"}, {"name": "without an address"}],
        "decisionNotice": {"name": "notice.pdf", "url": "https://x.example/n"},
    }
    server.answer = lambda _request: Reply(body=json.dumps(tree).encode())
    with run_adapter("bops", server.url, secrets=secrets) as loaded:
        adapter: Any = loaded.adapter
        found = adapter.documents.list(OutsideId("26-1"))
    assert [document.name for document in found] == ["a.pdf", "notice.pdf"]
    assert found[1].description == "Decision notice"
    assert server.requests[0].path.startswith("/public/") == (not secrets)


def test_nothing_is_looked_for_where_nothing_can_be_made(public: Any, server: FaultyServer) -> None:
    assert public.find_created(DRAFT, KEY, NOW) is None
    assert server.requests == []


def test_a_submission_that_cannot_be_read_is_not_ours(server: FaultyServer, bops: BopsServer) -> None:
    bops.add("26-00090-HAPP", received="2026-09-14T08:00:00+01:00")
    gone = refuse(404, "Not found")
    server.answer = lambda r: gone if r.path.endswith("/submission") else bops.answer(r)
    clock = SetClock(NOW + timedelta(hours=1))
    with run_adapter("bops", server.url, settings=SETTINGS, clock=clock) as loaded:
        adapter: Any = loaded.adapter
        assert adapter.cases.find_created(DRAFT, KEY, NOW) is None
