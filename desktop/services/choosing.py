"""Which component is asked first, where several offer the same: as staff have set it on the Components screen. Pure."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from desktop.services.rows import ComponentStatus


def order_for(
    components: Sequence[ComponentStatus], capability: str, services: Collection[str] = ()
) -> tuple[ComponentStatus, ...]:
    """The components that offer a capability to one of these services, the one to ask first in front.

    The default of a service comes before the default of all, and one that is for these services alone before the others;
    without services any component will do. Names of services are compared as people write them, whatever their case.
    """
    wanted = {service.casefold() for service in services}

    def serves(component: ComponentStatus) -> bool:
        users = {service.casefold() for service in component.services}
        return not wanted or not users or bool(users & wanted)

    def rank(component: ComponentStatus) -> tuple[bool, bool, bool]:
        defaults = {default.casefold() for default in component.default_for}
        of_service = any(f"{capability}:{service}" in defaults for service in wanted)
        own = bool(wanted) and bool(component.services) and {s.casefold() for s in component.services} <= wanted
        return not of_service, capability not in defaults, not own

    return tuple(sorted((c for c in components if capability in c.capabilities and serves(c)), key=rank))
