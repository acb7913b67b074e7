"""No secret of any component is found in an error, a log, a diagnosis, a file, a command line or an environment.

Each secret of each plugin is planted, the server says it back in every way it can, and everything is searched for it.
"""

from __future__ import annotations

import base64
import json
import logging
import threading
import traceback
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import quote, quote_plus

import pytest

from desktop.adapters.api import find_part
from desktop.adapters.building import LoadedAdapter
from desktop.adapters.calling import guard_errors
from desktop.adapters.limits import call_scope
from desktop.adapters.loader import PluginFolders
from desktop.adapters.manifest import Manifest
from desktop.config.paths import open_profile
from desktop.config.profile import ProfileSettings
from desktop.credentials.secrets import secret_name
from desktop.domain.components import Component
from desktop.domain.errors import DesktopError
from desktop.domain.ids import ComponentId
from desktop.host.session import Session
from desktop.host.store_pair import BASE_KEY, DESK_KEY
from desktop.store.cipher import connect
from tests.helpers.adapters import REPOSITORY, run_adapter
from tests.helpers.conformance_drivers import Driver, load_drivers
from tests.helpers.faulty_server import Reply, Request, run_faulty_server
from tests.helpers.profiles import HeldSecrets

FOLDERS = PluginFolders([REPOSITORY / "plugins"])
DRIVERS = load_drivers()
STATUSES = (301, 400, 401, 403, 404, 409, 422, 500)
KEEPERS = tuple(driver for driver in DRIVERS if FOLDERS.get_manifest(driver.plugin).secrets)
each_driver = pytest.mark.parametrize("driver", KEEPERS, ids=lambda d: d.name)


def plant(driver: Driver) -> dict[str, str]:
    """A value of its own for each secret of a plugin, with signs that an address writes otherwise."""
    given = dict(driver.secrets or {})
    return {name: given.get(name) or f"Pl/nt+{name}=9d2f {driver.plugin}" for name in find_manifest(driver).secrets}


def find_manifest(driver: Driver) -> Manifest:
    return FOLDERS.get_manifest(driver.plugin)


def forms_of(secrets: Mapping[str, str]) -> set[str]:
    """Every way in which a secret could be written down."""
    forms: set[str] = set()
    for value in secrets.values():
        forms |= {value, quote(value), quote(value, safe=""), quote_plus(value), json.dumps(value)[1:-1]}
        forms |= {value.encode().hex()}
        for lead in range(3):  # also within longer text, as in a Basic header: what the value alone decides
            coded = base64.b64encode(b"\0" * lead + value.encode()).decode().rstrip("=")[lead and 4 : -2]
            forms |= {coded, coded.replace("+", "-").replace("/", "_")}
    return forms


def find_leaks(text: str, secrets: Mapping[str, str]) -> list[str]:
    """The text around each place where a secret is written."""
    found = [(form, text.find(form)) for form in forms_of(secrets)]
    return [text[max(0, at - 60) : at + len(form) + 10] for form, at in found if at >= 0]


def test_the_search_finds_each_way_of_writing_a_secret() -> None:
    secrets = {"key": "Pl/nt+key=9d2f citytown"}
    basic = base64.b64encode(b"officer:Pl/nt+key=9d2f citytown").decode()
    for text in ("x Pl/nt+key=9d2f citytown y", "?key=Pl%2Fnt%2Bkey%3D9d2f+citytown", f"Basic {basic}"):
        assert find_leaks(text, secrets), text
    assert not find_leaks("Pl/nt and key=9d2f", secrets)


class Parrot:
    """Says every secret and every header back, with a status that is set."""

    def __init__(self, secrets: Mapping[str, str]) -> None:
        self.status = 400
        self.secrets = secrets

    def answer(self, request: Request) -> Reply:
        """An answer that tells all: in the body, a header and the reason."""
        said = {
            "secrets": dict(self.secrets),
            "headers": dict(request.headers),
            "error": " ".join(self.secrets.values()),
        }
        body = {
            "message": str(said),
            "detail": str(said),
            "title": str(said),
            "errors": [said],
            "description": str(said),
        }
        headers = {"X-Said": quote(str(said)), "Location": f"/elsewhere?key={quote(str(self.secrets))}"}
        return Reply(status=self.status, body=json.dumps(body).encode(), headers=headers)


def tell(error: BaseException) -> str:
    """Everything that an error can say, with those that it came from."""
    said = [*traceback.format_exception(error)]
    inner: BaseException | None = error
    while inner is not None:
        said.append(f"{inner!r} {inner} {getattr(inner, '__dict__', {})!r}")
        inner = inner.__cause__ or inner.__context__
    return "\n".join(said)


