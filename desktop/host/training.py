"""Opens the training town: Citytown's components and a profile of its own that uses them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from desktop.config.paths import Profile, open_profile
from desktop.config.profile import ProfileSettings, load_settings, save_settings
from desktop.credentials.secrets import Secrets, find_keyring, secret_name
from desktop.credentials.vault import VaultSecrets, load_key_file
from desktop.domain.errors import InvalidInput, KeyringMissing
from desktop.host.session import Session
from desktop.sandbox.officers import load_officers
from desktop.sandbox.profile import RunningTown, start_town, training_components

COUNCIL = "Citytown Council"


@contextmanager
def training_town(
    root: Path, *, officer: str = "", host_command: Sequence[str] | None = None
) -> Iterator[tuple[RunningTown, Session]]:
    """Starts the town and opens a profile on it; both end with the block.

    Args:
        root: a folder of this computer; `town` and `profile` are made in it, and come back as they were left.
        officer: staff id of who sits at the desk; the one of last time, else the first.
        host_command: how the component host is started, for tests.
    """
    profile = open_profile(root / "profile")
    town = start_town(root / "town")
    try:
        secrets = open_training_secrets(profile)
        settings = keep_town(profile, secrets, town.info, officer=officer)
        with Session(profile, secrets, settings=settings, host_command=host_command) as session:
            yield town, session
    finally:
        town.stop()


def keep_town(profile: Profile, secrets: Secrets, info: dict[str, object], *, officer: str) -> ProfileSettings:
    """Writes the town's components into the profile, and their keys into the credentials.

    Raises:
        InvalidInput: nobody of that staff id works in the town.
    """
    officers = load_officers()
    before = load_settings(profile.settings)
    known = {each.staff_id for each in officers}
    if officer and officer not in known:
        raise InvalidInput(
            "Nobody in the training town has this staff id.",
            f"Take one from {min(known)} to {max(known)}.",
            key="training.officer",
            field="officer",
        )
    last = before.officer if before.officer in known else officers[0].staff_id
    components = training_components(info)
    for item in components:
        for name, value in item.secrets.items():
            secrets.keep(secret_name(item.component.id, name), value.encode())
    settings = ProfileSettings(
        council_name=COUNCIL,
        training=True,
        officer=officer or last,
        officers=officers,
        components=tuple(item.component for item in components),
        plugin_folders=before.plugin_folders,
    )
    save_settings(profile.settings, settings)
    return settings


def open_training_secrets(profile: Profile) -> VaultSecrets:
    """The vault of a training profile, opened by a key file beside it: what it guards is invented."""
    return VaultSecrets(profile.vault_db, load_key_file(profile.root / "vault.key"))


def open_secrets(profile: Profile, ask: Callable[[], str] | None) -> Secrets:
    """The keyring; where none answers, the vault with a passphrase that `ask` brings.

    Raises:
        KeyringMissing: there is no keyring and nobody to ask.
    """
    if load_settings(profile.settings).training:
        return open_training_secrets(profile)
    if not profile.vault_db.exists():
        ring = find_keyring(profile.name)
        if ring is not None:
            return ring
    if ask is None:
        raise KeyringMissing(
            "No keyring answers on this computer.",
            "Give the vault's passphrase with --vault-passphrase-file FILE.",
            key="keyring.none",
        )
    return VaultSecrets(profile.vault_db, ask())
