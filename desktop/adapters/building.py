"""Builds the adapter of one component. Apart from the loader, which the desk uses too and which needs no HTTP client."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field

from desktop.adapters.api import PROTOCOLS, AdapterContext, find_part
from desktop.adapters.breaker import Breaker
from desktop.adapters.http import HttpClient, HttpPolicy, Network
from desktop.adapters.loader import PluginFolders, broken
from desktop.adapters.mail import MailClient, MailPolicy
from desktop.adapters.manifest import Manifest
from desktop.adapters.ratelimit import TokenBucket
from desktop.adapters.settings import build_settings, check_secrets
from desktop.domain.clocks import Clock
from desktop.domain.components import Component
from desktop.domain.errors import DesktopError


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadedAdapter:
    """An adapter ready for one component, with the client it speaks through."""

    adapter: object
    http: HttpClient
    manifest: Manifest
    component: Component
    secrets: frozenset[str] = field(default_factory=frozenset, repr=False)

    def close(self) -> None:
        """Closes its connections."""
        self.http.close()


def build_adapter(
    component: Component,
    secrets: Mapping[str, str],
    plugins: PluginFolders,
    clock: Clock,
    log: logging.Logger,
    *,
    network: Network | None = None,
    breaker: Breaker | None = None,
) -> LoadedAdapter:
    """An adapter for one component: imported, its settings checked, with its own HTTP and mail clients.

    Args:
        component: its plugin, id and settings.
        secrets: by the names of the manifest.
        plugins: where the plugin is looked for.
        clock: given to the adapter and its client.
        log: given to the adapter; its client writes to it too.
        network: how this machine reaches the outside.
        breaker: the component's circuit, where it outlives this adapter.

    Raises:
        SetupFailed: the plugin is missing or broken, or a setting or secret is missing or wrong; names which.
    """
    manifest = plugins.get_manifest(component.plugin)
    settings = build_settings(manifest, component.settings, subject=component.id)
    check_secrets(manifest, secrets, subject=component.id)
    own_secrets = {name: value for name, value in secrets.items() if name in manifest.secrets}
    known = frozenset(value for value in own_secrets.values() if value)
    kind = plugins.load_class(component.plugin)
    name = component.name or component.id
    breaker = breaker or Breaker(name, clock)
    bucket = TokenBucket(per_second=manifest.rate.per_second, burst=manifest.rate.burst, clock=clock)
    policy = _build_policy(manifest, name, settings, secrets=known, network=network)
    http = HttpClient(policy, clock=clock, log=log, breaker=breaker, bucket=bucket)
    mail_policy = _build_mail_policy(name, settings, secrets=known, network=policy.network)
    mail = MailClient(mail_policy, clock=clock, log=log, breaker=breaker, bucket=bucket)
    context = AdapterContext(
        component=name, settings=settings, secrets=own_secrets, http=http, clock=clock, log=log, mail=mail
    )
    try:
        adapter = _build_instance(kind, context, manifest)
    except BaseException:
        http.close()
        raise
    return LoadedAdapter(adapter=adapter, http=http, manifest=manifest, component=component, secrets=known)


def _build_policy(
    manifest: Manifest, name: str, settings: Mapping[str, str], *, secrets: frozenset[str], network: Network | None
) -> HttpPolicy:
    return HttpPolicy(
        component=name,
        base_url=settings.get("base_url", ""),
        addresses=tuple(settings[of] for of, spec in manifest.settings.items() if spec.address),
        hosts=frozenset(manifest.hosts),
        secrets=secrets,
        per_second=manifest.rate.per_second,
        burst=manifest.rate.burst,
        network=network or Network(),
    )


def _build_mail_policy(
    name: str, settings: Mapping[str, str], *, secrets: frozenset[str], network: Network
) -> MailPolicy:
    host, port = settings.get("mail_host", ""), settings.get("mail_port", "")
    return MailPolicy(component=name, host=host, port=port, secrets=secrets, network=network)


def _build_instance(kind: type, context: AdapterContext, manifest: Manifest) -> object:
    try:
        adapter: object = kind(context)
    except DesktopError:
        raise
    except Exception as error:
        raise broken(manifest.id, f"its adapter cannot be made ({type(error).__name__})") from error
    for capability in manifest.capabilities:
        protocol = PROTOCOLS.get(capability)
        if protocol is None:
            raise broken(manifest.id, f"this Knit has no protocol for {capability} yet")
        if find_part(adapter, capability) is None:
            raise broken(manifest.id, f"its adapter lacks methods of {capability}")
    return adapter
