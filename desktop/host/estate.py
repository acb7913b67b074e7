"""A profile's components as staff set them up: kept, tried, read in and written out, while the desk runs.

Secrets go in and are never given back: the desk is told only which are kept. Everything here may wait for a file, the
keyring or the host, so it is never called on the GUI thread.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec

from desktop.adapters.loader import PluginFolders, find_roots
from desktop.adapters.manifest import Manifest
from desktop.adapters.settings import build_settings, find_secret_lacks
from desktop.config.estate import build_estate, check_component, merge_estate, read_estate, settle_defaults
from desktop.config.profile import ProfileSettings, save_settings
from desktop.credentials.secrets import Secrets, find_component_secrets, secret_name
from desktop.domain.components import Component, Diagnosis
from desktop.domain.errors import DesktopError, InvalidInput, SetupFailed
from desktop.domain.ids import ComponentId
from desktop.host.client import HostClient
from desktop.services.context import InUse
from desktop.services.rows import FieldSpec, PluginForm

TRY_SECONDS = 15.0


class Estate:
    """The components of one profile. `changed` is called after each change, on the caller's thread."""

    def __init__(
        self,
        path: Path,
        settings: ProfileSettings,
        secrets: Secrets,
        host: Callable[[], HostClient],
        changed: Callable[[], None],
    ) -> None:
        self._path = path
        self.settings = settings
        self._secrets = secrets
        self._host = host
        self._changed = changed
        self._plugins = PluginFolders(find_roots(tuple(Path(folder) for folder in settings.plugin_folders)))
        self._in_use = self._look()

    @property
    def components(self) -> tuple[Component, ...]:
        """Those in use, in their order."""
        return self.settings.components

    def in_use(self) -> InUse:
        """Those in use with what they offer."""
        return self._in_use

    def find_manifest(self, plugin: str) -> Manifest | None:
        """A plugin's manifest, or None where it is missing or not sound: the host says so when it is first asked."""
        try:
            return self._plugins.get_manifest(plugin)
        except DesktopError:
            return None

    def pack(self) -> dict[str, Any]:
        """The components and their secrets as the host is told them."""
        secrets: dict[str, dict[str, str]] = {}
        for component in self.components:
            manifest = self.find_manifest(component.plugin)
            if manifest is not None:
                secrets[component.id] = find_component_secrets(self._secrets, component.id, manifest.secrets)
        return {"components": msgspec.to_builtins(self.components), "secrets": secrets}

    # ==== what a screen shows ====
    def forms(self) -> tuple[PluginForm, ...]:
        """What there is to fill in for each plugin that could be used, by name."""
        from desktop.adapters.quality import find_tier  # late: for this screen alone, and the desk starts without it

        found = []
        for plugin in self._plugins.find_all():
            manifest = self.find_manifest(plugin.name)
            if manifest is not None:
                found.append(_build_form(manifest, find_tier(plugin.folder)))
        return tuple(sorted(found, key=lambda form: form.name.casefold()))

    def kept_secrets(self, id: ComponentId) -> tuple[str, ...]:
        """Names of the secrets that are kept for a component; never their values."""
        component = next((each for each in self.components if each.id == id), None)
        manifest = self.find_manifest(component.plugin) if component else None
        return tuple(find_component_secrets(self._secrets, id, manifest.secrets)) if manifest else ()

    # ==== what staff do ====
    def save(self, component: Component, secrets: Mapping[str, str]) -> None:
        """Keeps a component, new or changed, and puts it to use. Secrets that are not given stay as they are.

        Raises:
            InvalidInput: a field, setting or secret is wrong or missing: names which. Nothing was changed.
            CredentialError: a secret cannot be kept.
        """
        check_component(component)
        self._check_settings(component, secrets)
        for name, value in secrets.items():
            self._secrets.keep(secret_name(component.id, name), value.encode())
        others = list(self.components)
        places = [number for number, each in enumerate(others) if each.id == component.id]
        if places:
            others[places[0]] = component
        else:
            others.append(component)
        self._put(settle_defaults(others, first=[component.id]))

    def remove(self, id: ComponentId) -> None:
        """Takes a component out of use and drops its secrets. What was pulled of it stays until base.db is made anew."""
        for name in self.kept_secrets(id):
            self._secrets.drop(secret_name(id, name))
        self._put(tuple(component for component in self.components if component.id != id))

    def try_out(self, component: Component, secrets: Mapping[str, str]) -> Diagnosis:
        """The connection test, also of what is not kept yet: asks the component and says what was learnt.

        Raises:
            DesktopError: whatever stands in the way, as the component's own calls would say it.
        """
        check_component(component)
        params = {"component": msgspec.to_builtins(component), "secrets": dict(secrets), "deadline": TRY_SECONDS}
        result = self._host().wait("component.try", {"what": params}, TRY_SECONDS + 5)
        return msgspec.convert(result, Diagnosis)

    def write_out(self, path: Path) -> None:
        """Writes every component to a file, without a secret. Raises InvalidInput where it cannot be written."""
        try:
            path.write_text(build_estate(self.components, council=self.settings.council_name), encoding="utf-8")
        except OSError as error:
            raise InvalidInput(
                f"{path.name} cannot be written: {error.strerror}.", "Choose another place.", key="estate.write"
            ) from error

    def read_in(self, path: Path) -> tuple[str, ...]:
        """Takes components from a file; gives sentences on what is still missing.

        Raises:
            InvalidInput: the file or a component in it is wrong. Nothing was changed.
        """
        read = read_estate(path)
        for component in read:
            if self.find_manifest(component.plugin) is None:
                raise InvalidInput(
                    f"{component.name} needs the plugin {component.plugin}, which is not here or not sound.",
                    "Nothing was changed. Put the plugin in a plugin folder first.",
                    key="estate.plugin",
                    field=component.id,
                )
        self._put(merge_estate(self.components, read))
        return tuple(sentence for component in read for sentence in self._find_missing(component))

    # ==== inner parts ====
    def _put(self, components: Sequence[Component]) -> None:
        settings = msgspec.structs.replace(self.settings, components=tuple(components))
        save_settings(self._path, settings)
        self.settings = settings
        self._in_use = self._look()
        self._host().wait("components.set", self.pack(), 30)
        self._changed()

    def _look(self) -> InUse:
        found = {component.id: self.find_manifest(component.plugin) for component in self.settings.components}
        return InUse(
            components=self.settings.components,
            capabilities={id: manifest.capabilities for id, manifest in found.items() if manifest},
            owned={id: manifest.desk_owned for id, manifest in found.items() if manifest},
            attributions={
                component.id: component.settings.get("attribution") or manifest.attribution
                for component in self.settings.components
                if (manifest := found[component.id])
            },
            without_notes=frozenset(
                component.id
                for component in self.settings.components
                if (manifest := found[component.id]) and not manifest.takes_notes(component.settings)
            ),
        )

    def _check_settings(self, component: Component, secrets: Mapping[str, str]) -> None:
        manifest = self.find_manifest(component.plugin)
        if manifest is None:
            raise InvalidInput("Choose a plugin from the list.", key="estate.plugin", field="plugin")
        for name, spec in manifest.settings.items():
            one = msgspec.structs.replace(manifest, settings={name: spec})
            try:
                build_settings(one, component.settings, subject=component.id)
            except SetupFailed as error:
                raise InvalidInput(error.title, error.hint, key="estate.setting", field=name) from error
        given = [name for name, value in secrets.items() if value]
        for lack in find_secret_lacks(manifest, (*self.kept_secrets(component.id), *given)):
            raise InvalidInput(f"Give the {lack.label}.", lack.hint, key="estate.secret", field=lack.name)

    def _find_missing(self, component: Component) -> list[str]:
        manifest = self.find_manifest(component.plugin)
        lacks = find_secret_lacks(manifest, self.kept_secrets(component.id)) if manifest else []
        return [f"{component.name} needs its {lack.label}." for lack in lacks]


def _build_form(manifest: Manifest, tier: str) -> PluginForm:
    return PluginForm(
        plugin=manifest.id,
        name=manifest.name,
        capabilities=manifest.capabilities,
        attribution=manifest.attribution,
        tier=tier,
        settings=tuple(
            FieldSpec(
                name=name,
                label=spec.label,
                required=spec.required,
                default=spec.default,
                hint=spec.hint,
                pattern=spec.pattern,
            )
            for name, spec in manifest.settings.items()
        ),
        secrets=tuple(
            FieldSpec(name=name, label=spec.label, required=spec.required, hint=spec.hint)
            for name, spec in manifest.secrets.items()
        ),
    )
