"""The components that a host works for: put to use, changed while it runs, and tried before they are."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from desktop.adapters.http import HttpClient
from desktop.adapters.loader import PluginFolders
from desktop.domain.components import Component
from desktop.host.components import Running
from desktop.host.turns import Turns
from desktop.sync.push import failure

Build = Callable[[Component, Mapping[str, str]], Running]


class Roster:
    """Components by id. Changed on the host's threads for slow requests, one request at a time from one desk."""

    def __init__(self, turns: Turns, build: Build) -> None:
        self.running: dict[str, Running] = {}
        self.plugins = PluginFolders()
        self._turns = turns
        self._build = build

    def put(self, params: dict[str, Any]) -> object:
        """Puts these components to use. One that did not change goes on; one that did ends what it is at by itself."""
        wanted = msgspec.convert(params["components"], tuple[Component, ...])
        for id in self.running.keys() - {component.id for component in wanted}:
            self.running.pop(id).retire()
        for component in wanted:
            secrets = dict(params["secrets"].get(component.id, {}))
            before = self.running.get(component.id)
            if before is not None and before.is_same(component, secrets):
                continue
            self.running[component.id] = self._build(component, secrets)
            if before is not None:
                before.retire()
        return None

    def try_out(self, params: dict[str, Any]) -> object:
        """The connection test of a component as given; secrets that are not given are those that it has."""
        what = params["what"]
        component = msgspec.convert(what["component"], Component)
        running = self.running.get(component.id)
        given = {name: value for name, value in what["secrets"].items() if value}
        tried = self._build(component, {**(running.copy_secrets() if running else {}), **given})
        try:
            scope = HttpClient.call_scope(float(what["deadline"]), waits=lambda: self._turns.waiting(component.id))
            with scope, self._turns.working(component.id):
                return tried.check()
        except Exception as error:
            raise failure(error, component) from error
        finally:
            tried.close()

    def put_secret(self, params: dict[str, Any]) -> object:
        """Gives a component a new secret."""
        self.running[params["component"]].set_secret(params["name"], params["value"])
        return None

    def health(self, _params: dict[str, Any]) -> object:
        """How many calls of each component never came back."""
        return {name: running.workers.abandoned for name, running in self.running.items()}
