"""base.db is wiped under a reading desk while edits wait: nothing typed is lost, sent twice, shown twice or off screen."""

from __future__ import annotations

import json
import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Self

import pytest

from desktop.domain.cases import CaseDraft
from desktop.domain.components import Component
from desktop.domain.ids import ComponentId, LocalKey, StaffId
from desktop.domain.places import Place
from desktop.host.renewal import SAID
from desktop.host.session import Session
from desktop.services.desk import Desk
from desktop.services.rows import CaseQuery
from desktop.store.base.writer import BaseWriter
from tests.helpers.profiles import HeldSecrets, a_session

RAPID = ComponentId("rapid")
CASES = 400
ALL = CaseQuery(open_only=False)
DRAFT = CaseDraft(service_code="bin", description="A bobble hat", place=Place(address="1 Station Road"), answers={})


def build_component(folder: Path, lost: int = 0) -> Component:
    settings = {"folder": str(folder), "cases": str(CASES), "page_size": "100", "unknown": str(lost)}
    return Component(id=RAPID, plugin="rapid", name="Rapid", settings=settings)


@pytest.fixture
def soon(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """A lost answer is read back after two seconds, not thirty; gives how the host is started."""
    monkeypatch.setattr("desktop.sync.outbox.CALL_DEADLINE", 2.0)
    monkeypatch.setattr("desktop.host.outbox_loop.CALL_DEADLINE", 2.0)
    return [sys.executable, "-m", "tests.helpers.host_process", "", ""]


@pytest.fixture
def session(tmp_path: Path, soon: list[str]) -> Iterator[Session]:
    """A session whose component loses the first answer of each kind of write."""
    with a_session(
        tmp_path / "p", HeldSecrets(), build_component(tmp_path, lost=1), host_command=soon, pulls=True
    ) as opened:
        assert opened.host.wait_ready(60)
        opened.sync()
        yield opened


class Watcher:
    """Reads the screen without rest, and writes down whatever should not be there or should and is not."""

    def __init__(self, session: Session, keys: set[LocalKey]) -> None:
        self.wrong: list[str] = []
        self.reads = 0
        self._session = session
        self._keys = keys
        self._wanted: list[tuple[LocalKey, str, str]] = []
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run)

    def want(self, key: LocalKey, *, status: str = "", note: str = "") -> None:
        """From now on the case must show this status, or this note once."""
        self._wanted.append((key, status, note))

    def want_no_status(self) -> None:
        """A status is about to be changed."""
        self._wanted = [entry for entry in self._wanted if not entry[1]]

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_arguments: object) -> None:
        self._stop.set()
        self._thread.join(30)

    def _run(self) -> None:
        desk = self._session.open_desk()
        try:
            while not self._stop.is_set():
                self._look(desk)
                self.reads += 1
        except Exception as error:  # noqa: BLE001 (whatever a read raises is a finding)
            self.wrong.append(f"a read failed: {type(error).__name__}: {error}")
        finally:
            desk.close()

    def _look(self, desk: Desk) -> None:
        wanted = list(self._wanted)
        keys = self._keys | {key for key, _status, _note in wanted}
        shown = Counter(desk.cases.ids(ALL))
        self._check("missing", sorted(keys - shown.keys())[:5])
        self._check("twice", [key for key, times in shown.items() if times > 1][:5])
        self._check("strange", sorted(key for key in shown.keys() - keys if key > 0)[:5])  # born here: below 0
        for key, status, note in wanted:
            file = desk.cases.get(key)
            if (key, status, note) not in self._wanted:  # changed since this look began
                continue
            self._check(f"status of {key}", [file.row.status] * (status not in ("", file.row.status)))
            words = [text for item in file.timeline for text in (item.title, *item.detail.split(" · "))]
            self._check(f"{note} on {key}", [words.count(note)] * (bool(note) and words.count(note) != 1))

    def _check(self, what: str, found: list[int] | list[LocalKey] | list[str]) -> None:
        self.wrong += [f"{what}: {found}"] * bool(found)


def read_log(folder: Path) -> Counter[tuple[str, str]]:
    """Writes that took place, by kind and text or status."""
    lines = (folder / "log.jsonl").read_text().splitlines()
    entries = [json.loads(line) for line in lines]
    return Counter((entry["act"], entry.get("text") or entry.get("status", "")) for entry in entries)


def wait_sent(desk: Desk) -> None:
    """Until the outbox is empty."""
    pause = threading.Event()
    for _ in range(600):
        if not desk.outbox.summary().ops:
            return
        pause.wait(0.1)
    raise AssertionError(desk.outbox.summary().ops)


