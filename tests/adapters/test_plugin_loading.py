"""Manifests, and plugins loaded from wherever their folder lies."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from desktop.adapters.building import build_adapter
from desktop.adapters.checks import check_plugin, check_plugins
from desktop.adapters.loader import PluginFolders, find_roots
from desktop.adapters.manifest import load_manifest
from desktop.adapters.skeleton import write_skeleton
from desktop.domain.components import Component
from desktop.domain.errors import InvalidInput, SetupFailed
from desktop.domain.ids import ComponentId
from tests.helpers.adapters import LOG, REPOSITORY, SECRET, SetClock

MANIFEST = """
id = "{name}"
name = "Far away"
api = 1
capabilities = ["addresses"]
entry = "adapter:FarAdapter"
licence = "MIT"
[settings.base_url]
label = "Address"
required = true
[settings.size]
label = "Size"
default = "10"
pattern = "[0-9]+"
[secrets.api_key]
label = "Key"
required = true
"""
ADAPTER = """
import decimal
from .mapping import MARK
class FarAdapter:
    def __init__(self, context):
        self.mark, self.context = MARK, context
    def find(self, query, cursor=""): ...
    def postcode(self, postcode, cursor=""): ...
    def uprn(self, uprn): ...
    def nearest(self, lat, lon): ...
