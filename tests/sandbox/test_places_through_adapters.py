"""`knit call os_places` against the town: by area, joined, by key or token, with its exit codes."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest

from desktop.adapters.commands import call_command
from tests.helpers.serving_town import TestTown


def run(town: TestTown, method: str, *arguments: str, secrets: dict[str, str] | None = None) -> tuple[int, Any]:
    """The exit code of `knit call`, and what it printed."""
    said = next(c for c in town.info["components"] if c["id"] == "os_places")
    pairs = [word for name, value in said["settings"].items() for word in ("--set", f"{name}={value}")]
    given = said["secrets"] if secrets is None else secrets
    pairs += [word for name, value in given.items() for word in ("--secret", f"{name}={value}")]
    out, err = io.StringIO(), io.StringIO()
    code = call_command(["os_places", method, *arguments, *pairs], out, err)
    errors = err.getvalue()
    return code, json.loads(out.getvalue() or errors[errors.index("{") :])


def call(town: TestTown, method: str, *arguments: str) -> Any:
    code, said = run(town, method, *arguments)
    assert code == 0, said
    return said


def find_home(town: TestTown) -> dict[str, Any]:
    home: dict[str, Any] = call(town, "addresses.find", "query=14 Tanner Street")["items"][0]
    return home


def test_a_home_is_joined_from_both_data_sets(town: TestTown) -> None:
    home = find_home(town)
    assert (home["sources"], home["status"], home["custodian"], home["street"]) == (
        ["DPA", "LPI"], "approved", "CITYTOWN", "TANNER STREET",
    )  # fmt: skip
    assert home["usrn"].startswith("990")


def test_a_shop_comes_once_under_its_approved_name(town: TestTown) -> None:
    row = town.places("find", query="citytown", fq="CLASSIFICATION_CODE:CR*").tree["results"][0]["DPA"]
    shop = call(town, "addresses.uprn", f"uprn={row['UPRN']}")
    assert (shop["status"], shop["organisation"], shop["address"]) == (
        "approved", row["ORGANISATION_NAME"], row["ADDRESS"],
    )  # fmt: skip


def test_the_neighbours_of_a_home_are_found_in_each_kind_of_area(town: TestTown) -> None:
    home = find_home(town)
    lat, lon = home["point"]["lat"], home["point"]["lon"]
    near = call(town, "addresses.around", f"lat={lat}", f"lon={lon}", "radius=40")["items"]
    bounds = {"west": lon - 0.0006, "east": lon + 0.0006, "south": lat - 0.0004, "north": lat + 0.0004}
    boxed = call(town, "addresses.inside", f"bounds={json.dumps(bounds)}")["items"]
    corners = [
        (bounds[y], bounds[x]) for x, y in (("west", "south"), ("east", "south"), ("east", "north"), ("west", "north"))
    ]
    outline = json.dumps([{"lat": y, "lon": x} for y, x in corners])
    drawn = call(town, "addresses.within", f"outline={outline}")["items"]
    found = [{place["uprn"] for place in places} for places in (near, boxed, drawn)]
    assert all(home["uprn"] in uprns and len(uprns) > 1 for uprns in found)
    assert call(town, "addresses.nearest", f"lat={lat}", f"lon={lon}")["uprn"] == home["uprn"]


def test_an_area_goes_on_over_pages(town: TestTown) -> None:
    home = find_home(town)["point"]
    at = (f"lat={home['lat']}", f"lon={home['lon']}", "radius=500")
    first = call(town, "addresses.around", *at)
    second = call(town, "addresses.around", *at, f"cursor={first['cursor']}")
    assert not {p["uprn"] for p in first["items"]} & {p["uprn"] for p in second["items"][1:]}


def test_a_token_is_got_and_used_where_there_is_a_client(town: TestTown) -> None:
    key = town.keys["os_places"]
    code, said = run(town, "component.check", secrets={"client_id": key, "client_secret": key})
    assert (code, said["facts"]["signs in with"]) == (0, "client id and secret")


@pytest.mark.parametrize(
    ("method", "arguments", "secrets", "code", "key"),
    [
        ("addresses.around", ("lat=53.37", "lon=1.0", "radius=2000"), None, 2, "os_places.radius"),
        ("addresses.inside", ('bounds={"west":1,"east":1.02,"south":53.36,"north":53.38}',), None, 2, "os_places.box"),
        ("addresses.within", ("outline=[]",), None, 2, "os_places.outline"),
        ("addresses.nearest", ("lat=48.85", "lon=2.35"), None, 2, "os_places.outside"),
        ("addresses.find", ("query=x",), {"client_id": "half"}, 2, "plugin.settings"),
        ("addresses.uprn", ("uprn=1",), None, 3, "os_places.missing"),
        ("addresses.find", ("query=x",), {"api_key": "no"}, 3, "component.auth"),
        ("addresses.find", ("query=x",), {"client_id": "a", "client_secret": "b"}, 3, "component.token"),
    ],
)
def test_what_is_refused_ends_with_its_exit_code_and_key(
    town: TestTown, method: str, arguments: tuple[str, ...], secrets: dict[str, str] | None, code: int, key: str
) -> None:
    ended, said = run(town, method, *arguments, secrets=secrets)
    assert (ended, said["key"]) == (code, key)