def use(driver: Driver, loaded: LoadedAdapter) -> Iterator[str]:
    """What comes of each call: the errors, and what the connection test learnt."""
    part: Any = find_part(loaded.adapter, driver.capability)
    adapter: Any = loaded.adapter
    calls: list[Callable[[], object]] = [lambda: driver.look(part), adapter.check]
    if driver.paging is not None:
        calls.append(lambda: driver.paging.read(part, ""))  # type: ignore[union-attr]
    if driver.write is not None:
        calls.append(lambda: driver.write(part))  # type: ignore[misc]
    for position, call in enumerate(calls):
        try:
            with guard_errors("read", secrets=loaded.secrets):
                result = call()
        except DesktopError as error:
            yield tell(error)
        else:
            yield repr(result) if position == 1 else ""


@each_driver
def test_no_error_log_or_diagnosis_says_a_secret(driver: Driver, caplog: pytest.LogCaptureFixture) -> None:
    secrets = plant(driver)
    parrot = Parrot(secrets)
    leaks: list[str] = []
    caplog.set_level(logging.DEBUG)
    with (
        run_faulty_server() as server,
        run_adapter(driver.plugin, server.url, settings=driver.settings, secrets=secrets) as loaded,
    ):
        server.answer = parrot.answer
        for parrot.status in (*STATUSES, 200):
            leaks += [leak for said in use(driver, loaded) for leak in find_leaks(said, secrets)]
        for faulty in (
            Reply(drop=True),
            Reply(body=b'{"a', length=500),
            Reply(status=200, body=b"<html>", media="text/html"),
        ):
            server.answer = lambda _request, faulty=faulty: faulty  # type: ignore[misc]
            leaks += [leak for said in use(driver, loaded) for leak in find_leaks(said, secrets)]
        server.answer = lambda _request: Reply(hold=threading.Event())
        with call_scope(0.2):
            leaks += [leak for said in use(driver, loaded) for leak in find_leaks(said, secrets)]
        leaks += find_leaks(repr(loaded), secrets)
    leaks += find_leaks(caplog.text, secrets)
    assert leaks == []


# ==== the whole desk: both processes and every file ====


def test_no_file_and_no_process_of_the_desk_holds_a_secret(tmp_path: Path) -> None:
    with ExitStack() as servers:
        said, secrets = use_the_desk(tmp_path, servers)
    assert "Renamed" in said
    assert find_leaks(said, secrets) == []


def use_the_desk(tmp_path: Path, servers: ExitStack) -> tuple[str, dict[str, str]]:
    """All that a desk with every plugin said, kept and started, and the secrets that it was given."""
    held = HeldSecrets()
    planted: dict[str, str] = {}
    components = []
    parrots = []
    for driver in {driver.plugin: driver for driver in DRIVERS}.values():
        id = ComponentId(driver.plugin)
        secrets = plant(driver)
        server, parrot = servers.enter_context(run_faulty_server()), Parrot(secrets)
        server.answer = parrot.answer
        parrots.append(parrot)
        settings = {"base_url": server.url, **driver.settings}
        components.append(Component(id=id, plugin=driver.plugin, name=driver.plugin, settings=settings))
        for name, value in secrets.items():
            planted[f"{driver.plugin}.{name}"] = value
            held.keep(secret_name(id, name), value.encode())
    profile = open_profile(tmp_path / "p")
    said: list[str] = []
    with Session(
        profile, held, settings=ProfileSettings(components=tuple(components), training=True), pulls=False
    ) as desk:
        assert desk.host.wait_ready(60)
        for status in (401, 400, 200):
            for parrot in parrots:
                parrot.status = status
            said += ask_all(desk, components)
        said += [repr(desk.estate.forms()), repr(desk.open_desk().components.all())]
        desk.estate.save(replace(components[0], name="Renamed"), {})
        desk.estate.write_out(tmp_path / "p" / "out.toml")
        for pid in (str(desk.host.pid), "self"):
            said += [
                Path(f"/proc/{pid}/{part}").read_bytes().decode("utf-8", "replace") for part in ("cmdline", "environ")
            ]
    keys = {"desk": held.held[DESK_KEY], "base": held.held[BASE_KEY]}
    said += [path.read_bytes().decode("latin-1") for path in profile.root.rglob("*") if path.is_file()]
    said += [dump(profile.desk_db, keys["desk"])]
    said += [dump(path, keys["base"]) for path in profile.root.glob("base-*.db")]
    return "\n".join(said), planted | {name: key.hex() for name, key in keys.items()}


def ask_all(desk: Session, components: list[Component]) -> Iterator[str]:
    """What comes of a connection test and a pull of each."""
    for component in components:
        try:
            yield repr(desk.estate.try_out(component, {}))
        except DesktopError as error:
            yield tell(error)
    try:
        desk.sync(timeout=60)
    except DesktopError as error:
        yield tell(error)


def dump(path: Path, key: bytes) -> str:
    """Every row of every table of a file, in clear."""
    connection = connect(path, key, read_only=True)
    try:
        names = [row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()]
        rows: dict[str, Any] = {}
        for name in names:
            try:
                rows[name] = connection.execute(f'SELECT * FROM "{name}"').fetchall()
            except Exception as error:  # noqa: BLE001  # a search index without content of its own cannot be read
                rows[name] = [str(error)]
        assert rows
        return repr(rows)
    finally:
        connection.close()
