"""Where a council's endpoint is: by its service discovery, and only on hosts that the settings name."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from desktop.adapters.addresses import AllowList, parse_origin
from desktop.domain.errors import BadResponse, SetupFailed
from plugins.open311.discovery import find_endpoint, read_discovery
from tests.helpers.adapters import run_adapter
from tests.helpers.faulty_server import FaultyServer, Reply, Request, run_faulty_server
from tests.helpers.open311_server import as_json

V2 = "http://wiki.open311.org/GeoReport_v2"


@pytest.fixture
def server() -> Iterator[FaultyServer]:
    with run_faulty_server() as server:
        yield server


def an_endpoint(url: str, *, kind: str = "production", specification: str = V2) -> str:
    return (
        f"<endpoint><specification>{specification}</specification><url>{url}</url><changeset>2026-09-02</changeset>"
        f"<type>{kind}</type><formats><format>text/XML</format><format>application/json</format></formats></endpoint>"
    )


def as_xml(*endpoints: str) -> Reply:
    body = (
        f"<discovery><changeset>2026-09-01</changeset><contact>Ask digital@council.example</contact>"
        f"<key_service>Write to us</key_service><endpoints>{''.join(endpoints)}</endpoints></discovery>"
    )
    return Reply(body=body.encode(), media="text/xml")


def serve(server: FaultyServer, discovery: Reply) -> None:
    def answer(request: Request) -> Reply:
        if request.path == "/discovery.xml":
            return discovery
        known = {"/v2/services.json": as_json({"service_code": "POT"}), "/test/services.json": as_json()}
        known |= dict.fromkeys(("/v2/servicerequestupdates.json", "/test/servicerequestupdates.json"), as_json())
        return known.get(request.path, Reply(status=404))

    server.answer = answer


def settings(server: FaultyServer, **more: str) -> dict[str, str]:
    return {"format": "json", "discovery_url": f"{server.url}/discovery.xml", **more}


def test_the_production_endpoint_of_georeport_v2_is_taken_and_all_is_shown(server: FaultyServer) -> None:
    serve(server, as_xml(
        an_endpoint("https://v3.example", specification="http://wiki.open311.org/GeoReport_v3"),
        an_endpoint("https://draft.example", specification=f"{V2}.1_Draft"),
        an_endpoint(f"{server.url}/test", kind="test"),
        an_endpoint(f"{server.url}/v2/"),
    ))  # fmt: skip
    with run_adapter("open311", "", settings=settings(server)) as loaded:
        diagnosis = loaded.adapter.check()  # type: ignore[attr-defined]
    assert diagnosis.warnings == ()
    assert diagnosis.facts == {
        "endpoint": f"{server.url}/v2", "kind of endpoint": "production", "formats": "xml and json",
        "discovery changed": "2026-09-01", "endpoint changed": "2026-09-02", "contact": "Ask digital@council.example",
        "how to get a key": "Write to us", "services": "1", "takes notes and status changes": "yes",
    }  # fmt: skip


def test_the_test_endpoint_is_taken_where_the_settings_want_it(server: FaultyServer) -> None:
    serve(server, as_xml(an_endpoint(f"{server.url}/v2"), an_endpoint(f"{server.url}/test", kind="test")))
    with run_adapter("open311", "", settings=settings(server, use="test")) as loaded:
        diagnosis = loaded.adapter.check()  # type: ignore[attr-defined]
    assert (diagnosis.facts["kind of endpoint"], diagnosis.facts["services"]) == ("test", "0")
    assert diagnosis.warnings == ("It lists no services, so no case can be made.",)


def test_discovery_is_asked_once_for_many_questions(server: FaultyServer) -> None:
    serve(server, as_xml(an_endpoint(f"{server.url}/v2")))
    with run_adapter("open311", "", settings=settings(server)) as loaded:
        loaded.adapter.types()  # type: ignore[attr-defined]
        loaded.adapter.types()  # type: ignore[attr-defined]
    assert [request.path for request in server.requests].count("/discovery.xml") == 1


def test_an_endpoint_on_another_host_is_not_asked_until_it_is_entered(server: FaultyServer) -> None:
    serve(server, as_xml(an_endpoint("https://elsewhere.example/v2")))
    with (
        run_adapter("open311", "", settings=settings(server)) as loaded,
        pytest.raises(SetupFailed, match=r"leads to another host: https://elsewhere\.example/v2") as caught,
    ):
        loaded.adapter.types()  # type: ignore[attr-defined]
    assert (caught.value.key, "enter it" in caught.value.hint) == ("open311.host", True)
    assert [request.path for request in server.requests] == ["/discovery.xml"]


def test_both_hosts_are_allowed_once_both_are_in_the_settings(server: FaultyServer) -> None:
    with run_faulty_server() as other:
        serve(server, as_xml(an_endpoint(f"{other.url}/v2")))
        other.answer = lambda _request: as_json({"service_code": "POT"})
        with run_adapter("open311", f"{other.url}/v2", settings=settings(server)) as loaded:
            diagnosis = loaded.adapter.check()  # type: ignore[attr-defined]
    assert (diagnosis.facts["services"], diagnosis.warnings) == ("1", ())


def test_an_address_that_discovery_no_longer_names_is_warned_of_and_still_used(server: FaultyServer) -> None:
    serve(server, as_xml(an_endpoint(f"{server.url}/v3")))
    with run_adapter("open311", f"{server.url}/v2", settings=settings(server)) as loaded:
        diagnosis = loaded.adapter.check()  # type: ignore[attr-defined]
    assert diagnosis.facts["services"] == "1"
    assert diagnosis.warnings == (f"The settings ask {server.url}/v2; service discovery names {server.url}/v3.",)


@pytest.mark.parametrize("endpoints", [(), (an_endpoint("https://x.example", kind="test"),)])
def test_discovery_without_such_an_endpoint_says_what_to_do(server: FaultyServer, endpoints: tuple[str, ...]) -> None:
    serve(server, as_xml(*endpoints))
    with run_adapter("open311", "", settings=settings(server)) as loaded, pytest.raises(SetupFailed) as caught:
        loaded.adapter.types()  # type: ignore[attr-defined]
    assert caught.value.key == "open311.discovery"


@pytest.mark.parametrize("body", [b"<html></html>", b"[]", b"{}", b"<services/>", b""])
def test_what_is_no_discovery_is_a_bad_response(server: FaultyServer, body: bytes) -> None:
    serve(server, Reply(body=body))
    with run_adapter("open311", "", settings=settings(server)) as loaded, pytest.raises(BadResponse):
        loaded.adapter.types()  # type: ignore[attr-defined]


def test_discovery_in_json_is_read_like_its_xml() -> None:
    tree = {
        "changeset": "2026", "contact": None, "endpoints": [
            {"specification": f"{V2}/", "url": "https://a.example/v2/", "type": "Production", "formats": ["text/xml"]},
            {"specification": V2, "url": ""},
        ],
    }  # fmt: skip
    found = read_discovery(json.loads(json.dumps(tree)), component="Waste")
    endpoint = find_endpoint(found, "production")
    assert endpoint is not None
    assert (endpoint.url, endpoint.formats, len(found.endpoints)) == ("https://a.example/v2", ("xml",), 1)


def test_without_any_address_or_inbox_it_says_so() -> None:
    with pytest.raises(SetupFailed) as caught, run_adapter("open311", ""):
        pass
    assert caught.value.key == "open311.address"


def test_every_address_of_the_settings_is_allowed_and_nothing_else_is() -> None:
    allowed = AllowList.build(hosts=[], addresses=["https://a.example/v2", "https://b.example:8443/d.xml", ""], component="x")  # fmt: skip
    origins = {url: allowed.allows(parse_origin(url, component="x")) for url in (
        "https://a.example/x", "https://b.example:8443/", "https://b.example/", "https://c.example/",
    )}  # fmt: skip
    assert list(origins.values()) == [True, True, False, False]
