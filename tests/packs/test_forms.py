"""Forms: what their answers must be, and what a rule may ask of them."""

from __future__ import annotations

from datetime import date

import pytest

from desktop.packs.documents import Table
from desktop.packs.facts import FactKind
from desktop.packs.forms import (
    DIALECT,
    AnswerProblem,
    find_answer_problems,
    find_facts,
    find_form_problems,
    find_hints,
)
from tests.helpers.made_packs import SHIPPED, get_case

FLY = get_case("cleaning", "fly-tipping").form
GOOD: dict[str, object] = {"danger": False, "kinds": ["bags", "tyres"], "size": "van", "seen_on": "2026-11-24"}


def a_form(**question: object) -> Table:
    """A form with one question, `q`."""
    return {"$schema": DIALECT, "type": "object", "properties": {"q": {"title": "What?", **question}}}


def test_good_answers_fit() -> None:
    assert find_answer_problems(FLY, GOOD) == []


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"size": "lorry"}, AnswerProblem("size", "Choose one of the list.")),
        ({"kinds": []}, AnswerProblem("kinds", "Choose at least one.")),
        ({"kinds": ["bags", "bags"]}, AnswerProblem("kinds", "This answer does not fit the question.")),
        ({"danger": "no"}, AnswerProblem("danger", "This answer does not fit the question.")),
        ({"seen_on": "31 nonsense"}, AnswerProblem("seen_on", "Write this as the question asks.")),
        ({"registration": "x" * 201}, AnswerProblem("registration", "Write less.")),
        ({"colour": "red"}, AnswerProblem("colour", "The form has no such question.")),
    ],
)
def test_an_answer_that_does_not_fit_is_said_at_its_question(change: dict[str, object], problem: AnswerProblem) -> None:
    assert find_answer_problems(FLY, GOOD | change) == [problem]


def test_each_question_that_must_be_answered_is_named() -> None:
    assert {(one.field, one.message) for one in find_answer_problems(FLY, {})} == {
        (name, "Answer this question.") for name in ("danger", "kinds", "size")
    }


@pytest.mark.parametrize(
    ("form", "good", "bad"),
    [
        ("email", "a.b@c.example", "a@b"),
        ("postcode", "CT1 1AA", "CT11"),
        ("phone", "01632 960 001", "ring me"),
        ("uprn", "100012345678", "1000123456789"),
        ("date", "2028-02-29", "2027-02-29"),
        ("date-time", "2026-03-31T09:30:00", "2026-03-31T25:30:00"),
        ("time", "00:00", "24:01"),
    ],
)
def test_a_format_takes_the_place_of_a_pattern(form: str, good: str, bad: str) -> None:
    question = a_form(type="string", format=form)
    assert find_answer_problems(question, {"q": good}) == []
    assert [one.field for one in find_answer_problems(question, {"q": bad})] == ["q"]
    assert [one.field for one in find_answer_problems(question, {"q": "a" * 100_000 + "@"})] == ["q"]


def test_no_answer_stands_in_a_problem() -> None:
    answers = GOOD | {"registration": "SECRET" * 60, "size": "SECRET", "danger": "SECRET"}
    assert "SECRET" not in str(find_answer_problems(FLY, answers))


def test_facts_have_the_kind_of_their_question() -> None:
    kinds = {name: fact.kind for name, fact in find_facts(FLY).items()}
    assert kinds["danger"] is FactKind.YES_NO
    assert kinds["kinds"] is FactKind.TEXTS
    assert kinds["seen_on"] is FactKind.DAY
    assert kinds["details"] is FactKind.TEXT
    group = a_form(type="array", items={"type": "object"})
    assert find_facts(group) == {}
    assert find_facts(a_form(type="number"))["q"].label == "What?"


@pytest.mark.parametrize(("service", "code"), SHIPPED)
def test_the_questions_of_a_shipped_form_have_one_order_and_a_widget(service: str, code: str) -> None:
    hints = [find_hints(question) for question in get_case(service, code, town=True).form["properties"].values()]  # type: ignore[attr-defined]
    assert sorted(one.order for one in hints) == list(range(1, len(hints) + 1))
    assert all(one.widget and one.fact for one in hints)


@pytest.mark.parametrize(
    ("form", "field"),
    [
        (a_form(type="string", pattern="(a+)+$"), ("properties", "q", "pattern")),
        (a_form(allOf=[{"patternProperties": {"(a+)+$": {}}}]), ("properties", "q", "allOf", 0, "patternProperties")),
        (a_form(**{"$ref": "file:///etc/passwd"}), ("properties", "q", "$ref")),
        (a_form(**{"$ref": "#/$defs/nowhere"}), ("$defs",)),
        (a_form(**{"$ref": "#/$defs/a"}) | {"$defs": {"a": {"$ref": "#/$defs/a"}}}, ("$defs", "a")),
        (a_form() | {"$defs": {"a": {"items": {"$ref": "#/$defs/b"}}, "b": {"$ref": "#/$defs/a"}}}, ("$defs", "a")),
        (a_form(type="strong"), ("properties", "q", "type")),
        (a_form(title=" "), ("properties", "q", "title")),
        (a_form(**{"x-knit": {"colour": "red"}}), ("properties", "q", "x-knit")),
        (a_form() | {"properties": {"Not a name": {"title": "x"}}}, ("properties", "Not a name")),
        ({"$schema": DIALECT, "type": "array"}, ("type",)),
    ],
    ids=str,
)
def test_what_a_form_may_not_have_is_found_where_it_stands(form: Table, field: tuple[str | int, ...]) -> None:
    assert field in {path for path, _message in find_form_problems(form)}


def test_questions_may_share_a_definition() -> None:
    form = a_form(**{"$ref": "#/$defs/address"}) | {"$defs": {"address": {"type": "string", "maxLength": 3}}}
    assert list(find_form_problems(form)) == []
    assert find_answer_problems(form, {"q": "long"}) == [AnswerProblem("q", "Write less.")]


def test_a_question_may_be_called_pattern() -> None:
    form: Table = {
        "$schema": DIALECT,
        "type": "object",
        "properties": {"pattern": {"title": "Which pattern?", "type": "string"}},
    }
    assert list(find_form_problems(form)) == []
    assert find_answer_problems(form, {"pattern": str(date(2026, 1, 1))}) == []
