"""The palette and the one style sheet, made from a theme."""

from __future__ import annotations

import re
from dataclasses import fields
from string import Template

from PySide6.QtGui import QColor, QPalette

from desktop.ui.theme.tokens import Theme

_SHEET = Template(
    """
QWidget { color: $text; }
QMainWindow, QWidget[ground="canvas"], QScrollArea[ground="canvas"] { background: $canvas; }
QWidget[ground="surface"], QScrollArea[ground="surface"] { background: $surface; }
QWidget[ground="surface2"] { background: $surface2; }
QScrollArea { border: 0; background: transparent; }
QScrollArea > QWidget > QWidget[ground="none"] { background: transparent; }
QToolTip { background: $surface; color: $text; border: 1px solid $line2; padding: 4px 6px; }

QFrame[card="true"] { background: $surface; border: 1px solid $line; border-radius: 8px; }
QFrame[card="warn"] { background: $surface; border: 1px solid $warn_line; border-left: 4px solid $warn_line;
    border-radius: 8px; }
QFrame[edge="bottom"] { border: 0; border-bottom: 1px solid $line2; background: $surface; }
QFrame[edge="hair"] { border: 0; border-bottom: 1px solid $line; }
QFrame[edge="top"] { border: 0; border-top: 1px solid $line; }
QFrame[edge="right"] { border: 0; border-right: 1px solid $line2; background: $surface; }
QFrame[box="warn"] { background: $warn_tint; border: 1px solid $warn_line; border-radius: 6px; }
QFrame[box="bad"] { background: $bad_tint; border: 1px solid $bad_line; border-radius: 6px; }
QFrame[box="on"] { background: $accent_tint; border: 2px solid $accent; border-radius: 6px; }
QFrame[box="plain"] { background: $surface; border: 1px solid $line2; border-radius: 6px; }
QFrame[box="pale"] { background: $surface2; border: 1px solid $line; border-radius: 6px; }
QFrame[band="warn"] { background: $warn_tint; border: 0; border-top: 1px solid $warn_line; }
QFrame[band="new"] { background: $accent_tint; border: 0; border-bottom: 1px solid $accent_line; }

QLabel { background: transparent; border: 0; }
QLabel[ink="text2"] { color: $text2; }
QLabel[ink="text3"] { color: $text3; }
QLabel[ink="accent"] { color: $accent; }
QLabel[ink="ok"] { color: $ok; }
QLabel[ink="warn"] { color: $warn; }
QLabel[ink="bad"] { color: $bad; }

QPushButton { background: $surface; border: 1px solid $control; border-radius: 6px; padding: 0 12px; min-height: 30px;
    color: $text; font-weight: 500; }
QPushButton:hover { background: $hover; }
QPushButton:pressed { background: $accent_tint; }
QPushButton:checked { background: $accent_tint; border-color: $accent; color: $accent; }
QPushButton:disabled { border: 1px dashed $line2; color: $text3; background: $surface2; }
QPushButton[role="main"] { background: $accent; border-color: $accent; color: $on_accent; }
QPushButton[role="main"]:hover { background: $accent_hover; border-color: $accent_hover; }
QPushButton[role="main"]:disabled { background: $surface2; border: 1px dashed $line2; color: $text3; }
QPushButton[role="quiet"] { background: transparent; border-color: transparent; color: $text2; padding: 0 6px; }
QPushButton[role="quiet"]:hover { background: $hover; }
QPushButton[role="danger"] { color: $bad; border-color: $bad; }
QPushButton[role="danger"]:hover { background: $bad_tint; }
QPushButton[role="link"] { background: transparent; border: 0; padding: 0; min-height: 16px; color: $accent;
    text-decoration: underline; font-weight: 400; text-align: left; }
QPushButton[role="link"]:hover { color: $accent_hover; }
QPushButton[fit="small"] { min-height: 26px; padding: 0 10px; font-size: 12px; }
QPushButton[fit="tiny"] { min-height: 22px; padding: 0 8px; font-size: 12px; }
QPushButton[fit="bar"] { min-height: 20px; max-height: 20px; border: 0; padding: 0 6px; font-size: 11px; }
QPushButton[bare="true"] { padding: 0; }
QPushButton::menu-indicator { image: none; width: 0; }

QPushButton[role="filter"] { border: 1px solid $line2; border-radius: 13px; padding: 0 9px; min-height: 24px;
    font-size: 12px; font-weight: 400; color: $text2; background: $surface; }
QPushButton[role="filter"]:hover { background: $hover; }
QPushButton[role="filter"]:checked { background: $accent_tint; border-color: $accent; color: $accent;
    font-weight: 500; }

QLineEdit, QPlainTextEdit, QComboBox, QDateTimeEdit, QAbstractSpinBox { background: $surface; color: $text;
    border: 1px solid $control; border-radius: 6px; padding: 0 9px; min-height: 30px;
    selection-background-color: $accent; selection-color: $on_accent; placeholder-text-color: $text3; }
QPlainTextEdit { padding: 5px 6px; }
QLineEdit:hover, QPlainTextEdit:hover, QComboBox:hover { border-color: $text3; }
QLineEdit:focus, QPlainTextEdit:focus, QComboBox:focus { border-color: $accent; }
QLineEdit[wrong="true"], QPlainTextEdit[wrong="true"], QComboBox[wrong="true"] { border: 2px solid $bad; padding: 0 8px; }
QLineEdit[fit="small"], QComboBox[fit="small"] { min-height: 26px; font-size: 12px; }
QLineEdit[bare="true"] { border: 0; background: transparent; padding: 0; min-height: 20px; }
QLineEdit:disabled, QPlainTextEdit:disabled, QComboBox:disabled { background: $surface2; color: $text3; }
QComboBox::drop-down { border: 0; width: 22px; }
QComboBox::down-arrow { image: none; }
QComboBox QAbstractItemView, QMenu { background: $surface; border: 1px solid $line2; color: $text;
    selection-background-color: $accent_tint; selection-color: $text; outline: 0; padding: 4px; }
QComboBox QAbstractItemView::item { min-height: 26px; }
QMenu::item { padding: 6px 24px 6px 10px; border-radius: 4px; }
QMenu::item:selected { background: $accent_tint; }
QMenu::item:disabled { color: $text3; }
QMenu::separator { height: 1px; background: $line; margin: 4px 6px; }

QAbstractItemView { background: $surface; border: 0; outline: 0; color: $text;
    selection-background-color: $accent_tint; selection-color: $text; }
QTableView { gridline-color: $line; }
QHeaderView { background: $surface2; border: 0; }
QHeaderView::section { background: $surface2; color: $text2; border: 0; border-bottom: 1px solid $line2;
    padding-left: 8px; padding-right: 8px; font-size: 12px; font-weight: 600; min-height: 31px; }
QHeaderView::section:first { padding-left: 16px; }
QHeaderView::section:hover { background: $hover; }

QScrollBar:vertical { background: transparent; width: 10px; margin: 2px; }
QScrollBar:horizontal { background: transparent; height: 10px; margin: 2px; }
QScrollBar::handle { background: $line2; border-radius: 3px; min-height: 28px; min-width: 28px; }
QScrollBar::handle:hover { background: $control; }
QScrollBar::add-line, QScrollBar::sub-line, QScrollBar::add-page, QScrollBar::sub-page { background: none; border: 0;
    width: 0; height: 0; }
QSplitter::handle { background: $line2; }
"""
)


