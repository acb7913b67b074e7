"""What lies in the repository: the lock, the changelog, resources, and nothing of anybody's machine."""

from __future__ import annotations

import importlib.util
import json
import re
import subprocess
import tomllib
from pathlib import Path

import pytest
from packaging.markers import Marker

import desktop
from tests.helpers.sources import ROOT, find_kept_files

LOCK = (ROOT / "build" / "requirements.lock").read_text(encoding="utf-8")
PINS = re.findall(
    r"^([A-Za-z0-9._-]+)==([^ ;\\\n]+)(?: ; ([^\\\n]+?))?((?: \\\n    --hash=sha256:[0-9a-f]{64})*)$",
    LOCK,
    re.MULTILINE,
)
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
CHANGELOG = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
TEXT_ENDINGS = {".py", ".md", ".toml", ".lock", ".spec", ".js", ".css", ".json", ".geojson", ".xml", ".txt", ".pyi", ""}
TOP = {
    "desktop", "resources", "plugins", "build", "main.py", "pyproject.toml", "tests", "README.md", "CHANGELOG.md",
    "LICENSE", "docs",
}  # fmt: skip
MACHINE = re.compile(re.escape(f"{ROOT.as_posix()}/") + r"|/(?:home|root|Users)/\w|[A-Z]:\\Users")
REGISTRY = re.compile(r"py[p]i\.org|files\.python[h]osted|--(?:extra-)?index[-]url|[r]egistry\.")
SYSTEMS = [("linux", "Linux", "posix"), ("win32", "Windows", "nt"), ("darwin", "Darwin", "posix")]
SYSTEM_PACKAGES = {
    "linux": {"jeepney", "secretstorage"},
    "win32": {"pywin32-ctypes", "pefile", "colorama"},
    "darwin": {"macholib"},
}
"""Packages that keyring, PyInstaller and pytest need there and nowhere else."""


def read_texts() -> list[tuple[str, str]]:
    """Every text file of the repository."""
    paths = [path for path in find_kept_files() if path.suffix in TEXT_ENDINGS]
    return [(p.relative_to(ROOT).as_posix(), p.read_text(encoding="utf-8", errors="replace")) for p in paths]


def plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def declared_packages() -> set[str]:
    """Packages that pyproject.toml names."""
    declared = [*PROJECT["project"]["dependencies"], *PROJECT["dependency-groups"]["dev"]]
    return {plain(re.split(r"[<>=~! ;\[]", line)[0]) for line in declared}


def fits(marker: str, environment: dict[str, str]) -> bool:
    """Whether a pin is for a system."""
    return not marker or Marker(marker).evaluate(environment)


# ==== the lock ====
def test_every_line_of_the_lock_is_a_version_a_hash_or_a_comment() -> None:
    lines = [line for line in LOCK.splitlines() if line.strip() and not line.startswith((" ", "#"))]
    assert len(lines) == len(PINS)


def test_every_package_of_the_lock_has_a_hash() -> None:
    assert [name for name, _version, _marker, hashes in PINS if "sha256" not in hashes] == []


def test_the_lock_names_no_index() -> None:
    assert "://" not in LOCK
    assert "--index" not in LOCK
    assert "--find-links" not in LOCK


@pytest.mark.parametrize("python", ["3.11", "3.12", "3.13"])
@pytest.mark.parametrize(("platform", "system", "name"), SYSTEMS, ids=lambda word: word)
def test_the_lock_installs_each_package_once_on_every_system(
    platform: str, system: str, name: str, python: str
) -> None:
    here = {
        "sys_platform": platform, "platform_system": system, "os_name": name, "python_version": python,
        "python_full_version": f"{python}.0", "platform_python_implementation": "CPython",
        "implementation_name": "cpython", "platform_machine": "x86_64", "extra": "",
    }  # fmt: skip
    installed = [plain(pinned) for pinned, _version, marker, _hashes in PINS if fits(marker, here)]
    assert len(installed) == len(set(installed))
    assert {plain(pinned) for pinned, _version, marker, _hashes in PINS if not marker} <= set(installed)
    assert SYSTEM_PACKAGES[platform] <= set(installed)
    assert declared_packages() <= set(installed)


@pytest.mark.parametrize("name", ["PySide6-Essentials", "sqlcipher3", "msgspec", "numpy", "cryptography"])
def test_a_compiled_package_is_locked_for_many_systems(name: str) -> None:
    # Wheels of one version differ by system and Python: one hash could not serve three systems and three Pythons.
    hashes = next(hashes for pinned, _version, _marker, hashes in PINS if plain(pinned) == plain(name))
    assert hashes.count("sha256") >= 4


# ==== papers ====
def test_the_changelog_is_kept() -> None:
    headings = re.findall(r"^## (.+)$", CHANGELOG, re.MULTILINE)
    assert CHANGELOG.startswith("# Changelog\n")
    assert headings[0] == "[Unreleased]"
    assert [h for h in headings[1:] if not re.fullmatch(r"\[\d+\.\d+\.\d+\] - \d{4}-\d{2}-\d{2}", h)] == []
    kinds = set(re.findall(r"^### (.+)$", CHANGELOG, re.MULTILINE))
    assert kinds <= {"Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"}


def test_the_version_is_one() -> None:
    assert desktop.__version__ == PROJECT["project"]["version"]


def test_every_linked_file_of_the_papers_exists() -> None:
    broken = []
    for name, text in read_texts():
        links = re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", text) * name.endswith(".md")
        broken += [
            f"{name}: {link}"
            for link in links
            if "://" not in link and not (ROOT / name).parent.joinpath(link).exists()
        ]
    assert not broken, "\n".join(broken)


def test_nothing_else_lies_at_the_top() -> None:
    top = {path.relative_to(ROOT).parts[0] for path in find_kept_files()}
    assert {name for name in top if not name.startswith(".")} <= TOP


def test_no_link_is_kept() -> None:
    # A link to an environment was kept once: a checkout of it takes the place of the real one.
    listed = subprocess.run(["git", "-C", str(ROOT), "ls-files", "-s"], capture_output=True, text=True, check=False)
    assert [line for line in listed.stdout.splitlines() if line.startswith("120000")] == []


def test_no_file_names_a_machine_or_a_package_registry() -> None:
    found = [
        f"{name}: {match[0]}"
        for name, text in read_texts()
        for match in (MACHINE.search(text), REGISTRY.search(text))
        if match
    ]
    assert not found, "\n".join(found)


# ==== resources ====
@pytest.mark.parametrize(
    "name",
    [
        "map/citytown.geojson", "map/map.js", "map/map.css", "map/leaflet/leaflet.js", "map/leaflet/leaflet.css",
        "fonts/Inter-Regular.otf", "fonts/Inter-Medium.otf", "fonts/Inter-SemiBold.otf", "fonts/LICENSE.txt",
        "THIRD_PARTY.md",
    ],
)  # fmt: skip
def test_a_resource_is_there(name: str) -> None:
    assert (ROOT / "resources" / name).stat().st_size > 100


def test_the_town_is_a_map() -> None:
    town = json.loads((ROOT / "resources" / "map" / "citytown.geojson").read_text(encoding="utf-8"))
    assert len(town["features"]) > 50


def test_the_icon_face_is_installed() -> None:
    spec = importlib.util.find_spec("qtawesome")
    assert spec is not None
    assert list((Path(spec.origin or "").parent / "fonts").glob("materialdesignicons6-*.ttf"))
