"""Where keys and component secrets are kept: the OS keyring, else a vault. The only importer of keyring."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from typing import Final, Protocol

from desktop.domain.errors import CredentialError, KeyringLocked, KeyringMissing

PART: Final = 1_000
"""Characters in one entry: Windows Credential Manager takes 2,560 bytes, in UTF-16."""


class Secrets(Protocol):
    """Keeps small secrets by name, for one profile."""

    def find(self, name: str) -> bytes | None:
        """The secret, or None. Raises CredentialError where nobody can tell."""
        ...

    def keep(self, name: str, value: bytes) -> None:
        """Keeps a secret, durably, before it returns."""
        ...

    def drop(self, name: str) -> None:
        """Forgets a secret; nothing happens when there is none."""
        ...


class Ring(Protocol):
    """What is used of a `keyring` backend."""

    def get_password(self, service: str, username: str) -> str | None: ...
    def set_password(self, service: str, username: str, password: str) -> None: ...
    def delete_password(self, service: str, username: str) -> None: ...


class KeyringSecrets:
    """Secrets in the OS keyring, under `knit/<profile>`; long ones in numbered parts."""

    def __init__(self, profile: str, ring: Ring) -> None:
        self._service = f"knit/{profile}"
        self._ring = ring

    def find(self, name: str) -> bytes | None:
        """The secret, or None."""
        parts: list[str] = []
        while True:
            part = self._get(f"{name}/{len(parts)}")
            if part is None:
                if parts:
                    raise CredentialError(
                        "A key in the keyring is only there in part.",
                        "Ask your IT team to restore the keyring.",
                        key="keyring.part",
                        subject=name,
                    )
                return None
            more, _, text = part.partition(":")
            parts.append(text)
            if more == "end":
                break
        try:
            return base64.b64decode("".join(parts), validate=True)
        except binascii.Error as error:
            raise CredentialError(
                "A key in the keyring cannot be read.",
                "Ask your IT team to restore the keyring.",
                key="keyring.read",
                subject=name,
            ) from error

    def keep(self, name: str, value: bytes) -> None:
        """Keeps a secret, and reads it back: some keyrings say yes and forget."""
        text = base64.b64encode(value).decode()
        pieces = [text[start : start + PART] for start in range(0, len(text), PART)] or [""]
        for number, piece in enumerate(pieces):
            more = "more" if number + 1 < len(pieces) else "end"
            self._set(f"{name}/{number}", f"{more}:{piece}")
        if self.find(name) != value:
            raise KeyringMissing(
                "The keyring of this computer does not keep what it is given.",
                "Start Knit with a vault instead, or ask your IT team.",
                key="keyring.forgets",
            )

    def drop(self, name: str) -> None:
        """Forgets every part of a secret."""
        number = 0
        while self._get(f"{name}/{number}") is not None:
            self._delete(f"{name}/{number}")
            number += 1

    def _get(self, name: str) -> str | None:
        try:
            return self._ring.get_password(self._service, name)
        except Exception as error:
            raise _ours(error) from error

    def _set(self, name: str, value: str) -> None:
        try:
            self._ring.set_password(self._service, name, value)
        except Exception as error:
            raise _ours(error) from error

    def _delete(self, name: str) -> None:
        try:
            self._ring.delete_password(self._service, name)
        except Exception as error:
            raise _ours(error) from error


def find_keyring(profile: str) -> KeyringSecrets | None:
    """The OS keyring for a profile, or None where no usable one answers on this machine."""
    import keyring  # late: looking for a backend takes 100 ms, and headless commands do without
    from keyring.backends import chainer, fail, null

    ring = keyring.get_keyring()
    if isinstance(ring, fail.Keyring | null.Keyring):
        return None
    if isinstance(ring, chainer.ChainerBackend) and not ring.backends:
        return None
    return KeyringSecrets(profile, ring)


def _ours(error: Exception) -> CredentialError:
    name = type(error).__name__
    if name in {"KeyringLocked", "LockedException", "InitError"}:
        return KeyringLocked(
            "The keyring of this computer is locked.",
            "Unlock it (sign in to your desktop), then start Knit again.",
            key="keyring.locked",
        )
    return KeyringMissing(
        f"The keyring of this computer does not answer ({name}).",
        "Sign in to your desktop again, or start Knit with a vault.",
        key="keyring.missing",
    )


def secret_name(component: str, secret: str) -> str:
    """The name under which a component's secret is kept."""
    return f"component/{component}/{secret}"


def find_component_secrets(secrets: Secrets, component: str, names: Mapping[str, object]) -> dict[str, str]:
    """The secrets of a component that are kept, by name."""
    found: dict[str, str] = {}
    for name in names:
        value = secrets.find(secret_name(component, name))
        if value is not None:
            found[name] = value.decode()
    return found
