"""Keys and secrets: in the keyring, long ones in parts, and in the vault where there is none."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from desktop.credentials.secrets import (
    PART,
    KeyringSecrets,
    find_component_secrets,
    find_keyring,
    secret_name,
)
from desktop.credentials.vault import VaultSecrets, load_key_file
from desktop.domain.errors import CredentialError, KeyringLocked, KeyringMissing


def test_a_key_file_is_whole_or_not_there_though_the_start_was_cut_off(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "vault.key"

    def cut_off(_handle: int) -> None:
        raise OSError("cut off")

    with monkeypatch.context() as patch:
        patch.setattr("os.fsync", cut_off)
        with pytest.raises(CredentialError) as caught:
            load_key_file(path)
    assert caught.value.key == "vault.key_file"
    assert not path.exists()
    first = load_key_file(path)
    assert len(first) == 64
    assert load_key_file(path) == first
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_of_two_first_starts_at_once_both_have_the_same_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "vault.key"
    fsync = os.fsync
    others: list[str] = []

    def other_is_first(handle: int) -> None:
        fsync(handle)
        if not others:
            others.append("begun")
            others.append(load_key_file(path))

    monkeypatch.setattr("os.fsync", other_is_first)
    monkeypatch.setattr("os.getpid", lambda: len(others))
    assert load_key_file(path) == others[1]
    assert [item.name for item in tmp_path.iterdir()] == ["vault.key"]


class FakeRing:
    """A keyring of the system, which takes short texts only, as Windows does, and fails as told."""

    def __init__(self) -> None:
        self.held: dict[tuple[str, str], str] = {}
        self.fails: Exception | None = None
        self.forgets = False

    def get_password(self, service: str, username: str) -> str | None:
        self._fail()
        return self.held.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self._fail()
        assert len(password.encode("utf-16-le")) <= 2_560
        self.held |= {} if self.forgets else {(service, username): password}

    def delete_password(self, service: str, username: str) -> None:
        self._fail()
        del self.held[service, username]

    def _fail(self) -> None:
        for error in filter(None, [self.fails]):
            raise error


@pytest.fixture
def ring() -> FakeRing:
    return FakeRing()


@pytest.fixture
def secrets(ring: FakeRing) -> KeyringSecrets:
    return KeyringSecrets("default", ring)


@pytest.mark.parametrize("size", [0, 1, 32, PART * 3 // 4, PART * 3 // 4 + 1, 10_000])
def test_a_secret_of_any_length_comes_back(secrets: KeyringSecrets, size: int) -> None:
    value = bytes(n % 256 for n in range(size))
    secrets.keep("desk-key", value)
    assert secrets.find("desk-key") == value
    assert secrets.find("base-key") is None


def test_a_shorter_secret_takes_the_place_of_a_longer_one(secrets: KeyringSecrets) -> None:
    secrets.keep("token", b"x" * 5_000)
    secrets.keep("token", b"short")
    assert secrets.find("token") == b"short"


def test_dropping_forgets_every_part(secrets: KeyringSecrets, ring: FakeRing) -> None:
    secrets.keep("token", b"x" * 5_000)
    secrets.keep("token", b"short")
    secrets.drop("token")
    secrets.drop("token")
    assert ring.held == {}


def test_profiles_do_not_see_each_others_secrets(ring: FakeRing) -> None:
    KeyringSecrets("one", ring).keep("desk-key", b"1")
    KeyringSecrets("two", ring).keep("desk-key", b"2")
    assert KeyringSecrets("one", ring).find("desk-key") == b"1"
    assert {service for service, _name in ring.held} == {"knit/one", "knit/two"}


def test_a_lost_part_is_said_and_not_taken_for_no_secret(secrets: KeyringSecrets, ring: FakeRing) -> None:
    secrets.keep("token", b"x" * 5_000)
    del ring.held["knit/default", "token/2"]
    with pytest.raises(CredentialError) as caught:
        secrets.find("token")
    assert caught.value.key == "keyring.part"


def test_a_mangled_part_is_said(secrets: KeyringSecrets, ring: FakeRing) -> None:
    secrets.keep("token", b"x" * 32)
    ring.held["knit/default", "token/0"] = "end:@@@@"
    with pytest.raises(CredentialError) as caught:
        secrets.find("token")
    assert caught.value.key == "keyring.read"


def test_a_keyring_that_forgets_is_not_trusted(secrets: KeyringSecrets, ring: FakeRing) -> None:
    ring.forgets = True
    with pytest.raises(KeyringMissing) as caught:
        secrets.keep("desk-key", b"1")
    assert caught.value.key == "keyring.forgets"


class LockedException(Exception):
    """As the Secret Service says it."""


@pytest.mark.parametrize(
    ("said", "kind"), [(LockedException("secret/path"), KeyringLocked), (RuntimeError("no bus"), KeyringMissing)]
)
@pytest.mark.parametrize("act", [lambda s: s.find("a"), lambda s: s.keep("a", b"1"), lambda s: s.drop("a")])
def test_what_a_keyring_raises_becomes_ours(
    secrets: KeyringSecrets,
    ring: FakeRing,
    said: Exception,
    kind: type[CredentialError],
    act: Callable[[KeyringSecrets], object],
) -> None:
    ring.fails = said
    with pytest.raises(kind) as caught:
        act(secrets)
    assert "secret/path" not in str(caught.value)


def test_a_machine_without_a_keyring_has_none() -> None:
    assert find_keyring("default") is None


def test_a_component_is_given_the_secrets_that_it_names(secrets: KeyringSecrets) -> None:
    secrets.keep(secret_name("waste", "api_key"), b"k")
    assert find_component_secrets(secrets, "waste", {"api_key": 1, "other": 1}) == {"api_key": "k"}
    assert find_component_secrets(secrets, "parks", {"api_key": 1}) == {}


# ==== the vault ====


@pytest.mark.parametrize("passphrase", ["four plain words here", "it's \"quoted\" -- ; ' OR 1", "Łódź ☂"])
def test_a_vault_opens_with_its_passphrase_alone(tmp_path: Path, passphrase: str) -> None:
    vault = VaultSecrets(tmp_path / "vault.db", passphrase)
    vault.keep("desk-key", b"\x00\xff" * 2_000)
    vault.close()
    before = (tmp_path / "vault.db").read_bytes()
    with pytest.raises(CredentialError) as caught:
        VaultSecrets(tmp_path / "vault.db", passphrase + " ")
    assert caught.value.key == "vault.passphrase"
    assert (tmp_path / "vault.db").read_bytes() == before
    again = VaultSecrets(tmp_path / "vault.db", passphrase)
    assert again.find("desk-key") == b"\x00\xff" * 2_000
    again.drop("desk-key")
    assert again.find("desk-key") is None
    again.close()


def test_a_vault_says_nothing_in_clear(tmp_path: Path) -> None:
    vault = VaultSecrets(tmp_path / "vault.db", "four plain words here")
    vault.keep("component/waste/api_key", b"tell-nobody")
    vault.close()
    body = (tmp_path / "vault.db").read_bytes()
    assert b"tell-nobody" not in body
    assert b"waste" not in body


def test_a_key_file_is_made_once_and_for_this_user_alone(tmp_path: Path) -> None:
    path = tmp_path / "vault.key"
    first = load_key_file(path)
    assert load_key_file(path) == first
    assert len(first) == 64
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
