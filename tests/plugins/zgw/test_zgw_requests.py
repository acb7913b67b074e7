"""Tokens, headers, problems and the connection test of a ZGW server."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from datetime import UTC, datetime
from typing import Any

import pytest

from desktop.domain.errors import AuthFailed, DesktopError, InvalidInput, NotFound, RemoteConflict, SetupFailed
from desktop.domain.ids import OutsideId
from tests.helpers.adapters import SECRET
from tests.helpers.conformance_drivers import KEY
from tests.helpers.contracts import needs_specs
from tests.helpers.faulty_server import FaultyServer, Reply, Request
from tests.helpers.zgw_contract import find_request_faults
from tests.helpers.zgw_server import RSIN, ZgwServer

# ==== tokens and headers ====


def test_each_request_is_signed_for_itself_and_names_the_application(
    adapter: Any, zgw: ZgwServer, server: FaultyServer
) -> None:
    adapter.cases.types()
    head, claims, seal = server.requests[0].headers["authorization"].removeprefix("Bearer ").split(".")
    read = json.loads(base64.urlsafe_b64decode(claims + "=="))
    assert read == {
        "iss": "knit-desk", "iat": int(datetime(2026, 9, 14, 9, tzinfo=UTC).timestamp()), "client_id": "knit-desk",
        "user_id": "knit", "user_representation": "Knit",
    }  # fmt: skip
    again = hmac.new(SECRET.encode(), f"{head}.{claims}".encode(), hashlib.sha256).digest()
    assert base64.urlsafe_b64decode(seal + "=") == again
    assert json.loads(base64.urlsafe_b64decode(head + "==")) == {"typ": "JWT", "alg": "HS256"}


def test_the_coordinate_system_is_said(adapter: Any, zgw: ZgwServer, server: FaultyServer) -> None:
    adapter.cases.changed()
    assert server.requests[0].headers["accept-crs"] == server.requests[0].headers["content-crs"] == "EPSG:4326"


@needs_specs
def test_a_request_that_does_not_fit_the_contract_is_found() -> None:
    headers = {"accept-crs": "EPSG:28992", "content-type": "application/json"}
    body = json.dumps({"bronorganisatie": RSIN, "zaaktype": "x", "omschrijvng": "typo"}).encode()
    wrong = Request("POST", "/zaken/api/v1/zaken", {"wat": ["1"]}, headers, body)
    found = " ".join(find_request_faults(wrong))
    for word in ("wat", "EPSG:28992", "Content-Crs is missing", "omschrijvng", "startdatum"):
        assert word in found
    assert find_request_faults(Request("GET", "/zaken/api/v1/zakken", {}, {}, b"")) != []


# ==== problems ====


@pytest.mark.parametrize(
    ("reply", "kind", "field"),
    [
        (ZgwServer.refuse(400, "invalid", "Invalid", ("omschrijving", "Too long")), InvalidInput, "title"),
        (ZgwServer.refuse(400, "invalid", "Invalid", ("zaakgeometrie.coordinates", "No")), InvalidInput, "place"),
        (ZgwServer.refuse(400, "invalid", "Invalid", ("nonFieldErrors", "No")), InvalidInput, ""),
        (ZgwServer.refuse(403, "permission_denied", "No scope"), DesktopError, ""),
        (ZgwServer.refuse(401, "not_authenticated", "Token too old"), AuthFailed, ""),
        (ZgwServer.refuse(404, "not_found", "Gone"), NotFound, ""),
        (ZgwServer.refuse(406, "not_acceptable", "CRS EPSG:4326 is not supported"), SetupFailed, ""),
        (ZgwServer.refuse(412, "precondition_failed", "Header Accept-Crs is missing: crs-missing"), SetupFailed, ""),
        (ZgwServer.refuse(412, "precondition_failed", "It changed"), RemoteConflict, ""),
    ],
)
def test_a_problem_becomes_its_error_beside_its_field(
    adapter: Any, zgw: ZgwServer, server: FaultyServer, reply: Reply, kind: type[DesktopError], field: str
) -> None:
    id = OutsideId(zgw.add_zaak()["uuid"])
    server.answer = lambda request: reply if request.method == "PATCH" else zgw.answer(request)
    with pytest.raises(kind) as caught:
        adapter.cases.update(id, {"title": "x"}, "", KEY)
    assert getattr(caught.value, "field", "") == field


# ==== the connection test ====


def test_the_connection_test_says_what_there_is(adapter: Any, zgw: ZgwServer) -> None:
    zgw.add_zaak()
    diagnosis = adapter.check()
    assert diagnosis.facts["cases"] == "1"
    assert diagnosis.facts["version of the Zaken API"] == "1.7.0"
    assert any("clock" in warning for warning in diagnosis.warnings)


def test_the_connection_test_warns_of_an_old_server(adapter: Any, zgw: ZgwServer) -> None:
    zgw.offers_expand = False
    assert adapter.check().facts["gives related records along"] == "no"
