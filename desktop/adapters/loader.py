"""Finds plugin folders, and imports one when a component first needs it. `building.py` makes its adapter.

A plugin is imported as `plugins.<name>` wherever its folder lies: in the repository, beside the frozen program, or in a
council's own folder. Nothing of it is imported until it is used, and a broken one stops nobody but itself.
"""

from __future__ import annotations

import importlib
import importlib.util
import sys
import threading
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from types import ModuleType

import desktop
from desktop.adapters.manifest import FILE, Manifest, ManifestFinding, ManifestRead, load_manifest
from desktop.domain.errors import SetupFailed

PACKAGE = "plugins"
_IMPORTING = threading.RLock()
"""Held while a plugin is imported: the table of modules is one for the whole process."""


@dataclass(frozen=True, kw_only=True)
class Plugin:
    """A plugin folder that was found. `hidden` are folders of the same name in later roots."""

    name: str
    folder: Path
    hidden: tuple[Path, ...] = ()

    @cached_property
    def read(self) -> ManifestRead:
        """Its manifest. Read when first asked for: a desk starts with those that it uses, which are few of all."""
        return load_manifest(self.folder)


def find_roots(extra: Iterable[Path] = ()) -> tuple[Path, ...]:
    """Where plugins lie: with the program (beside it when frozen), then the folders given."""
    if getattr(sys, "frozen", False):
        own = Path(sys.executable).parent / PACKAGE
    else:
        own = Path(desktop.__file__).parents[1] / PACKAGE
    return (own, *extra)


class PluginFolders:
    """The plugins of some folders. The first root that has a name wins: a shipped plugin is not replaced unseen."""

    def __init__(self, roots: Iterable[Path] | None = None) -> None:
        """Looks at nothing yet. `roots` are folders that hold plugin folders; None means `find_roots()`."""
        self.roots = tuple(find_roots() if roots is None else roots)
        self._found: dict[str, Plugin] | None = None

    def find_all(self) -> tuple[Plugin, ...]:
        """Every plugin folder, sound or not, by name. Imports nothing."""
        return tuple(self._plugins().values())

    def find_names(self) -> tuple[str, ...]:
        """Names of every plugin folder."""
        return tuple(self._plugins())

    def refresh(self) -> None:
        """Looks at the folders again next time."""
        self._found = None

    def get_manifest(self, name: str) -> Manifest:
        """A plugin's manifest. Raises SetupFailed where it is missing or not sound."""
        plugin = self._get(name)
        manifest = plugin.read.manifest
        if manifest is None or plugin.read.findings:
            raise broken(name, _say(plugin.read.findings))
        return manifest

    def load_class(self, name: str) -> type:
        """The adapter's class of a plugin, imported when first asked for. Raises SetupFailed."""
        manifest = self.get_manifest(name)
        module = _import_module(name, self._get(name).folder, manifest.module)
        found = getattr(module, manifest.class_name, None)
        if not isinstance(found, type):
            raise broken(name, f"its entry names {manifest.entry}, and there is no such class")
        return found

    def _get(self, name: str) -> Plugin:
        plugin = self._plugins().get(name)
        if plugin is None:
            names = ", ".join(self.find_names()) or "none"
            raise SetupFailed(
                f"There is no plugin called {name}.",
                f"Plugins found: {names}.",
                key="plugin.missing",
                subject=name,
            )
        return plugin

    def _plugins(self) -> dict[str, Plugin]:
        if self._found is None:
            self._found = {plugin.name: plugin for plugin in self._look()}
        return self._found

    def _look(self) -> Iterator[Plugin]:
        folders: dict[str, list[Path]] = {}
        for root in self.roots:
            for folder in sorted(root.iterdir()) if root.is_dir() else ():
                if (folder / FILE).is_file():
                    folders.setdefault(folder.name, []).append(folder)
        for name, places in sorted(folders.items()):
            yield Plugin(name=name, folder=places[0], hidden=tuple(places[1:]))


# ==== importing ====


def _import_module(name: str, folder: Path, module: str) -> ModuleType:
    """Imports `plugins.<name>.<module>` from a folder. Raises SetupFailed."""
    with _IMPORTING:
        before = set(sys.modules)
        try:
            _import_package(name, folder)
            return importlib.import_module(f"{PACKAGE}.{name}.{module}")
        except Exception as error:
            for left in set(sys.modules) - before:
                if left == f"{PACKAGE}.{name}" or left.startswith(f"{PACKAGE}.{name}."):
                    del sys.modules[left]
            raise broken(name, f"it cannot be imported ({type(error).__name__}: {error})") from error


def _import_package(name: str, folder: Path) -> None:
    """Puts the folder's package into the table of modules, instead of one of that name from another folder."""
    full = f"{PACKAGE}.{name}"
    present = sys.modules.get(full)
    if present is not None:
        if _lies_in(present, folder):
            return
        for module in [m for m in sys.modules if m == full or m.startswith(f"{full}.")]:
            del sys.modules[module]
    parent = _get_parent()
    init = folder / "__init__.py"
    spec = importlib.util.spec_from_file_location(full, init, submodule_search_locations=[str(folder)])
    if spec is None or spec.loader is None or not init.is_file():
        raise ImportError(f"{init.name} is missing")
    package = importlib.util.module_from_spec(spec)
    sys.modules[full] = package
    spec.loader.exec_module(package)
    setattr(parent, name, package)


def _lies_in(package: ModuleType, folder: Path) -> bool:
    places = list(getattr(package, "__path__", ()))
    return bool(places) and Path(places[0]).resolve() == folder.resolve()


def _get_parent() -> ModuleType:
    """The package `plugins`, which need not lie anywhere."""
    present = sys.modules.get(PACKAGE)
    if present is not None:
        return present
    try:
        return importlib.import_module(PACKAGE)
    except ImportError:
        parent = ModuleType(PACKAGE)
        parent.__path__ = []
        sys.modules[PACKAGE] = parent
        return parent


def broken(name: str, what: str) -> SetupFailed:
    """The error that says what is wrong with a plugin."""
    return SetupFailed(
        f"The plugin {name} cannot be used: {what}.",
        "Run “knit plugins check” for the whole list. Other plugins are not affected.",
        key="plugin.broken",
        subject=name,
    )


def _say(findings: tuple[ManifestFinding, ...]) -> str:
    """The findings as one clause."""
    return "; ".join(f"{f.file.name} {f.field}: {f.message}".replace(" :", ":").rstrip(".") for f in findings)
