"""What the frozen tree carries: read by `knit.spec`. A plugin lies loose beside the programs, where no freezer sees it.

So every module of the standard library goes in, and every requirement that a shipped manifest names.
"""

from __future__ import annotations

import importlib.util
import pkgutil
import re
import sys
import tomllib
from collections.abc import Iterable, Iterator
from pathlib import Path

PROGRAM_MODULES = (
    "desktop",  # cli.py and the migrations import by name
    "holidays.countries",  # a country is looked up by its code
    "keyring.backends",  # found by entry points
    "qtawesome",  # only its folder of fonts is looked up
    "sqlcipher3",
    "tzdata",
)
"""Packages whose modules are loaded by name."""

NOT_CARRIED = {
    "antigravity": "opens a browser when it is imported",
    "distutils": "left Python with 3.12",
    "idlelib": "needs Tk",
    "lib2to3": "left Python with 3.13",
    "test": "Python's own tests",
    "this": "prints when it is imported",
    "tkinter": "another toolkit",
    "_tkinter": "another toolkit",
    "turtle": "needs Tk",
    "turtledemo": "needs Tk",
}
"""Modules of the standard library that are left out, and why."""

EXCLUDED = [
    *NOT_CARRIED,
    "plugins",  # loose, beside the programs
    "qtpy",  # QtAwesome's, of which only the font is used
    "setuptools",
    "pip",
    "pytest",
    "PIL",
    "lxml",  # for development only; defusedxml has a module for it
    "PySide6.QtQml",  # without it the freezer takes no QML modules (160 MB)
    "PySide6.QtQuick",
    "PySide6.QtQuickWidgets",
]
_TESTS = frozenset({"test", "tests", "idle_test"})
_TEST_EXTENSIONS = re.compile(r"_test|_xxtest|xxlimited|xxsubtype|_xxsubinterpreters|_ctypes_test")
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_UNWANTED = re.compile(
    r"(^|/)PySide6/(Qt/)?(qml|metatypes|include|examples|doc)/"
    r"|(^|/)PySide6/(Qt/)?plugins/(qmltooling|designer|sceneparsers|geometryloaders|renderers|multimedia|position|sensors|assetimporters)/"
    r"|(^|/)PySide6/(Qt/)?resources/.*\.debug\."
    r"|(^|/)PySide6/(Qt/)?translations/(?!qtwebengine_locales/)(?!qtbase_)"
    r"|(^|/)qtawesome/fonts/(?!materialdesignicons6-)"
)
"""Files that come with Qt and QtAwesome and that nothing here loads."""


def find_standard_modules(platform: str) -> list[str]:
    """Every module of the standard library that this Python has for a platform, but for tests and `NOT_CARRIED`."""
    found: list[str] = []
    for name in sorted(sys.stdlib_module_names - NOT_CARRIED.keys()):
        if name in sys.builtin_module_names or _TEST_EXTENSIONS.match(name):
            continue
        spec = importlib.util.find_spec(name)
        if spec is None:
            continue
        found.append(name)
        found += _find_submodules(name, spec.submodule_search_locations or ())
    absent = ("win32", "windows") if platform != "win32" else ("unix",)
    return [name for name in found if not any(word in name.rpartition(".")[2].split("_") for word in absent)]


def _find_submodules(package: str, folders: Iterable[str]) -> Iterator[str]:
    """Modules under a package, by its folders; nothing is imported."""
    folders = list(folders)
    for module in pkgutil.iter_modules(folders):
        if module.name in _TESTS or module.name == "__main__":
            continue
        name = f"{package}.{module.name}"
        yield name
        if module.ispkg:
            yield from _find_submodules(name, [str(Path(folder) / module.name) for folder in folders])


def find_requirements(plugins: Path) -> list[str]:
    """Packages that the manifests name, as they are imported. Raises ValueError where one is not installed."""
    from importlib.metadata import packages_distributions  # late: reads every installed package

    imported = packages_distributions()
    found: set[str] = set()
    for manifest in sorted(plugins.glob("*/manifest.toml")):
        for requirement in tomllib.loads(manifest.read_text(encoding="utf-8")).get("requirements", []):
            named = _NAME.match(requirement)
            wanted = _plain(named[0]) if named else ""
            packages = {package for package, names in imported.items() if wanted in map(_plain, names)}
            if not packages:
                raise ValueError(f"{manifest.parent.name} requires {requirement}, which is not installed.")
            found |= packages
    return sorted(found)


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def is_wanted_file(target: str) -> bool:
    """Whether a file of the tree, by its path in it, is loaded by anything."""
    return not _UNWANTED.search(target.replace("\\", "/"))
