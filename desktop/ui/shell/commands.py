"""What the box on top can do besides finding."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from desktop.ui.shell.appearance import SYSTEM
from desktop.ui.shell.rail import ITEMS
from desktop.ui.shell.search import Command
from desktop.ui.theme.look import PERCENTS

if TYPE_CHECKING:
    from desktop.ui.shell.window import DeskWindow


def build_commands(window: DeskWindow) -> list[Command]:
    """The commands of a window."""
    views = [
        Command(f"Go to {item.text}", f"Ctrl+{n}", item.icon, partial(window.open_view, item.view))
        for n, item in enumerate(ITEMS, 1)
    ]
    themes = [
        Command(f"Theme: {words}", "", "theme-light-dark", partial(window.appearance.set_theme, name))
        for name, words in (
            ("light", "light"),
            ("dark", "dark"),
            ("contrast", "high contrast"),
            (SYSTEM, "as the system"),
        )
    ]
    sizes = [
        Command(f"Text size: {percent} %", keys, "format-size", partial(window.appearance.set_size, percent))
        for percent, keys in zip(PERCENTS, ("Ctrl+0", "", "", ""), strict=True)
    ]
    return [
        Command("New case", "Ctrl+N", "folder-plus-outline", window.open_new_case),
        Command("Take a payment", "Ctrl+P", "credit-card-outline", window.open_payment),
        *views,
        Command("Show the outbox", "Ctrl+B", "tray-arrow-up", window.toggle_outbox),
        Command("Work offline, or online again", "", "cloud-off-outline", window.status.offline.toggle),
        Command("Ask every component for what is new", "F5", "refresh", window.reload),
        *themes,
        *sizes,
    ]
