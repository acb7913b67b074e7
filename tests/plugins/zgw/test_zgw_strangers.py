"""ZGW servers that differ from ours: behind a proxy, with a bad record among good ones, with links that lead round."""

from __future__ import annotations

import json
import logging
from typing import Any
from urllib.parse import urlsplit

import pytest

from desktop.domain.errors import BadResponse, NotFound
from desktop.domain.ids import OutsideId
from tests.helpers.conformance_drivers import KEY
from tests.helpers.faulty_server import Answerer, FaultyServer, Reply, Request
from tests.helpers.zgw_server import ZgwServer


def rewrite(answer: Answerer, inside: str, outside: str) -> Answerer:
    """A proxy in front of a server: addresses in questions and answers are those of the inside."""

    def answer_as_inside(request: Request) -> Reply:
        query = {name: [value.replace(inside, outside) for value in values] for name, values in request.query.items()}
        body = request.body.replace(inside.encode(), outside.encode())
        reply = answer(Request(request.method, request.path, query, request.headers, body))
        text = reply.body.replace(outside.encode(), inside.encode())
        return Reply(status=reply.status, body=text, media=reply.media, headers=reply.headers)

    return answer_as_inside


@pytest.mark.parametrize("inside", ["https://127.0.0.1:{port}", "http://127.0.0.1", "https://127.0.0.1"])
@pytest.mark.parametrize("offers_expand", [True, False])
def test_a_server_that_knows_itself_by_another_scheme_or_port_is_followed_the_way_that_was_set(
    adapter: Any, zgw: ZgwServer, server: FaultyServer, inside: str, offers_expand: bool
) -> None:
    zgw.offers_expand = offers_expand
    zaak = zgw.add_zaak()
    server.answer = rewrite(zgw.answer, inside.format(port=server.port), server.url)
    adapter.team.assign(zaak["uuid"], "s-17", KEY)
    (case,) = adapter.cases.changed().items
    assert (case.service_code, case.service_name, case.assignee) == ("MELDING", "Melding", "s-17")
    assert {urlsplit(request.path).netloc for request in server.requests} == {""}


def test_a_case_without_a_date_is_left_out_by_name_and_the_others_come(
    adapter: Any, zgw: ZgwServer, caplog: pytest.LogCaptureFixture
) -> None:
    good = [zgw.add_zaak(), zgw.add_zaak()]
    bad = zgw.add_zaak(registratiedatum=None, startdatum=None)
    good.append(zgw.add_zaak())
    with caplog.at_level(logging.WARNING):
        page = adapter.cases.changed()
    assert [case.outside_id for case in page.items] == [zaak["uuid"] for zaak in good]
    assert [json.loads(raw)["uuid"] for raw in page.raws] == [zaak["uuid"] for zaak in good]
    assert bad["uuid"] in caplog.text
    assert any(bad["uuid"] in warning for warning in adapter.check().warnings)
    zgw.faults.clear()  # the contract wants a date, which is the point


def test_a_list_without_one_sound_case_is_no_list_of_cases(adapter: Any, zgw: ZgwServer) -> None:
    zgw.add_zaak(registratiedatum=None, startdatum=None)
    with pytest.raises(BadResponse):
        adapter.cases.changed()
    zgw.faults.clear()


def test_a_status_without_a_date_is_left_out_by_name(
    adapter: Any, zgw: ZgwServer, caplog: pytest.LogCaptureFixture
) -> None:
    zaak = zgw.add_zaak()
    status = zgw.add("zaken", "statussen", zaak=zaak["url"], statustype=None, datumStatusGezet=None)
    with caplog.at_level(logging.WARNING):
        assert adapter.cases.events().items == ()
    assert status["uuid"] in caplog.text
    zgw.faults.clear()


def test_documents_of_a_server_that_gives_them_in_pages_all_come(
    adapter: Any, zgw: ZgwServer, server: FaultyServer
) -> None:
    zaak = zgw.add_zaak()
    papers = [
        zgw.add("documenten", "enkelvoudiginformatieobjecten", titel=f"Letter {n}", versie=1, bestandsnaam="")
        for n in range(3)
    ]
    for paper in papers:
        zgw.add("zaken", "zaakinformatieobjecten", zaak=zaak["url"], informatieobject=paper["url"])
    plain = server.answer

    def answer(request: Request) -> Reply:
        reply = plain(request)
        if not request.path.endswith("/zaakinformatieobjecten"):
            return reply
        rows, number = json.loads(reply.body), int(request.query.get("page", ["1"])[0])
        following = f"{server.url}{request.path}?page={number + 1}&zaak={zaak['url']}" if number < len(rows) else None
        tree = {"count": len(rows), "next": following, "previous": None, "results": rows[number - 1 : number]}
        return Reply(body=json.dumps(tree).encode())

    server.answer = answer
    found = adapter.documents.list(OutsideId(zaak["uuid"]))
    assert [document.name for document in found] == ["Letter 0", "Letter 1", "Letter 2"]
    zgw.faults.clear()  # the contract has them in one piece


def test_a_page_of_an_error_that_says_the_address_back_does_not_end_the_asking_for_what_belongs_along(
    adapter: Any, zgw: ZgwServer, server: FaultyServer
) -> None:
    def answer(request: Request) -> Reply:
        said = "&".join(f"{name}={value[0]}" for name, value in request.query.items())
        return Reply(status=404, body=f"<h1>Not found</h1>{request.path}?{said}".encode(), media="text/html")

    zaak, plain = zgw.add_zaak(), server.answer
    server.answer = answer
    with pytest.raises(NotFound):
        adapter.cases.get(OutsideId("00000000-0000-4000-8000-999999999999"))
    server.answer = plain
    adapter.cases.get(OutsideId(zaak["uuid"]))
    assert "expand" in server.requests[-1].query


def test_a_catalogue_whose_pages_lead_round_ends_with_an_error(
    adapter: Any, zgw: ZgwServer, server: FaultyServer
) -> None:
    plain, there = server.answer, {"a": "b", "b": "a"}

    def answer(request: Request) -> Reply:
        reply = plain(request)
        if not request.path.endswith("/statustypen"):
            return reply
        tree = json.loads(reply.body)
        leads = there.get(request.query.get("cursor", [""])[0], "a")
        return Reply(body=json.dumps({**tree, "next": f"{server.url}{request.path}?cursor={leads}"}).encode())

    server.answer = answer
    with pytest.raises(BadResponse):
        adapter.cases.types()
    asked = [request for request in server.requests if request.path.endswith("/statustypen")]
    assert len(asked) < 10
    zgw.faults.clear()  # the contract pages by number
