"""The map tab: its list, and the web page beside it."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QUrl
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop.app import may_show_web
from desktop.domain.ids import LocalKey
from desktop.maps.clusters import build_spots
from desktop.maps.page import build_map_page
from desktop.ui.case.view import CaseView
from desktop.ui.map.view import NO_WEB, MapView
from desktop.ui.theme.look import Look
from tests.helpers.desk_window import OpenDesk
from tests.helpers.fake_town import a_town


@pytest.fixture
def view(desk: OpenDesk) -> MapView:
    desk.window.open_view("map")
    desk.settle()
    return desk.page(MapView)


@pytest.mark.parametrize(
    ("platform", "root", "switch", "allowed"),
    [
        ("linux", True, "", False),
        ("linux", True, "1", True),
        ("linux", False, "", True),
        ("win32", False, "", True),
        ("darwin", False, "", True),
    ],
)
def test_root_sees_no_web_view_unless_the_sandbox_is_off(platform: str, root: bool, switch: str, allowed: bool) -> None:
    assert may_show_web(platform, is_root=root, switch=switch) is allowed


def test_without_a_web_view_the_list_still_works(desk: OpenDesk, view: MapView) -> None:
    assert view.web is None
    assert NO_WEB[0] in view.note.accessibleName()
    assert view.list.lines()
    view.list.opened.emit(view.list.records.record(0))
    desk.settle()
    assert desk.page(CaseView).isVisible()


def test_the_list_follows_the_part_of_the_town_that_is_shown(desk: OpenDesk, view: MapView) -> None:
    everything = len(view.list.lines())
    row = next(case for case in desk.town.cases.values() if case.phase.is_open)
    assert row.lat is not None
    assert row.lon is not None
    view._on_web_view_changed((row.lat - 0.0005, row.lon - 0.0005, row.lat + 0.0005, row.lon + 0.0005, 18))
    desk.settle()
    shown = view.list.lines()
    assert 0 < len(shown) < everything
    assert view.count.text() == f"{len(shown)} case{'s' * (len(shown) != 1)} in view"


def test_words_narrow_list_and_map_by_one_query(desk: OpenDesk, view: MapView) -> None:
    desk.write(view.words, "pothole")
    desk.bot.waitUntil(lambda: view.query.text == "pothole", timeout=5000)
    desk.settle()
    assert view.list.lines()
    assert all("Pothole" in line for line in view.list.lines())


def test_an_empty_part_of_the_town_says_so(desk: OpenDesk, view: MapView) -> None:
    view._on_web_view_changed((10.0, 10.0, 10.1, 10.1, 16))
    desk.settle()
    assert view._list_stack.currentWidget() is view._none


@pytest.mark.web
@pytest.mark.qt_log_ignore("QRhi", "RHI", "Vulkan", "GBM", "GPUInfo", extend=True)
def test_the_page_draws_pins_answers_clicks_and_goes_nowhere(qtbot: QtBot, qapp: QApplication) -> None:
    from desktop.ui.map.web import MapWeb

    look = Look()
    web = MapWeb(look, build_map_page(centre=(53.3678, 1.0012), zoom=16, nonce="0123abcd"))
    qtbot.addWidget(web)
    web.resize(800, 600)
    opened: list[LocalKey] = []
    web.channel.case_opened.connect(opened.append)
    with qtbot.waitSignal(web.channel.view_changed, timeout=60_000) as shown:
        web.show()
    assert shown.args is not None
    south, west, north, east, zoom = shown.args[0]
    assert (south < 53.3678 < north, west < 1.0012 < east, zoom) == (True, True, 16)

    def ask(script: str) -> object:
        answers: list[object] = []
        web.page().runJavaScript(script, 0, answers.append)
        qtbot.waitUntil(lambda: bool(answers), timeout=10_000)
        return answers[0]

    web.channel.show_spots(build_spots(list(a_town(60).cases.values()), 18))
    qtbot.waitUntil(lambda: ask("document.body.dataset.cases") == "60", timeout=10_000)
    ask(
        "fetch('knit://map/citytown.geojson').then((a) => a.json()).then((t) => { window.town = t.features.length; }); 1"
    )
    qtbot.waitUntil(lambda: int(str(ask("String(window.town || 0)"))) > 100, timeout=10_000)
    web.channel.opened("-9007199254740993")
    assert opened == [LocalKey(-9007199254740993)]
    for nonsense in ("", "1; drop", "９", "9" * 40):
        web.channel.opened(nonsense)
    assert len(opened) == 1
    ask("fetch('https://example.org/').catch(() => 0); new Image().src = 'http://example.org/a.png'; true")
    ask(
        "const s = document.createElement('script'); s.textContent = 'window.broken = 1'; document.head.append(s); true"
    )
    assert ask("String(window.broken)") == "undefined"
    web.page().load(QUrl("https://example.org/"))
    assert ask("location.href") == "knit://map/index.html"
    web.let_go()