def test_a_wipe_under_a_reading_desk_with_edits_waiting_loses_nothing(session: Session, tmp_path: Path) -> None:
    desk = session.open_desk()
    rows = desk.cases.page(ALL, None, 1_000).rows
    before = {row.reference: row.key for row in rows}
    assert len(before) == CASES
    first, second = rows[0].key, rows[1].key
    with Watcher(session, set(before.values())) as watcher:
        for number in range(2):  # once with some sent and their answers lost, once with the rest
            watcher.want_no_status()
            desk.cases.set_status(first, ("in progress", "closed")[number])
            watcher.want(first, status=("in progress", "closed")[number])
            desk.cases.add_note(second, f"note {number}")
            watcher.want(second, note=f"note {number}")
            made = desk.cases.create(RAPID, DRAFT).key
            desk.cases.add_note(made, f"inner {number}")
            watcher.want(made, note=f"inner {number}")
            session.new_base("asked")
            desk.cases.add_note(second, f"late {number}")
            watcher.want(second, note=f"late {number}")
            wait_sent(desk)
        session.sync()
    assert watcher.wrong[:12] == []
    assert watcher.reads > 5
    after = {row.reference: row.key for row in desk.cases.page(ALL, None, 1_000).rows}
    assert {name: after[name] for name in before} == before
    assert len(after) == CASES + 2
    log = read_log(tmp_path)
    assert log.pop(("create", "A bobble hat")) == 2  # two were made
    notes = {("note", f"{name} {n}") for name in ("note", "inner", "late") for n in range(2)}
    assert log == dict.fromkeys([*notes, ("update", "in progress"), ("update", "closed")], 1)
    desk.close()


def test_a_create_that_was_settled_before_a_wipe_holds_no_list_up_after_it(tmp_path: Path, soon: list[str]) -> None:
    secrets = HeldSecrets()
    with a_session(tmp_path / "p", secrets, build_component(tmp_path, lost=1), host_command=soon) as session:
        assert session.host.wait_ready(60)
        session.sync()
        desk = session.open_desk()
        desk.cases.create(RAPID, DRAFT)
        session._loop.drain(30)
        desk.close()
    with a_session(tmp_path / "p", secrets, build_component(tmp_path), host_command=soon) as session:
        assert session.host.wait_ready(60)
        desk = session.open_desk()
        wait_sent(desk)
        session.new_base("asked")
        assert session.sync() == {RAPID: CASES + 1}
        assert len(desk.cases.ids(ALL)) == CASES + 1
        desk.close()


def close_one(tmp_path: Path, soon: list[str]) -> tuple[HeldSecrets, dict[str, LocalKey], LocalKey]:
    """A profile that was filled and closed with one note waiting; keys by reference, and the note's case."""
    secrets = HeldSecrets()
    with a_session(tmp_path / "p", secrets, build_component(tmp_path), host_command=soon) as session:
        assert session.host.wait_ready(60)
        session.sync()
        session.offline(True)
        desk = session.open_desk()
        rows = desk.cases.page(ALL, None, 1_000).rows
        desk.cases.add_note(rows[5].key, "kept")
        desk.close()
        return secrets, {row.reference: row.key for row in rows}, rows[5].key


def damage(path: Path, start: int) -> None:
    with path.open("r+b") as file:
        file.seek(start)
        file.write(b"?" * (path.stat().st_size - start))


@pytest.mark.parametrize("how", ["gone", "damaged", "damaged in the middle", "of another desk", "key lost"])
def test_a_base_that_cannot_be_used_is_made_anew_with_a_sentence(tmp_path: Path, soon: list[str], how: str) -> None:
    secrets, before, noted = close_one(tmp_path, soon)
    (path,) = (tmp_path / "p").glob("base-*.db")
    for wal in (tmp_path / "p").glob("base-*.db-*"):
        wal.unlink()
    manifest = tmp_path / "p" / "store.json"
    acts: dict[str, Callable[[], object]] = {
        "gone": path.unlink,
        "damaged": lambda: damage(path, 0),
        "damaged in the middle": lambda: damage(path, 8_192),
        "of another desk": lambda: manifest.write_text(manifest.read_text().replace('"handover": 1', '"handover": 7')),
        "key lost": lambda: secrets.drop("base-key"),
    }
    acts[how]()
    with a_session(tmp_path / "p", secrets, build_component(tmp_path), host_command=soon) as session:
        assert session.host.wait_ready(60)
        desk = session.open_desk()
        session.sync()
        rows = {row.reference: row.key for row in desk.cases.page(ALL, None, 1_000).rows}
        assert session.notices == [SAID]
        assert rows.keys() == before.keys()
        wait_sent(desk)
        assert rows[next(name for name, key in before.items() if key == noted)] == noted
        # A key is never given to another record, also where the old base could not say which it had given.
        others = {name: key for name, key in rows.items() if key != before[name]}
        assert not set(others.values()) & set(before.values())
        desk.close()
    assert read_log(tmp_path) == {("note", "kept"): 1}
    assert len(list((tmp_path / "p").glob("base-*.db"))) == 1


