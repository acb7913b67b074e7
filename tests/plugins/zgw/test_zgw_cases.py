"""Cases of a ZGW server: what is read, made and changed, each request held to the official contract."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from desktop.domain.cases import CaseDraft, Datatype, EventDraft, Phase
from desktop.domain.errors import (
    InvalidInput,
    OutcomeUnknown,
    RemoteConflict,
)
from desktop.domain.ids import OutsideId, Uprn
from desktop.domain.people import Person
from desktop.domain.places import Place, Point
from tests.helpers.adapters import run_adapter
from tests.helpers.conformance_drivers import KEY, SINCE
from tests.helpers.faulty_server import FaultyServer, Reply, Request
from tests.helpers.service_desk import COLLEAGUE, TEAM_CASES, make_template, open_service_desk
from tests.helpers.zgw_server import RSIN, ZgwServer

SETTINGS = {"client_id": "knit-desk", "rsin": RSIN}
DRAFT = CaseDraft(
    service_code="MELDING", title="Pothole", description="Deep one", answers={"kleur": ("red",)},
    place=Place(uprn=Uprn("10001"), address="1 High Street", point=Point(lat=51.5, lon=-1.25)),
    reporter=Person(given="Cynthia", family="O'Neill", email="c@example.org", phone="01632 960001"),
)  # fmt: skip


def id_of(zaak: dict[str, Any]) -> OutsideId:
    return OutsideId(zaak["uuid"])


def count(server: FaultyServer, method: str, word: str = "") -> int:
    return sum(request.method == method and word in request.path for request in server.requests)


# ==== types ====


def test_types_have_their_statuses_results_and_questions(adapter: Any, zgw: ZgwServer) -> None:
    kind = adapter.cases.types()[0]
    assert (kind.code, kind.name, kind.keywords) == ("MELDING", "Melding", ("street",))
    assert kind.statuses == ("Ontvangen", "In behandeling", "Afgehandeld: Afgewezen", "Afgehandeld: Toegekend")
    question = kind.questions[0]
    assert (question.code, question.datatype, [c.key for c in question.choices]) == (
        "kleur",
        Datatype.SINGLE,
        ["red", "blue"],
    )


def test_only_the_version_of_a_type_that_holds_today_is_offered(adapter: Any, zgw: ZgwServer) -> None:
    zgw.add("catalogi", "zaaktypen", identificatie="MELDING", omschrijving="Old", concept=False,
            beginGeldigheid="2025-01-01", eindeGeldigheid="2025-12-31")  # fmt: skip
    zgw.add(
        "catalogi",
        "zaaktypen",
        identificatie="LATER",
        omschrijving="Later",
        concept=False,
        beginGeldigheid="2027-01-01",
    )
    zgw.add(
        "catalogi", "zaaktypen", identificatie="DRAFT", omschrijving="Draft", concept=True, beginGeldigheid="2026-01-01"
    )
    assert [(kind.code, kind.name) for kind in adapter.cases.types()] == [("MELDING", "Melding")]


def test_lists_of_a_catalogue_are_read_to_their_last_page(adapter: Any, zgw: ZgwServer) -> None:
    zgw.page = 1
    assert len(adapter.cases.types()[0].statuses) == 4


# ==== reading ====


@pytest.mark.parametrize("offers_expand", [True, False])
def test_a_case_is_read_with_all_that_it_refers_to(adapter: Any, zgw: ZgwServer, offers_expand: bool) -> None:
    zgw.offers_expand = offers_expand
    zaak = zgw.add_zaak(zaakgeometrie={"type": "Point", "coordinates": [-1.25, 51.5]})
    id = id_of(zaak)
    adapter.cases.add_event(id, EventDraft(text="Seen", status="In behandeling"), KEY)
    adapter.team.assign(id, "s-17", KEY)
    case = adapter.cases.get(id)
    assert (case.reference, case.service_code, case.service_name) == (zaak["identificatie"], "MELDING", "Melding")
    assert (case.status, case.phase, case.status_note) == ("In behandeling", Phase.IN_PROGRESS, "Seen")
    assert (case.assignee, case.place) == ("s-17", Place(point=Point(lat=51.5, lon=-1.25)))
    assert adapter.cases.changed().items == (case,)


def test_a_case_from_a_list_and_by_itself_is_the_same_version(adapter: Any, zgw: ZgwServer) -> None:
    id = id_of(zgw.add_zaak())
    version = adapter.cases.get(id).version
    assert adapter.cases.changed().items[0].version == version
    adapter.team.assign(id, "s-17", KEY)
    assert adapter.cases.get(id).version == version
    adapter.cases.update(id, {"title": "Deeper pothole"}, version, KEY)
    assert adapter.cases.get(id).version != version


@pytest.mark.parametrize(
    ("geometry", "point"),
    [
        ({"type": "Polygon", "coordinates": [[[0, 50], [2, 50], [2, 52], [0, 52]]]}, Point(lat=51, lon=1)),
        ({"type": "GeometryCollection", "geometries": [{"type": "Point", "coordinates": [4.9, 52.3]}]}, Point(lat=52.3, lon=4.9)),
        ({"type": "MultiPoint", "coordinates": [[1, 50], [3, 52]]}, Point(lat=51, lon=2)),
    ],
)  # fmt: skip
def test_a_shape_has_its_middle(adapter: Any, zgw: ZgwServer, geometry: object, point: Point) -> None:
    zgw.add_zaak(zaakgeometrie=geometry)
    assert adapter.cases.changed().items[0].place == Place(point=point)


def test_changes_are_all_that_is_open_and_what_was_closed_since(adapter: Any, zgw: ZgwServer) -> None:
    zgw.page = 1
    ids = [id_of(zgw.add_zaak(einddatum=day)) for day in (None, "2026-08-01", None, "2026-09-05")]
    found, cursor = [], ""
    for _ in range(10):
        page = adapter.cases.changed(SINCE, cursor)
        found += [case.outside_id for case in page.items]
        cursor = page.cursor
        if not cursor:
            break
    assert found == [ids[0], ids[2], ids[3]]
    assert cursor == ""


def test_types_are_asked_for_once_and_then_by_their_etag(zgw: ZgwServer, server: FaultyServer) -> None:
    from tests.helpers.adapters import SetClock

    clock = SetClock()
    zgw.offers_expand = False
    id = id_of(zgw.add_zaak())
    with run_adapter("zgw", server.url, settings=SETTINGS, clock=clock) as loaded:
        cases = loaded.adapter.cases  # type: ignore[attr-defined]
        cases.get(id)
        cases.get(id)
        assert count(server, "GET", "zaaktypen") == 1
        clock.moment = clock.moment.replace(hour=11)
        etags: list[str] = []

        def answer(request: Request) -> Reply:
            if "zaaktypen" in request.path:
                etags.append(request.headers.get("if-none-match", ""))
                return Reply(status=304)
            return zgw.answer(request)

        server.answer = answer
        assert cases.get(id).service_name == "Melding"
    assert len(etags) == 1
    assert etags[0]


def test_a_relation_to_another_server_is_not_followed(adapter: Any, zgw: ZgwServer, server: FaultyServer) -> None:
    zgw.offers_expand = False
    id = id_of(
        zgw.add_zaak(
            zaaktype="https://elsewhere.example/catalogi/api/v1/zaaktypen/1", status="http://other.example/s/1"
        )
    )
    case = adapter.cases.get(id)
    assert (case.service_code, case.service_name, case.status) == ("1", "", "")


# ==== events ====


def test_statuses_and_notes_are_events(adapter: Any, zgw: ZgwServer) -> None:
    id = id_of(zgw.add_zaak())
    adapter.cases.add_event(id, EventDraft(text="Seen", status="In behandeling"), KEY)
    adapter.cases.add_event(id, EventDraft(text="Call back", author="Ann"), "k-2")
    first = adapter.cases.events(SINCE)
    second = adapter.cases.events(SINCE, first.cursor)
    assert [(e.case_id, e.text, e.status, e.phase) for e in first.items] == [
        (id, "Seen", "In behandeling", Phase.IN_PROGRESS)
    ]
    assert [(e.case_id, e.text, e.author) for e in second.items] == [(id, "Call back", "Ann")]
    assert second.cursor == ""


def test_a_server_without_notes_has_statuses_only(adapter: Any, zgw: ZgwServer) -> None:
    zgw.keeps_notes = False
    assert adapter.cases.events(SINCE, adapter.cases.events(SINCE).cursor).items == ()
    with pytest.raises(InvalidInput) as caught:
        adapter.cases.add_event(id_of(zgw.add_zaak()), EventDraft(text="Call back"), KEY)
    assert caught.value.key == "zgw.no_notes"


# ==== making ====


def test_a_case_is_made_with_status_answers_and_reporter(adapter: Any, zgw: ZgwServer) -> None:
    created = adapter.cases.create(DRAFT, KEY)
    assert created.notice == ""
    case = adapter.cases.get(created.outside_id)
    assert (case.title, case.status, case.phase) == ("Pothole", "Ontvangen", Phase.NEW)
    assert case.description == "Deep one\n\n1 High Street (UPRN 10001)"
    assert case.reporter == Person(given="Cynthia", family="O'Neill", email="c@example.org", phone="01632 960001")
    properties = zgw.find("zaken", f"zaken/{created.outside_id}/zaakeigenschappen")
    assert [row["waarde"] for row in properties] == ["red"]


def test_a_case_that_was_made_is_found_by_its_key(adapter: Any, zgw: ZgwServer, server: FaultyServer) -> None:
    assert adapter.cases.find_created(DRAFT, KEY, SINCE) is None

    def answer(request: Request) -> Reply:
        reply = zgw.answer(request)
        return Reply(drop=True) if request.method == "POST" else reply

    server.answer = answer
    with pytest.raises(OutcomeUnknown):
        adapter.cases.create(DRAFT, KEY)
    found = adapter.cases.find_created(DRAFT, KEY, SINCE)
    assert found == id_of(zgw.find("zaken", "zaken")[0])
    assert adapter.cases.find_created(DRAFT, "another-key", SINCE) is None


def test_what_cannot_be_added_to_a_new_case_is_said(adapter: Any, zgw: ZgwServer, server: FaultyServer) -> None:
    def answer(request: Request) -> Reply:
        refused = request.method == "POST" and request.path.endswith(("statussen", "zaakeigenschappen"))
        return Reply(status=403) if refused else zgw.answer(request)

    server.answer = answer
    created = adapter.cases.create(DRAFT, KEY)
    assert created.outside_id
    assert created.notice == "The case was made. Add there by hand: its first status, “kleur”."


@pytest.mark.parametrize(
    ("draft", "field"),
    [(replace(DRAFT, service_code="NOPE"), "service_code"), (replace(DRAFT, answers={"size": ("1",)}), "size")],
)
def test_a_draft_that_does_not_fit_its_type_makes_nothing(
    adapter: Any, zgw: ZgwServer, server: FaultyServer, draft: CaseDraft, field: str
) -> None:
    with pytest.raises(InvalidInput) as caught:
        adapter.cases.create(draft, KEY)
    assert (caught.value.field, count(server, "POST")) == (field, 0)


# ==== changing ====


def test_a_case_ends_with_a_result(adapter: Any, zgw: ZgwServer) -> None:
    id = id_of(zgw.add_zaak())
    case = adapter.cases.update(id, {"status": "Afgehandeld: Toegekend", "status_note": "Done"}, "", KEY)
    assert (case.status, case.phase, case.status_note) == ("Afgehandeld: Toegekend", Phase.CLOSED, "Done")
    case = adapter.cases.update(id, {"status": "Afgehandeld: Afgewezen"}, case.version, "k-2")
    assert case.status == "Afgehandeld: Afgewezen"
    assert len(zgw.find("zaken", "resultaten")) == 1


def test_a_change_is_found_again_in_the_audit_trail(adapter: Any, zgw: ZgwServer) -> None:
    id = id_of(zgw.add_zaak())
    assert adapter.cases.find_event(id, KEY, SINCE) is None
    adapter.cases.update(id, {"title": "Deeper", "status": "In behandeling"}, "", KEY)
    assert adapter.cases.find_event(id, KEY, SINCE) == zgw.find("zaken", "statussen")[0]["uuid"]
    adapter.cases.update(id, {"title": "Deepest"}, "", "k-2")
    assert adapter.cases.find_event(id, "k-2", SINCE) == id
    made = adapter.cases.add_event(id, EventDraft(text="Call back"), "k-3")
    assert adapter.cases.find_event(id, "k-3", SINCE) == made.outside_id


def test_without_the_audit_trail_nobody_can_tell(adapter: Any, zgw: ZgwServer) -> None:
    zgw.shows_audit = False
    with pytest.raises(OutcomeUnknown) as caught:
        adapter.cases.find_event(id_of(zgw.add_zaak()), KEY, SINCE)
    assert caught.value.key == "zgw.audit"


def test_a_case_that_changed_is_not_overwritten(adapter: Any, zgw: ZgwServer, server: FaultyServer) -> None:
    zaak = zgw.add_zaak()
    version = adapter.cases.get(id_of(zaak)).version
    zaak["toelichting"] = "Somebody was quicker"
    with pytest.raises(RemoteConflict):
        adapter.cases.update(id_of(zaak), {"description": "Mine"}, version, KEY)
    assert count(server, "PATCH") == 0


@pytest.mark.parametrize(("changes", "field"), [({"status": "Nope"}, "status"), ({"colour": "red"}, "colour")])
def test_what_cannot_be_changed_changes_nothing(
    adapter: Any, zgw: ZgwServer, server: FaultyServer, changes: dict[str, str], field: str
) -> None:
    with pytest.raises(InvalidInput) as caught:
        adapter.cases.update(id_of(zgw.add_zaak()), changes, "", KEY)
    assert caught.value.field == field
    assert count(server, "PATCH") + count(server, "POST") == 0


def test_a_change_that_cannot_be_read_back_was_taken(adapter: Any, zgw: ZgwServer, server: FaultyServer) -> None:
    id = id_of(zgw.add_zaak())
    server.answer = lambda r: Reply(status=403) if "expand" in r.query else zgw.answer(r)
    assert adapter.cases.update(id, {"title": "Deeper"}, "", KEY) is None
    assert zgw.find("zaken", "zaken")[0]["omschrijving"] == "Deeper"


def test_a_handler_chosen_on_the_desk_is_told_to_the_server_and_read_back(
    adapter: Any, zgw: ZgwServer, tmp_path: Path
) -> None:
    id = id_of(zgw.add_zaak())
    make_template(tmp_path / "empty")
    with open_service_desk(tmp_path / "empty", tmp_path / "store") as town:
        (key,) = town.put_cases(adapter.cases.get(id), component=TEAM_CASES)
        town.desk.cases.assign(key, COLLEAGUE.staff_id)
        assert town.push(adapter, TEAM_CASES) is None
        assert adapter.cases.get(id).assignee == COLLEAGUE.staff_id
        row = town.desk.cases.get(key).row
        assert (row.assignee, row.pending) == (COLLEAGUE.staff_id, False)
        town.desk.cases.assign(key, None)
        assert town.push(adapter, TEAM_CASES) is None
        assert adapter.cases.get(id).assignee == ""
