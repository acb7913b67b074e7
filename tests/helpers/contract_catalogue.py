"""What the files of a published contract are, as each plugin's `contract.py` under tests/plugins says it.

`kind` says which question a file answers; `OTHER` that the adapter never asks for such a thing, `TEXT` that it is no
payload. A good answer maps; everything else is refused with a typed error. Files are only read where they lie, never
copied into the project.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from fnmatch import fnmatch
from functools import cache
from pathlib import Path

from tests.helpers.faulty_server import FaultyServer, Reply
from tests.helpers.plugin_parts import load_parts

OTHER = "other"
TEXT = "text"
NOW = datetime(2018, 8, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Entry:
    """What files of a pattern are: the question they answer, whether they must map, and why not."""

    pattern: str
    kind: str
    maps: bool
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Contract:
    """One published contract and the adapter that is held to it.

    Attributes:
        api: folder under the published contracts.
        plugin: whose adapter is asked.
        entries: what each file is; the first pattern that fits.
        run: asks the adapter the question of a kind, with a file as the server's answer.
        settings: of the component, besides its address.
        secrets: by name; a test key where the manifest asks for `api_key` alone.
        values: (file, path such as `items.0.place`, value) that must come out; twenty at least.
        few: why there are fewer, where the contract has no answers to name more of.
        read: makes an answer of a file where the usual way does not fit.
    """

    api: str
    plugin: str
    entries: tuple[Entry, ...]
    run: Callable[[object, FaultyServer, str, Reply], object]
    settings: Mapping[str, str] = field(default_factory=dict)
    secrets: Mapping[str, str] | None = None
    values: tuple[tuple[str, str, object], ...] = ()
    few: str = ""
    read: Callable[[bytes, str], Reply] | None = None
    now: datetime = NOW

    def find_entry(self, file: str) -> Entry | None:
        """What a file is."""
        return next((entry for entry in self.entries if fnmatch(file, entry.pattern)), None)


@cache
def load_contracts() -> tuple[Contract, ...]:
    """The contracts of every plugin that has some."""
    return tuple(contract for parts in load_parts("contract") for contract in parts.CONTRACTS)


def find_files(api: str, specs: Path) -> list[str]:
    """Every file of an API's contract, relative to its folder."""
    folder = specs / api
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