def test_damage_that_a_pull_finds_makes_a_new_base_under_the_open_desk(tmp_path: Path, soon: list[str]) -> None:
    secrets, before, _noted = close_one(tmp_path, soon)
    with a_session(tmp_path / "p", secrets, build_component(tmp_path), host_command=soon) as session:
        assert session.host.wait_ready(60)
        (path,) = (tmp_path / "p").glob("base-*.db")
        told = threading.Event()
        session.on_changes(lambda changes: told.set() if changes.base else None)
        damage(path, 8_192)
        for wal in (tmp_path / "p").glob("base-*.db-wal"):
            damage(wal, 0)
        session.pull_now()
        assert told.wait(60)
        session.sync()
        desk = session.open_desk()
        assert {row.reference for row in desk.cases.page(ALL, None, 1_000).rows} == before.keys()
        desk.close()
        assert session.notices == [SAID]


def test_a_handler_is_kept_offline_over_a_restart_a_pull_and_a_wipe(tmp_path: Path, soon: list[str]) -> None:
    secrets = HeldSecrets()
    query = CaseQuery(assignee="me")
    with a_session(tmp_path / "p", secrets, build_component(tmp_path), host_command=soon) as session:
        assert session.host.wait_ready(60)
        session.sync()
        desk = session.open_desk()
        taken, offline, given = (row.key for row in desk.cases.page(ALL, None, 3).rows)
        desk.cases.assign(taken, StaffId("me"))
        desk.cases.assign(given, StaffId("me"))
        wait_sent(desk)
        desk.cases.assign(given, None)
        made = desk.cases.create(RAPID, DRAFT).key
        wait_sent(desk)
        session.offline(True)
        desk.cases.assign(offline, StaffId("me"))
        assert set(desk.cases.ids(query)) == {taken, made, offline}
        desk.close()
    with a_session(tmp_path / "p", secrets, build_component(tmp_path), host_command=soon) as session:
        assert session.host.wait_ready(60)
        session.sync()  # every row of this component is another with each pull
        desk = session.open_desk()
        wait_sent(desk)
        for _ in range(2):
            assert set(desk.cases.ids(query)) == {taken, made, offline}
            session.new_base("asked")
            session.sync()
        assert desk.cases.get(given).row.assignee == ""
        desk.close()


def test_a_base_of_another_schema_is_made_anew_with_its_owned_values(tmp_path: Path, soon: list[str]) -> None:
    secrets = HeldSecrets()
    with a_session(tmp_path / "p", secrets, build_component(tmp_path), host_command=soon) as session:
        assert session.host.wait_ready(60)
        session.sync()
        desk = session.open_desk()
        key = desk.cases.page(ALL, None, 1).rows[0].key
        desk.cases.assign(key, StaffId("me"))
        wait_sent(desk)
        desk.close()
    manifest = tmp_path / "p" / "store.json"
    described = json.loads(manifest.read_text())
    writer = BaseWriter(tmp_path / "p" / described["base"], secrets.held["base-key"])
    with writer.transaction() as connection:
        connection.exec_driver_sql("DROP TABLE owned")
        connection.exec_driver_sql("DROP TABLE component")
        connection.exec_driver_sql("PRAGMA user_version = 1")
    writer.close()
    manifest.write_text(json.dumps({**described, "base_schema": 1}))
    with a_session(tmp_path / "p", secrets, build_component(tmp_path), host_command=soon) as session:
        desk = session.open_desk()
        assert [status.id for status in desk.components.all()] == [RAPID]  # a table that the old file had not
        assert session.host.wait_ready(60)
        session.sync()
        assert list(desk.cases.ids(CaseQuery(assignee="me"))) == [key]
        assert session.notices == [SAID]
        desk.close()


def test_a_desk_db_that_is_empty_for_a_start_was_cut_off_gets_a_key_that_is_kept(tmp_path: Path) -> None:
    secrets = HeldSecrets()
    (tmp_path / "p").mkdir()
    (tmp_path / "p" / "desk.db").touch()
    for _ in range(2):
        with a_session(tmp_path / "p", secrets, build_component(tmp_path)) as session:
            assert session.outbox.find_ready() == []
    assert len(secrets.held["desk-key"]) == 32
