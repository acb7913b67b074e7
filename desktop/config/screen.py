"""Whether there is a screen to open a window on. The platform and environment are arguments, so that all are tested."""

from __future__ import annotations

from collections.abc import Mapping

WITHOUT = frozenset({"offscreen", "minimal", "vnc"})


def has_screen(platform: str, environment: Mapping[str, str]) -> bool:
    """False on a Linux with neither X11 nor Wayland, and where Qt was told to draw off screen."""
    chosen = environment.get("QT_QPA_PLATFORM", "").split(":")[0]
    if chosen in WITHOUT:
        return False
    if platform in ("win32", "darwin") or chosen:
        return True
    return bool(environment.get("DISPLAY") or environment.get("WAYLAND_DISPLAY"))
