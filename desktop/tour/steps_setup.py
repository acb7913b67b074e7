"""The components of the council: how they fare, a connection test, a wrong field, and what a new one needs."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit

from desktop.tour.hands import wait_for
from desktop.tour.stage import Stage
from desktop.ui.components.view import ComponentsView


def run_components(stage: Stage) -> None:
    """The screen where components are set up."""
    hands = stage.hands
    hands.shortcut(Qt.Key.Key_5)
    view = stage.page(ComponentsView)
    with stage.step(
        "estate", "Opened Components: what every service uses, and where it pays for the same again"
    ) as step:
        wait_for(lambda: view.pane.model.estate is not None and view.pane.model.estate.cases > 0, "the estate", 20)
        step.see("saving", view.pane.saving.words.text(), wanted="Move " in view.pane.saving.words.text())
        step.see("saved", view.pane.saving.saved.text(), wanted=view.pane.saving.saved.text().startswith("£"))
    with stage.step("components", "Opened one and tested its connection") as step:
        hands.push(view.pane.part.open)
        wait_for(lambda: view.model.rowCount() >= 10, "ten components", 20)
        wait_for(view.form.isVisible, "the form of the first", 10)
        hands.push(view.form.test)
        wait_for(lambda: view.form.result.text().startswith("It answers"), "the component to answer", 30)
        step.see("what it says", view.form.result.text(), wanted=True)
        typed = [_edit(view, name).text() for name in view.form.fields if _is_secret(view, name)]
        step.see("secrets on the screen", typed, wanted=not any(typed))
    with stage.step("components-wrong", "Typed a day that there is not") as step:
        hands.into(_edit(view, "contract_ends"), "31/02/2027")
        hands.push(view.form.keep)
        wait_for(
            lambda: not view.form.fields["contract_ends"].error.visibleRegion().isEmpty(),
            "the sentence beside the field",
            10,
        )
        sentence = view.form.fields["contract_ends"].error.text()
        step.see("sentence", sentence, wanted="31/03/2027" in sentence)
    with stage.step("components-kept", "Gave it a cost and the day its contract ends") as step:
        hands.into(_edit(view, "contract_ends"), "31/03/2027")
        hands.into(_edit(view, "cost_pence"), "18,400")
        hands.push(view.form.keep)
        wait_for(lambda: "is kept" in view.done.text.text(), "the component to be kept", 30)
        before = view.head.total.text()
        wait_for(lambda: "£" in view.head.total.text(), "the sum of costs", 10)
        step.see("sum of costs", [before, view.head.total.text()], wanted="a year" in view.head.total.text())
    with stage.step("components-new", "Began a new component") as step:
        hands.push(view.head.add)
        wait_for(view.form.plugin.isEnabled, "an empty form", 10)
        plugins = [view.form.plugin.itemText(place) for place in range(view.form.plugin.count())]
        step.see("plugins", plugins, wanted=len(plugins) >= 3)


def _edit(view: ComponentsView, name: str) -> QLineEdit:
    widget = view.form.fields[name].widget
    if not isinstance(widget, QLineEdit):
        raise TypeError(name)
    return widget


def _is_secret(view: ComponentsView, name: str) -> bool:
    widget = view.form.fields[name].widget
    return isinstance(widget, QLineEdit) and widget.echoMode() is QLineEdit.EchoMode.Password
