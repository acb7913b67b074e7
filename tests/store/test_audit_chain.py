"""The audit chain: what was changed, taken out, put in another order or cut off is found, with its number."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from desktop.config.paths import Profile
from desktop.domain.clocks import Clock
from desktop.domain.errors import KeyringMissing
from desktop.host import commands
from desktop.host.audit_head import KEEP_EVERY, AuditHead, find_head
from desktop.host.store_pair import DESK_KEY
from desktop.store.audit import Entry, append, head, verify
from desktop.store.desk.file import DeskFile
from desktop.store.desk.migrations import migrate
from tests.helpers.clocks import FakeClock
from tests.helpers.profiles import HeldSecrets, a_session, open_desk_file
from tests.helpers.stores import read_value

KEY = bytes(range(32))
ROWS = 12


@pytest.fixture
def file(tmp_path: Path) -> Iterator[DeskFile]:
    """A store with a chain of twelve rows."""
    with open_desk_file(tmp_path / "desk.db", KEY) as opened:
        migrate(opened, tmp_path / "desk.db", KEY)
        with opened.transaction() as connection:
            for n in range(1, ROWS + 1):
                append(connection, [Entry(1_000 + n, "D.WHITFIELD", "view", f"case/{n}", "asked by the resident")])
        yield opened


def find_findings(file: DeskFile, kept: tuple[int, bytes] | None = None) -> list[int]:
    """Numbers of the rows that do not fit."""
    with file.transaction() as connection:
        return [finding.seq for finding in verify(connection, kept)]


def read_head(file: DeskFile) -> tuple[int, bytes]:
    with file.transaction() as connection:
        return head(connection)


def test_a_chain_as_it_was_written_has_no_findings(file: DeskFile) -> None:
    assert find_findings(file) == []
    assert find_findings(file, read_head(file)) == []
    assert find_findings(file, (0, bytes(32))) == []


def test_entries_of_one_group_are_chained_like_single_ones(file: DeskFile) -> None:
    with file.transaction() as connection:
        seq, link = append(connection, [Entry(1, "a", "b", "c"), Entry(2, "a", "b", "c")])
        assert append(connection, []) == (seq, link)
    assert seq == ROWS + 2
    assert find_findings(file, (seq, link)) == []


@pytest.mark.parametrize("column", ["at", "officer", "act", "subject", "reason", "link"])
def test_a_change_of_any_column_is_found(file: DeskFile, column: str) -> None:
    file.driver.execute(f"UPDATE audit SET {column} = 7 WHERE seq = 5" if column == "at" else CHANGE.format(column))
    assert find_findings(file) == [5]


CHANGE = "UPDATE audit SET {0} = CAST(substr({0}, 2) || 'x' AS BLOB) WHERE seq = 5"


@pytest.mark.parametrize(
    ("statement", "row"),
    [
        ("DELETE FROM audit WHERE seq = 5", 5),
        ("DELETE FROM audit WHERE seq = 1", 1),
        ("UPDATE audit SET seq = CASE seq WHEN 5 THEN -6 ELSE -5 END WHERE seq IN (5, 6)", 1),
        ("INSERT INTO audit SELECT 13, at, officer, act, subject, reason, link FROM audit WHERE seq = 12", 13),
    ],
    ids=["a row is gone", "the first row is gone", "rows have other numbers", "a row is there twice"],
)
def test_what_was_done_to_rows_is_found(file: DeskFile, statement: str, row: int) -> None:
    file.driver.execute(statement)
    assert find_findings(file) == [row]


def test_two_rows_in_each_others_place_are_found(file: DeskFile) -> None:
    file.driver.execute("UPDATE audit SET seq = -5 WHERE seq = 5")
    file.driver.execute("UPDATE audit SET seq = 5 WHERE seq = 6")
    file.driver.execute("UPDATE audit SET seq = 6 WHERE seq = -5")
    assert find_findings(file) == [5]


def test_a_cut_tail_is_found_against_the_kept_head_alone(file: DeskFile) -> None:
    kept = read_head(file)
    file.driver.execute("DELETE FROM audit WHERE seq > 9")
    assert find_findings(file) == []
    assert find_findings(file, kept) == [10]


def test_a_whole_new_chain_is_found_against_the_kept_head(file: DeskFile) -> None:
    kept = read_head(file)
    file.driver.execute("DELETE FROM audit")
    with file.transaction() as connection:
        append(connection, [Entry(1, "somebody", "view", "case/1") for _ in range(ROWS + 3)])
    assert find_findings(file) == []
    assert find_findings(file, kept) == [ROWS]


def test_rows_after_the_kept_head_are_no_finding(file: DeskFile) -> None:
    kept = read_head(file)
    with file.transaction() as connection:
        append(connection, [Entry(1, "D.WHITFIELD", "view", "case/1")])
    assert find_findings(file, kept) == []


# ==== the head beside the key ====


class ForgetfulRing(HeldSecrets):
    """A keyring that is gone."""

    def keep(self, name: str, value: bytes) -> None:
        raise KeyringMissing("The keyring does not answer.", key="keyring.missing")


def test_the_head_is_kept_at_most_once_a_minute(file: DeskFile) -> None:
    clock, secrets = FakeClock(), HeldSecrets()
    keeper = AuditHead(secrets, clock)
    keeper.keep_if_due(file)
    assert find_head(secrets) == read_head(file)
    with file.transaction() as connection:
        append(connection, [Entry(1, "D.WHITFIELD", "view", "case/1")])
    keeper.keep_if_due(file)
    assert find_head(secrets) != read_head(file)
    clock.move(KEEP_EVERY)
    keeper.keep_if_due(file)
    assert find_head(secrets) == read_head(file)


def test_a_keyring_that_is_gone_stops_nobody(file: DeskFile) -> None:
    clock: Clock = FakeClock()
    AuditHead(ForgetfulRing(), clock).keep(file)


# ==== `knit store verify` ====


@pytest.fixture
def profile(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Profile, HeldSecrets]:
    """A profile that an officer worked in and closed."""
    secrets = HeldSecrets()
    monkeypatch.setattr(commands, "open_secrets", lambda _profile, _ask: secrets)
    session = a_session(tmp_path / "profile", secrets)
    with session:
        desk = session.open_desk()
        for n in range(1, 7):
            desk.audit.add("view", f"case/{n}")
        desk.close()
    return session.profile, secrets


def verify_store(profile: Profile) -> tuple[int, dict[str, object]]:
    """`knit store verify`: its exit code and what it says."""
    out, err = io.StringIO(), io.StringIO()
    code = commands.store_command(["verify", "--profile", str(profile.root)], out, err)
    return code, json.loads(out.getvalue() or err.getvalue())


def test_a_session_keeps_the_head_when_it_closes(profile: tuple[Profile, HeldSecrets]) -> None:
    kept = find_head(profile[1])
    assert kept is not None
    assert kept[0] == 6
    code, said = verify_store(profile[0])
    assert (code, said["file"], said["audit_rows"], said["findings"]) == (0, "whole", 6, [])
    assert "cannot prove" in str(said["note"])


@pytest.mark.parametrize(
    ("statement", "row"),
    [
        ("UPDATE audit SET subject = 'case/9' WHERE seq = 3", 3),
        ("DELETE FROM audit WHERE seq = 2", 2),
        ("DELETE FROM audit WHERE seq > 4", 5),
        ("DELETE FROM audit", 1),
    ],
)
def test_verify_names_the_row(profile: tuple[Profile, HeldSecrets], statement: str, row: int) -> None:
    with open_desk_file(profile[0].desk_db, profile[1].held[DESK_KEY]) as file:
        file.driver.execute(statement)
    code, said = verify_store(profile[0])
    findings = said["findings"]
    assert isinstance(findings, list)
    assert (code, [finding["row"] for finding in findings]) == (5, [row])


def test_verify_finds_a_damaged_page(profile: tuple[Profile, HeldSecrets]) -> None:
    key = profile[1].held[DESK_KEY]
    with open_desk_file(profile[0].desk_db, key) as file:
        file.driver.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        number = read_value(file, "SELECT rootpage FROM sqlite_master WHERE name = 'edited_payment'")
    with profile[0].desk_db.open("r+b") as raw:
        raw.seek((number - 1) * 4096 + 50)
        raw.write(b"?" * 20)
    code, said = verify_store(profile[0])
    assert (code, said["file"]) == (5, "damaged")


@pytest.mark.parametrize("act", [lambda p, s: s.held.clear(), lambda p, s: p.desk_db.unlink()])
def test_verify_ends_with_a_sentence_where_the_store_does_not_open(
    profile: tuple[Profile, HeldSecrets], act: Callable[[Profile, HeldSecrets], object]
) -> None:
    act(*profile)
    code, said = verify_store(profile[0])
    assert code == 5
    assert said["key"] in {"store.key_lost", "store.gone"}
