"""A component whose list cannot be read says so on its chip, whatever went wrong."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from desktop.adapters.loader import PluginFolders
from desktop.domain.components import Component
from desktop.domain.errors import DesktopError
from desktop.domain.ids import ComponentId
from desktop.host.components import Running
from desktop.store.base import tables
from tests.helpers.stores import Store, open_store

MANIFEST = """
id = "broken"
name = "Broken"
api = 1
capabilities = ["cases"]
entry = "adapter:BrokenCases"
requirements = []
hosts = []
licence = "MIT"

[settings.says]
label = "What the list does"
required = true
"""
ADAPTER = """
from desktop.adapters.api import Page
from desktop.domain.errors import InvalidInput, NotFound

class BrokenCases:
    def __init__(self, context):
        self.says = context.settings["says"]

    def types(self):
        return ()

    def changed(self, since=None, cursor=""):
        if self.says == "crash":
            raise KeyError("a resident's name")
        if self.says == "wrong kind":
            return Page(items=("no case",))
        if self.says == "none":
            raise NotFound("There is no list there.", key="broken.none")
        if self.says == "refuse":
            raise InvalidInput("No.", key="broken.no")
        return Page(items=())

    def events(self, since=None, cursor=""):
        return Page(items=())

    def get(self, id):
        raise NotFound("No such case.", key="broken.case")

    create = update = find_created = find_event = add_event = get
"""


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(tmp_path / "store") as opened:
        yield opened


def a_component(store: Store, folder: Path, says: str) -> Running:
    plugin = folder / "broken"
    plugin.mkdir()
    (plugin / "manifest.toml").write_text(MANIFEST)
    (plugin / "adapter.py").write_text(ADAPTER)
    (plugin / "__init__.py").write_text('"""Broken on request."""\n')
    return Running(
        Component(id=ComponentId("broken"), plugin="broken", name="Broken", settings={"says": says}),
        {},
        base=lambda: store.base,
        plugins=PluginFolders([folder]),
        clock=store.clock,
        log=logging.getLogger("test"),
        changed=lambda _changes: None,
        progress=lambda _progress: None,
    )


def read_health(store: Store) -> tuple[str, str]:
    table = tables.component
    with store.base.transaction() as connection:
        row = connection.execute(select(table.c.state, table.c.error).where(table.c.id == "broken")).one()
    return row.state, row.error


@pytest.mark.parametrize(
    ("says", "words"),
    [
        ("crash", "Broken failed in a way that Knit did not expect (KeyError)."),
        ("wrong kind", "Broken failed in a way that Knit did not expect (AttributeError)."),
        ("none", "There is no list there."),
        ("refuse", "No."),
    ],
)
def test_a_pull_that_fails_stops_the_chip_and_names_no_resident(
    store: Store, tmp_path: Path, says: str, words: str
) -> None:
    running = a_component(store, tmp_path, says)
    with pytest.raises((DesktopError, KeyError, AttributeError)):
        running.pull()
    state, error = read_health(store)
    assert state == "stopped"
    assert error.startswith(words)
    assert "resident" not in error


def test_a_single_record_that_is_not_there_is_no_fault_of_the_component(store: Store, tmp_path: Path) -> None:
    running = a_component(store, tmp_path, "well")
    running.pull()
    with pytest.raises(DesktopError):
        running.refresh("case", "C1")
    assert read_health(store) == ("fresh", "")
