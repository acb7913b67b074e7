"""Headless commands over a profile: sync, store and doctor. The same code as the desk's, without Qt."""

from __future__ import annotations

import argparse
import json
import platform
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TextIO

import desktop
from desktop.adapters.loader import PluginFolders
from desktop.config.locks import ProcessLock
from desktop.config.paths import Profile, default_profile, open_profile
from desktop.config.profile import load_settings
from desktop.domain.errors import AdapterError, DesktopError, InvalidInput, StoreLocked
from desktop.domain.ids import ComponentId
from desktop.host.audit_head import find_head
from desktop.host.session import Session
from desktop.host.store_pair import DESK_KEY
from desktop.host.training import open_secrets
from desktop.store.audit import head, verify
from desktop.store.cipher import is_whole
from desktop.store.desk.file import DeskFile, Pair
from desktop.store.opening import open_desk

EXIT_OK, EXIT_INPUT, EXIT_ADAPTER, EXIT_BUSY, EXIT_STORE = 0, 2, 3, 4, 5


def add_profile(parser: argparse.ArgumentParser) -> None:
    """Arguments of every command that works on a profile."""
    parser.add_argument("--profile", type=Path, default=None, metavar="DIR", help="the profile's folder")
    parser.add_argument("--vault-passphrase-file", type=Path, default=None, metavar="FILE")


def read_profile(options: argparse.Namespace) -> Profile:
    """The profile that the arguments name. Raises StoreOnNetwork."""
    return open_profile(options.profile or default_profile().root)


def read_ask(options: argparse.Namespace) -> Callable[[], str] | None:
    """How the vault's passphrase is got, where it is needed."""
    file: Path | None = options.vault_passphrase_file
    if file is None:
        return None

    def ask() -> str:
        try:
            return file.read_text(encoding="utf-8").rstrip("\r\n")
        except (OSError, UnicodeDecodeError) as error:
            raise InvalidInput(
                "The file with the vault's passphrase cannot be read.",
                "Check --vault-passphrase-file.",
                key="vault.file",
                subject=file.name,
            ) from error

    return ask


def report(error: DesktopError, err: TextIO) -> int:
    """Says an error as one JSON object, and gives the exit code that it means."""
    body = {"error": type(error).__name__, "title": error.title, "hint": error.hint, "key": error.key}
    err.write(json.dumps(body, ensure_ascii=False) + "\n")
    if isinstance(error, InvalidInput):
        return EXIT_INPUT
    if isinstance(error, StoreLocked):
        return EXIT_BUSY
    return EXIT_ADAPTER if isinstance(error, AdapterError) else EXIT_STORE


def sync_command(argv: list[str], out: TextIO, err: TextIO) -> int:
    """`knit sync`: sends what waits and pulls every component once; rows read as JSON."""
    parser = argparse.ArgumentParser(prog="knit sync")
    add_profile(parser)
    parser.add_argument("--component", action="append", default=[], metavar="ID")
    options = parser.parse_args(argv)
    try:
        profile = read_profile(options)
        settings = load_settings(profile.settings)
        wanted = [ComponentId(id) for id in options.component]
        unknown = set(wanted) - {c.id for c in settings.components}
        if unknown:
            raise InvalidInput(f"This profile has no component {', '.join(sorted(unknown))}.", key="sync.component")
        with Session(profile, open_secrets(profile, read_ask(options)), pulls=False) as session:
            rows = session.sync(wanted or None)
            desk = session.open_desk()
            waiting = len(desk.outbox.summary().ops)
            desk.close()
    except DesktopError as error:
        return report(error, err)
    out.write(json.dumps({"rows": rows, "outbox": waiting}) + "\n")
    return EXIT_OK


def store_command(argv: list[str], out: TextIO, err: TextIO) -> int:
    """`knit store verify`: checks the files and the audit chain."""
    parser = argparse.ArgumentParser(prog="knit store")
    parser.add_argument("action", choices=["verify"])
    add_profile(parser)
    options = parser.parse_args(argv)
    try:
        profile = read_profile(options)
        with ProcessLock(profile.lock):
            return _verify(profile, read_ask(options), out)
    except DesktopError as error:
        return report(error, err)


def _verify(profile: Profile, ask: Callable[[], str] | None, out: TextIO) -> int:
    secrets = open_secrets(profile, ask)
    opened = open_desk(profile.desk_db, profile.store_json, secrets.find(DESK_KEY))
    file = DeskFile(Pair(profile.desk_db, opened.key, None, b""), writes=True)
    try:
        whole = is_whole(profile.desk_db, opened.key)
        with file.transaction() as connection:
            findings = verify(connection, find_head(secrets))
            last, _link = head(connection)
    finally:
        file.close()
    body = {
        "file": "whole" if whole else "damaged",
        "audit_rows": last,
        "findings": [{"row": finding.seq, "what": finding.what} for finding in findings],
        "note": "A chain on one computer cannot prove that its owner did not write a whole new one.",
    }
    out.write(json.dumps(body) + "\n")
    return EXIT_OK if whole and not findings else EXIT_STORE


def doctor_command(argv: list[str], out: TextIO, err: TextIO) -> int:
    """`knit doctor`: what a support desk asks first. Names no resident and no secret."""
    parser = argparse.ArgumentParser(prog="knit doctor")
    add_profile(parser)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args(argv)
    try:
        profile = read_profile(options)
        settings = load_settings(profile.settings)
    except DesktopError as error:
        return report(error, err)
    plugins = PluginFolders()
    facts = {
        "knit": desktop.__version__,
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.release()}",
        "frozen": bool(getattr(sys, "frozen", False)),
        "profile": profile.root.name,
        "components": {c.id: c.plugin for c in settings.components},
        "plugins": {p.name: "sound" if p.read.sound else "broken" for p in plugins.find_all()},
        "desk_db_bytes": profile.desk_db.stat().st_size if profile.desk_db.exists() else 0,
        "base_db_bytes": sum(path.stat().st_size for path in profile.root.glob("base-*.db")),
    }
    if options.json:
        out.write(json.dumps(facts) + "\n")
    else:
        out.writelines(f"{name.replace('_', ' ')}: {value}\n" for name, value in facts.items())
    return EXIT_OK