"""


def write_plugin(root: Path, name: str, *, adapter: str = ADAPTER, manifest: str = MANIFEST, mark: str = "one") -> Path:
    folder = root / name
    folder.mkdir(parents=True)
    (folder / "__init__.py").write_text('"""Far."""\n')
    (folder / "manifest.toml").write_text(manifest.format(name=name))
    (folder / "mapping.py").write_text(f"MARK = {mark!r}\n")
    (folder / "adapter.py").write_text(adapter)
    return folder


def a_component(plugin: str, **settings: str) -> Component:
    return Component(id=ComponentId("c"), plugin=plugin, name="C", settings=settings)


def build(folders: PluginFolders, plugin: str, **settings: str) -> object:
    given = {"base_url": "https://example.org/api", **settings}
    loaded = build_adapter(a_component(plugin, **given), {"api_key": SECRET, "more": "x"}, folders, SetClock(), LOG)
    loaded.close()
    return loaded.adapter


# ==== loading ====


def test_a_plugin_far_from_the_program_is_loaded_with_its_relative_imports(tmp_path: Path) -> None:
    write_plugin(tmp_path, "far_one")
    adapter = build(PluginFolders([tmp_path]), "far_one")
    assert type(adapter).__module__ == "plugins.far_one.adapter"
    assert getattr(adapter, "mark", "") == "one"


def test_nothing_is_imported_before_it_is_used(tmp_path: Path) -> None:
    write_plugin(tmp_path, "far_lazy", adapter="raise SystemExit('imported')")
    folders = PluginFolders([tmp_path])
    assert folders.find_names() == ("far_lazy",)
    assert folders.get_manifest("far_lazy").name == "Far away"
    assert not [name for name in sys.modules if "far_lazy" in name]


def test_a_plugin_of_the_same_name_in_another_folder_is_another_one(tmp_path: Path) -> None:
    write_plugin(tmp_path / "a", "far_two", mark="a")
    write_plugin(tmp_path / "b", "far_two", mark="b")
    marks = [getattr(build(PluginFolders([tmp_path / place]), "far_two"), "mark", "") for place in ("a", "b", "a")]
    assert marks == ["a", "b", "a"]


def test_the_first_folder_wins_and_the_other_is_named(tmp_path: Path) -> None:
    write_plugin(tmp_path / "own", "far_both")
    hidden = write_plugin(tmp_path / "council", "far_both")
    (plugin,) = PluginFolders([tmp_path / "own", tmp_path / "council"]).find_all()
    assert (plugin.folder.parent.name, plugin.hidden) == ("own", (hidden,))


@pytest.mark.parametrize(
    "adapter",
    [
        "raise RuntimeError('no')",
        "import a_library_that_nobody_has",
        "def (",
        "class Other: ...",
        "FarAdapter = 3",
        "class FarAdapter:\n    def __init__(self, context): raise KeyError('x')",
        "class FarAdapter:\n    def __init__(self, context): pass",
    ],
    ids=["raises", "library", "syntax", "class", "no-class", "init", "methods"],
)
def test_a_broken_plugin_is_named_and_stops_nobody_else(tmp_path: Path, adapter: str) -> None:
    write_plugin(tmp_path, "far_broken", adapter=adapter)
    write_plugin(tmp_path, "far_sound")
    folders = PluginFolders([tmp_path])
    with pytest.raises(SetupFailed, match="far_broken"):
        build(folders, "far_broken")
    assert build(folders, "far_sound")
    assert "plugins.far_broken.adapter" not in sys.modules or adapter.startswith(("class", "Far"))


def test_a_plugin_that_is_not_there_is_said_with_those_that_are(tmp_path: Path) -> None:
    write_plugin(tmp_path, "far_here")
    with pytest.raises(SetupFailed, match="far_here"):
        PluginFolders([tmp_path, tmp_path / "nowhere"]).load_class("missing")


def test_plugins_lie_beside_the_frozen_program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.setattr(sys, "executable", str(tmp_path / "knit"))
    assert find_roots([tmp_path / "council"]) == (tmp_path / "plugins", tmp_path / "council")


def test_the_adapter_gets_its_manifests_settings_and_secrets_only(tmp_path: Path) -> None:
    write_plugin(tmp_path, "far_set")
    context = getattr(build(PluginFolders([tmp_path]), "far_set", other="x"), "context", None)
    assert context is not None
    assert context.settings == {"base_url": "https://example.org/api", "size": "10"}
    assert context.secrets == {"api_key": SECRET}


@pytest.mark.parametrize(
    ("settings", "secrets", "named"),
    [
        ({}, {"api_key": "k"}, "base_url"),
        ({"base_url": "https://x.org", "size": "big"}, {"api_key": "k"}, "size"),
        ({"base_url": "https://x.org"}, {}, "api_key"),
        ({"base_url": "http://x.org"}, {"api_key": "k"}, "plain http"),
    ],
)
def test_a_setting_or_secret_that_is_wrong_is_named(
    tmp_path: Path, settings: dict[str, str], secrets: dict[str, str], named: str
) -> None:
    write_plugin(tmp_path, "far_wrong")
    with pytest.raises(SetupFailed, match=named):
        build_adapter(a_component("far_wrong", **settings), secrets, PluginFolders([tmp_path]), SetClock(), LOG)


# ==== manifests ====


def find_fields(tmp_path: Path, text: str) -> set[str]:
    folder = tmp_path / "far"
    folder.mkdir()
    (folder / "manifest.toml").write_text(text)
    return {finding.field for finding in load_manifest(folder).findings}


def test_every_wrong_field_is_found_at_once(tmp_path: Path) -> None:
    text = 'id = 3\nsurprise = 1\napi = "x"\n[settings.a]\nlabel = 2\nmore = 1\n[secrets.c]\n'
    assert find_fields(tmp_path, text) == {
        "id", "name", "surprise", "api", "capabilities", "entry", "licence", "settings.a.label", "settings.a.more",
        "secrets.c.label",
    }  # fmt: skip


def test_every_wrong_meaning_is_found_at_once(tmp_path: Path) -> None:
    text = """
    id = "other"
    name = " "
    api = 2
    capabilities = ["telepathy"]
    entry = "Adapter"
    licence = ""
    requirements = ["a-b"]
    hosts = ["https://x.org", "UPPER.org", "good.org:8443"]
    names = ["ids.example/x"]
    secret_sets = [["odd"], ["client_id", "odd"]]
    rate = {per_second = -1.0}
    [settings.Bad]
    label = "x"
    [settings.odd]
    label = "x"
    pattern = "("
    [settings.off]
    label = "x"
    pattern = "a"
    default = "b"
    [secrets.odd]
    label = "x"
    """
    assert find_fields(tmp_path, text) == {
        "id", "name", "api", "capabilities", "entry", "licence", "requirements", "hosts", "names", "rate", "settings.Bad",
        "secret_sets",
        "settings.odd.pattern", "settings.off.default", "secrets.odd",
    }  # fmt: skip


@pytest.mark.parametrize("text", ["id = ", "\x00"])
def test_what_is_not_toml_is_said(tmp_path: Path, text: str) -> None:
    assert find_fields(tmp_path, text) == {""}


# ==== checks ====


def test_the_plugins_of_the_repository_are_sound() -> None:
    assert check_plugins([REPOSITORY / "plugins"]) == []


BAD = '''
"""Wrong in many ways."""
import socket, threading, yaml
import requests
from desktop.store import base
from datetime import datetime
from desktop.domain.errors import BadResponse
from .mapping import X
def fetch():
    print(open("x"), eval("1"), datetime.now())
    raise ValueError("x")
def other():
    raise BadResponse("", key="other.key")
URL = "https://elsewhere.example/x"
'''


def test_every_offence_is_found(tmp_path: Path) -> None:
    folder = write_plugin(tmp_path, "far_bad")
    (folder / "client.py").write_text(BAD)
    (folder / "quality.toml").write_text('[rules.paging]\nstatus = "done"\n[rules.nothing]\nstatus = "done"\n')
    findings = check_plugin(folder)
    told = "\n".join(f"{f.check} {f.message}" for f in findings)
    assert {f.check for f in findings} >= {
        "imports", "requirements", "banned", "layers", "errors", "hosts", "quality"
    }  # fmt: skip
    for what in ("socket", "threading", "requests", "desktop.store", "yaml", "print", "open", "eval", "datetime.now",
                 "ValueError", "elsewhere.example", "mapping", "nothing", "paging"):  # fmt: skip
        assert what in told, what


def test_an_address_that_is_an_identifier_is_told_from_one_that_is_asked(tmp_path: Path) -> None:
    folder = write_plugin(tmp_path, "far_named")
    (folder / "names.py").write_text('"""Names."""\nSYSTEM = "https://ids.example/Id/number"\n')

    def find_hosts() -> list[str]:
        return [finding.message for finding in check_plugin(folder) if finding.check == "hosts"]

    assert find_hosts() == ["names.py:2 names ids.example, not in hosts."]
    manifest = folder / "manifest.toml"
    manifest.write_text(manifest.read_text().replace("\nlicence =", '\nnames = ["ids.example"]\nlicence =', 1))
    assert find_hosts() == []


def test_another_signature_than_the_protocols_is_found(tmp_path: Path) -> None:
    folder = write_skeleton("far_new", into=tmp_path, capability="addresses")
    text = (folder / "adapter.py").read_text()
    (folder / "adapter.py").write_text(text.replace("def nearest(self, lat: float", "def nearest(self, lat: int"))
    (finding,) = check_plugin(folder)
    assert finding.check == "signature"
    assert "nearest" in finding.message


@pytest.mark.parametrize("capability", ["cases", "addresses", "payments"])
def test_a_new_plugin_is_sound_from_the_start(tmp_path: Path, capability: str) -> None:
    folder = write_skeleton(f"far_new_{capability}", into=tmp_path, capability=capability)
    assert check_plugin(folder) == []
    adapter = build(PluginFolders([tmp_path]), folder.name)
    assert type(adapter).__name__.endswith("Adapter")


@pytest.mark.parametrize(("name", "capability"), [("Bad Name", "cases"), ("fine", "telepathy"), ("taken", "cases")])
def test_a_new_plugin_that_cannot_be_is_refused(tmp_path: Path, name: str, capability: str) -> None:
    (tmp_path / "taken").mkdir()
    with pytest.raises(InvalidInput):
        write_skeleton(name, into=tmp_path, capability=capability)


def test_a_folder_without_plugins_is_a_finding(tmp_path: Path) -> None:
    assert [finding.check for finding in check_plugins([tmp_path])] == ["folder"]


@pytest.mark.parametrize(
    ("says", "settings", "takes"),
    [
        ("", {}, True),
        ("always", {}, False),
        ("notes=no", {}, True),
        ("notes=no", {"notes": "no"}, False),
        ("notes=yes", {}, False),
    ],
)
def test_a_manifest_says_when_cases_take_no_notes(
    tmp_path: Path, says: str, settings: dict[str, str], takes: bool
) -> None:
    line = f'without_notes = "{says}"\n'
    text = line + MANIFEST + '\n[settings.notes]\nlabel = "Notes"\ndefault = "yes"\n'
    write_plugin(tmp_path, "far_notes", manifest=text)
    manifest = PluginFolders([tmp_path]).get_manifest("far_notes")
    assert manifest.takes_notes(settings) is takes


@pytest.mark.parametrize("says", ["never", "nothing=no", "="])
def test_a_manifest_that_is_unclear_about_notes_is_a_finding(tmp_path: Path, says: str) -> None:
    folder = write_plugin(tmp_path, "far_notes", manifest=f'without_notes = "{says}"\n' + MANIFEST)
    assert [
        f.message
        for f in check_plugin(folder)
        if "without_notes" in f.message or "settings with its value" in f.message
    ]