_SIZE = re.compile(r"(font-size|min-height|max-height|padding-left|padding-right): (\d+)px")


def build_sheet(theme: Theme, percent: int = 100) -> str:
    """The style sheet of a theme at a text size."""
    colours = {f.name: str(getattr(theme, f.name)) for f in fields(theme) if f.name not in {"kinds", "map"}}
    sheet = _SHEET.substitute(colours)
    return _SIZE.sub(lambda found: f"{found[1]}: {round(int(found[2]) * percent / 100)}px", sheet)


def build_palette(theme: Theme) -> QPalette:
    """The palette of a theme, for what the style sheet does not reach."""
    palette = QPalette()
    roles = {
        QPalette.ColorRole.Window: theme.canvas,
        QPalette.ColorRole.WindowText: theme.text,
        QPalette.ColorRole.Base: theme.surface,
        QPalette.ColorRole.AlternateBase: theme.surface2,
        QPalette.ColorRole.Text: theme.text,
        QPalette.ColorRole.PlaceholderText: theme.text3,
        QPalette.ColorRole.Button: theme.surface,
        QPalette.ColorRole.ButtonText: theme.text,
        QPalette.ColorRole.Highlight: theme.accent,
        QPalette.ColorRole.HighlightedText: theme.on_accent,
        QPalette.ColorRole.Link: theme.accent,
        QPalette.ColorRole.ToolTipBase: theme.surface,
        QPalette.ColorRole.ToolTipText: theme.text,
    }
    for role, colour in roles.items():
        palette.setColor(role, QColor(colour))
    palette.setColor(QPalette.ColorGroup.Disabled, QPalette.ColorRole.Text, QColor(theme.text3))
    palette.setColor(QPalette.ColorGroup.Disabled, QPalette.ColorRole.ButtonText, QColor(theme.text3))
    return palette
