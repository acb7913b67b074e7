"""Finds plugin folders, imports one when a component first needs it, and builds its adapter.

A plugin is imported as `plugins.<name>` wherever its folder lies: in the repository, beside the frozen program, or in a
council's own folder. Nothing of it is imported until it is used, and a broken one stops nobody but itself.
"""

from __future__ import annotations

import importlib
import importlib.util
import logging
import sys
import threading
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType

import desktop
from desktop.adapters.api import PROTOCOLS, AdapterContext, find_part
from desktop.adapters.breaker import Breaker
from desktop.adapters.http import HttpClient, HttpPolicy, Network
from desktop.adapters.mail import MailClient, MailPolicy
from desktop.adapters.manifest import FILE, Manifest, ManifestFinding, ManifestRead, load_manifest
from desktop.adapters.ratelimit import TokenBucket
from desktop.adapters.settings import build_settings, check_secrets
from desktop.domain.clocks import Clock
from desktop.domain.components import Component
from desktop.domain.errors import DesktopError, SetupFailed

PACKAGE = "plugins"
_IMPORTING = threading.RLock()
"""Held while a plugin is imported: the table of modules is one for the whole process."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plugin:
    """A plugin folder that was found. `hidden` are folders of the same name in later roots."""

    name: str
    folder: Path
    read: ManifestRead
    hidden: tuple[Path, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadedAdapter:
    """An adapter ready for one component, with the client it speaks through."""

    adapter: object
    http: HttpClient
    manifest: Manifest
    component: Component
    secrets: frozenset[str] = field(default_factory=frozenset, repr=False)

    def close(self) -> None:
        """Closes its connections."""
        self.http.close()


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
        """Every plugin folder, sound or not, by name. Reads manifests, imports nothing."""
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
            raise _broken(name, _say(plugin.read.findings))
        return manifest

    def load_class(self, name: str) -> type:
        """The adapter's class of a plugin, imported when first asked for. Raises SetupFailed."""
        manifest = self.get_manifest(name)
        module = _import_module(name, self._get(name).folder, manifest.module)
        found = getattr(module, manifest.class_name, None)
        if not isinstance(found, type):
            raise _broken(name, f"its entry names {manifest.entry}, and there is no such class")
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
            yield Plugin(name=name, folder=places[0], read=load_manifest(places[0]), hidden=tuple(places[1:]))


def build_adapter(
    component: Component,
    secrets: Mapping[str, str],
    plugins: PluginFolders,
    clock: Clock,
    log: logging.Logger,
    *,
    network: Network | None = None,
    breaker: Breaker | None = None,
) -> LoadedAdapter:
    """An adapter for one component: imported, its settings checked, with its own HTTP client.

    Args:
        component: its plugin, id and settings.
        secrets: by the names of the manifest.
        plugins: where the plugin is looked for.
        clock: given to the adapter and its client.
        log: given to the adapter; its client writes to it too.
        network: how this machine reaches the outside.
        breaker: the component's circuit, where it outlives this adapter.

    Raises:
        SetupFailed: the plugin is missing or broken, or a setting or secret is missing or wrong; names which.
    """
    manifest = plugins.get_manifest(component.plugin)
    settings = build_settings(manifest, component.settings, subject=component.id)
    check_secrets(manifest, secrets, subject=component.id)
    own_secrets = {name: value for name, value in secrets.items() if name in manifest.secrets}
    known = frozenset(value for value in own_secrets.values() if value)
    kind = plugins.load_class(component.plugin)
    name = component.name or component.id
    breaker = breaker or Breaker(name, clock)
    bucket = TokenBucket(per_second=manifest.rate.per_second, burst=manifest.rate.burst, clock=clock)
    policy = _build_policy(manifest, name, base_url=settings.get("base_url", ""), secrets=known, network=network)
    http = HttpClient(policy, clock=clock, log=log, breaker=breaker, bucket=bucket)
    mail_policy = _build_mail_policy(name, settings, secrets=known, network=policy.network)
    mail = MailClient(mail_policy, clock=clock, log=log, breaker=breaker, bucket=bucket)
    context = AdapterContext(
        component=name, settings=settings, secrets=own_secrets, http=http, clock=clock, log=log, mail=mail
    )
    try:
        adapter = _build_instance(kind, context, manifest)
    except BaseException:
        http.close()
        raise
    return LoadedAdapter(adapter=adapter, http=http, manifest=manifest, component=component, secrets=known)


def _build_policy(
    manifest: Manifest, name: str, *, base_url: str, secrets: frozenset[str], network: Network | None
) -> HttpPolicy:
    return HttpPolicy(
        component=name,
        base_url=base_url,
        hosts=frozenset(manifest.hosts),
        secrets=secrets,
        per_second=manifest.rate.per_second,
        burst=manifest.rate.burst,
        network=network or Network(),
    )


def _build_mail_policy(
    name: str, settings: Mapping[str, str], *, secrets: frozenset[str], network: Network
) -> MailPolicy:
    host, port = settings.get("mail_host", ""), settings.get("mail_port", "")
    return MailPolicy(component=name, host=host, port=port, secrets=secrets, network=network)


def _build_instance(kind: type, context: AdapterContext, manifest: Manifest) -> object:
    try:
        adapter: object = kind(context)
    except DesktopError:
        raise
    except Exception as error:
        raise _broken(manifest.id, f"its adapter cannot be made ({type(error).__name__})") from error
    for capability in manifest.capabilities:
        protocol = PROTOCOLS.get(capability)
        if protocol is None:
            raise _broken(manifest.id, f"this Knit has no protocol for {capability} yet")
        if find_part(adapter, capability) is None:
            raise _broken(manifest.id, f"its adapter lacks methods of {capability}")
    return adapter


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
            raise _broken(name, f"it cannot be imported ({type(error).__name__}: {error})") from error


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


def _broken(name: str, what: str) -> SetupFailed:
    return SetupFailed(
        f"The plugin {name} cannot be used: {what}.",
        "Run “knit plugins check” for the whole list. Other plugins are not affected.",
        key="plugin.broken",
        subject=name,
    )


def _say(findings: tuple[ManifestFinding, ...]) -> str:
    """The findings as one clause."""
    return "; ".join(f"{f.file.name} {f.field}: {f.message}".replace(" :", ":").rstrip(".") for f in findings)
