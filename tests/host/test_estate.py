"""Components are set up, tried, read in and written out while the desk runs."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from desktop.config.paths import open_profile
from desktop.config.profile import ProfileSettings, load_settings
from desktop.credentials.secrets import secret_name
from desktop.domain.components import Component
from desktop.domain.errors import AuthFailed, DesktopError, InvalidInput
from desktop.domain.ids import ComponentId
from desktop.host.session import Session
from tests.helpers.faulty_server import FaultyServer, Reply, Request, run_faulty_server
from tests.helpers.profiles import HeldSecrets

KEY = "a-secret-key-9d2f"
PLACE = {"UPRN": "10001", "ADDRESS": "1 HIGH STREET", "POSTCODE": "CT1 1AA", "LNG": -1.25, "LAT": 51.5}
BODY = {"header": {"offset": 0, "totalresults": 1, "maxresults": 100, "epoch": "112"}, "results": [{"DPA": PLACE}]}


def answer(request: Request) -> Reply:
    if request.headers.get("key") != KEY:
        fault = {"fault": {"faultstring": "Invalid ApiKey", "detail": {"errorcode": "oauth.v2.InvalidApiKey"}}}
        return Reply(status=401, body=json.dumps(fault).encode())
    return Reply(body=json.dumps(BODY).encode())


@pytest.fixture
def server() -> Iterator[FaultyServer]:
    with run_faulty_server() as server:
        server.answer = answer
        yield server


@pytest.fixture
def secrets() -> HeldSecrets:
    return HeldSecrets()


@pytest.fixture
def session(tmp_path: Path, secrets: HeldSecrets) -> Iterator[Session]:
    settings = ProfileSettings(council_name="Citytown Council", training=True)
    with Session(open_profile(tmp_path / "p"), secrets, settings=settings, pulls=False) as session:
        assert session.host.wait_ready(60)
        yield session


@pytest.fixture
def places(server: FaultyServer) -> Component:
    return Component(id=ComponentId("places"), plugin="os_places", name="Places", settings={"base_url": server.url})


def ask(session: Session) -> object:
    params = {"component": "places", "method": "addresses.uprn", "arguments": {"uprn": "10001"}, "deadline": 5.0}
    return session.host.wait("call", params, 10)


def test_a_component_is_tried_before_it_is_kept_and_answers_once_it_is(
    session: Session, secrets: HeldSecrets, places: Component
) -> None:
    with pytest.raises(AuthFailed):
        session.estate.try_out(places, {"api_key": "wrong"})
    found = session.estate.try_out(places, {"api_key": KEY})
    assert found.facts["epoch"] == "112"
    assert not secrets.held.keys() & {secret_name(places.id, "api_key")}
    session.estate.save(places, {"api_key": KEY})
    assert session.open_desk().components.all()[0].name == "Places"
    assert isinstance(ask(session), dict)
    assert load_settings(session.profile.settings).components == (places,)
    assert KEY not in session.profile.settings.read_text(encoding="utf-8")


def test_a_secret_that_is_kept_is_used_again_and_never_given_back(session: Session, places: Component) -> None:
    session.estate.save(places, {"api_key": KEY})
    assert session.estate.kept_secrets(places.id) == ("api_key",)
    renamed = replace(places, name="Addresses", cost_pence=120_000)
    session.estate.save(renamed, {})
    assert session.estate.try_out(renamed, {}).facts["answers"] == "yes"
    assert isinstance(ask(session), dict)


@pytest.mark.parametrize(
    ("change", "given", "field"),
    [
        ({"id": "No Good"}, {"api_key": KEY}, "id"),
        ({"name": ""}, {"api_key": KEY}, "name"),
        ({"plugin": "nothing"}, {"api_key": KEY}, "plugin"),
        ({"settings": {"base_url": "https://x.example", "page_size": "many"}}, {"api_key": KEY}, "page_size"),
        ({}, {}, "api_key"),
        ({}, {"client_id": "project-17"}, "client_secret"),
        ({}, {"api_key": KEY, "client_secret": KEY}, "client_id"),
    ],
)
def test_what_is_wrong_is_named_and_nothing_is_changed(
    session: Session, places: Component, change: dict[str, object], given: dict[str, str], field: str
) -> None:
    with pytest.raises(InvalidInput) as caught:
        session.estate.save(replace(places, **change), given)  # type: ignore[arg-type]
    assert caught.value.field == field
    assert session.estate.components == ()


def test_a_component_that_is_removed_is_not_asked_any_more_and_its_secret_is_gone(
    session: Session, secrets: HeldSecrets, places: Component
) -> None:
    session.estate.save(places, {"api_key": KEY})
    session.estate.remove(places.id)
    with pytest.raises(DesktopError):
        ask(session)
    assert secret_name(places.id, "api_key") not in secrets.held


def test_a_file_goes_out_without_a_secret_and_comes_in_again(
    session: Session, tmp_path: Path, places: Component
) -> None:
    session.estate.save(places, {"api_key": KEY})
    path = tmp_path / "estate.toml"
    session.estate.write_out(path)
    assert KEY not in path.read_text(encoding="utf-8")
    session.estate.remove(places.id)
    assert session.estate.read_in(path) == ("Places needs its API key, or Client id and Client secret.",)
    assert session.estate.components == (places,)


def test_a_file_that_names_a_plugin_which_is_not_here_changes_nothing(
    session: Session, tmp_path: Path, places: Component
) -> None:
    path = tmp_path / "estate.toml"
    path.write_text('format = 1\n[[component]]\nid = "x"\nplugin = "nowhere"\nname = "X"\n', encoding="utf-8")
    with pytest.raises(InvalidInput):
        session.estate.read_in(path)
    assert session.estate.components == ()


def test_every_plugin_has_a_form_with_its_tier(session: Session) -> None:
    forms = {form.plugin: form for form in session.estate.forms()}
    assert {field.name for field in forms["os_places"].secrets} == {"api_key", "client_id", "client_secret"}
    assert forms["os_places"].tier == "gold"
    assert forms["ogc_features"].tier == "platinum"
