"""Where a window can be opened."""

from __future__ import annotations

import pytest

from desktop.config.screen import has_screen


@pytest.mark.parametrize(
    ("platform", "environment", "there"),
    [
        ("linux", {}, False),
        ("linux", {"DISPLAY": ":0"}, True),
        ("linux", {"WAYLAND_DISPLAY": "wayland-0"}, True),
        ("linux", {"DISPLAY": ":0", "QT_QPA_PLATFORM": "offscreen"}, False),
        ("linux", {"QT_QPA_PLATFORM": "eglfs"}, True),
        ("win32", {}, True),
        ("darwin", {}, True),
        ("win32", {"QT_QPA_PLATFORM": "offscreen"}, False),
    ],
)
def test_a_screen_is_found_by_platform_and_environment(platform: str, environment: dict[str, str], there: bool) -> None:
    assert has_screen(platform, environment) is there
