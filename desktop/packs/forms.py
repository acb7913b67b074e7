"""A form: JSON Schema 2020-12, with the desk's own hints for each field under `x-knit`.

Answers may come from anybody, so a form has no regular expressions (`pattern` can hang) and points at nothing outside
its own file. Instead of a pattern there are formats.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import cache
from typing import TYPE_CHECKING

import msgspec

from desktop.packs.documents import FieldPath, Table
from desktop.packs.facts import Fact, FactKind
from desktop.packs.machine_checks import find_cycle

if TYPE_CHECKING:
    from jsonschema import Draft202012Validator, FormatChecker

DIALECT = "https://json-schema.org/draft/2020-12/schema"
HINTS = "x-knit"
WIDGETS = frozenset(
    {
        "text", "long_text", "number", "money", "date", "date_time", "choice", "choices", "yes_no", "address", "point",
        "file", "group", "calculated", "note",
    }
)  # fmt: skip
REFUSED = {
    "pattern": "A form has no regular expressions, which can hang. Use “format”.",
    "patternProperties": "A form has no regular expressions, which can hang. Name each field.",
    "$dynamicRef": "A form points at nothing but “#/$defs/…”.",
    "$id": "A form has no address of its own. Take “$id” out.",
}
_DEFS = "#/$defs/"
_EMAIL = re.compile(r"[^@\s]{1,64}@[^@\s.]{1,63}(?:\.[^@\s.]{1,63}){1,8}")
_POSTCODE = re.compile(r"[A-Z]{1,2}[0-9][0-9A-Z]? ?[0-9][A-Z]{2}", re.IGNORECASE)
_PHONE = re.compile(r"\+?[0-9][0-9 ()-]{4,24}")
_UPRN = re.compile(r"[0-9]{1,12}")
_FIELD_NAME = re.compile(r"[a-z][a-z0-9_]{0,59}")


class Hints(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How the desk shows a field.

    Fields are shown by `order`, then by name. `shortcuts` takes typed dates (`d` a day on, `w`, `m`, `=` today). `choices`
    are the names of the values of `enum`. `when` is a rule: the question is asked only when it is true. `fact` is the
    field's name in an explanation, after “the”. `code` is the component's own name for the answer.
    """

    order: int = 0
    widget: str = ""
    help: str = ""
    shortcuts: bool = False
    choices: dict[str, str] = {}
    when: str = ""
    fact: str = ""
    code: str = ""
    codes: dict[str, str] = {}


@dataclass(frozen=True, slots=True)
class AnswerProblem:
    """An answer that does not fit its form; `field` is the question's name, "" for the form as a whole."""

    field: str
    message: str


def find_fields(form: Table) -> dict[str, Table]:
    """The questions of a form by name, as they stand in its schema."""
    properties = form.get("properties")
    return {n: f for n, f in properties.items() if isinstance(f, dict)} if isinstance(properties, dict) else {}


def find_hints(question: Table) -> Hints:
    """The hints of a question; those that are wrong are as if they were not there."""
    try:
        return msgspec.convert(question.get(HINTS, {}), Hints)
    except msgspec.ValidationError:
        return Hints()


def find_facts(form: Table) -> dict[str, Fact]:
    """What rules may ask of the answers. Groups, files and points are none."""
    found = {}
    for name, question in find_fields(form).items():
        kind = _find_kind(question)
        if kind is not None:
            hints = find_hints(question)
            found[name] = Fact(kind, hints.fact or str(question.get("title", name)), tuple(hints.choices))
    return found


def find_form_problems(form: Table) -> Iterator[tuple[FieldPath, str]]:
    """Whatever is wrong with a form, with the path where it is."""
    if form.get("$schema") != DIALECT:
        yield ("$schema",), f"It is not a JSON Schema 2020-12. Write “{DIALECT}”."
    yield from _find_refused(form, ())
    yield from _find_reference_problems(form)
    errors = sorted(_build_checker().iter_errors(form), key=lambda error: list(map(str, error.absolute_path)))
    for error in errors[:20]:
        yield tuple(error.absolute_path), f"It is not JSON Schema: {_shorten(error.message)}."
    if errors:
        return
    if form.get("type") != "object" or not find_fields(form):
        yield ("type",), "A form is an object with questions under “properties”."
    required = form.get("required", [])
    for name in required if isinstance(required, list) else []:
        if name not in find_fields(form):
            yield ("required",), f"“{name}” is required and is no question of the form."
    for name, question in find_fields(form).items():
        yield from _find_question_problems(name, question)


def find_answer_problems(form: Table, answers: Mapping[str, object]) -> list[AnswerProblem]:
    """Answers that do not fit the form, each with its question. Never says the answer itself: it may be personal."""
    from jsonschema import Draft202012Validator  # late: a desk starts without reading a form

    validator = Draft202012Validator(form, format_checker=_build_formats())
    found = []
    for error in validator.iter_errors(dict(answers)):
        name = str(error.absolute_path[0]) if error.absolute_path else ""
        if error.validator == "required" and not error.absolute_path:
            missing = [one for one in error.validator_value if one not in answers]
            found += [AnswerProblem(one, "Answer this question.") for one in missing]
        elif error.validator in {"additionalProperties", "unevaluatedProperties"}:
            there = find_fields(form)
            found += [AnswerProblem(one, "The form has no such question.") for one in answers if one not in there]
        else:
            found.append(
                AnswerProblem(name, _ANSWERS.get(str(error.validator), "This answer does not fit the question."))
            )
    return list(dict.fromkeys(found))


_ANSWERS = {
    "enum": "Choose one of the list.",
    "maxLength": "Write less.",
    "minLength": "Write more.",
    "minimum": "Give a larger number.",
    "maximum": "Give a smaller number.",
    "maxItems": "Choose fewer.",
    "minItems": "Choose at least one.",
    "format": "Write this as the question asks.",
}


def _find_question_problems(name: str, question: Table) -> Iterator[tuple[FieldPath, str]]:
    path: FieldPath = ("properties", name)
    if not _FIELD_NAME.fullmatch(name):
        yield path, "A question's name has small letters, digits and _ only, a letter first."
    if not str(question.get("title", "")).strip():
        yield (*path, "title"), "The question has no words. Write them in “title”."
    try:
        hints = msgspec.convert(question.get(HINTS, {}), Hints)
    except msgspec.ValidationError as error:
        yield (*path, HINTS), f"{error}."
        return
    if hints.widget and hints.widget not in WIDGETS:
        yield (*path, HINTS, "widget"), f"There is no widget “{hints.widget}”. There are: {', '.join(sorted(WIDGETS))}."
    items = question.get("items")
    values = question.get("enum") or (items.get("enum") if isinstance(items, dict) else None)
    named = set(values) if isinstance(values, list) and all(isinstance(value, str) for value in values) else set()
    for value in sorted(hints.choices.keys() ^ named if hints.choices else ()):
        what = "has no name in “choices”" if value in named else "is no value of “enum”"
        yield (*path, HINTS, "choices"), f"“{value}” {what}."


def _find_refused(value: object, path: FieldPath) -> Iterator[tuple[FieldPath, str]]:
    """Keywords that a form may not have. A question that is called like one is none: names stand under `properties`."""
    if isinstance(value, list):
        for number, child in enumerate(value):
            yield from _find_refused(child, (*path, number))
    if not isinstance(value, dict):
        return
    names_stand_here = bool(path) and path[-1] in {"properties", "$defs", HINTS}
    for name, child in value.items():
        if not names_stand_here and name in REFUSED:
            yield (*path, name), REFUSED[name]
        elif not names_stand_here and name == "$ref" and not str(child).startswith(_DEFS):
            yield (*path, name), "A form points at nothing but “#/$defs/…”."
        elif name not in {"enum", "const", "default", "examples"}:
            yield from _find_refused(child, (*path, name))


def _find_reference_problems(form: Table) -> Iterator[tuple[FieldPath, str]]:
    """References to what is not there, and to themselves: either would end the validation of an answer in an error."""
    defined = form.get("$defs", {})
    parts = defined if isinstance(defined, dict) else {}
    for target in sorted({*_find_targets(form)} - parts.keys()):
        yield ("$defs",), f"A question points at “#/$defs/{target[:60]}”, which is not there."
    cycle = find_cycle({name: tuple(_find_targets(part)) for name, part in parts.items()})
    if cycle:
        yield ("$defs", cycle[0]), f"It points at itself: {' to '.join(f'“{name}”' for name in cycle)}."


def _find_targets(value: object) -> Iterator[str]:
    """Names of `$defs` that are pointed at below."""
    waiting = [value]
    while waiting:
        item = waiting.pop()
        if isinstance(item, dict):
            target = item.get("$ref")
            if isinstance(target, str):
                yield target.removeprefix(_DEFS)
            waiting += item.values()
        elif isinstance(item, list):
            waiting += item


def _find_kind(question: Table) -> FactKind | None:
    kind = question.get("type")
    if kind == "string":
        return FactKind.DAY if question.get("format") in {"date", "date-time"} else FactKind.TEXT
    items = question.get("items")
    if kind == "array":
        return FactKind.TEXTS if isinstance(items, dict) and items.get("type") == "string" else None
    return {"number": FactKind.NUMBER, "integer": FactKind.NUMBER, "boolean": FactKind.YES_NO}.get(str(kind))


@cache
def _build_checker() -> Draft202012Validator:
    from jsonschema import Draft202012Validator  # late: a desk starts without reading a form

    return Draft202012Validator(Draft202012Validator.META_SCHEMA)


@cache
def _build_formats() -> FormatChecker:
    """Formats in place of patterns; each takes time in proportion to the text."""
    from jsonschema import FormatChecker  # late: a desk starts without reading a form

    checker = FormatChecker(formats=())
    for name, fits in {
        "date": lambda text: bool(date.fromisoformat(text)),
        "time": lambda text: bool(time.fromisoformat(text)) or text.startswith("00:00"),
        "date-time": lambda text: bool(datetime.fromisoformat(text)),
        "email": lambda text: len(text) < 321 and bool(_EMAIL.fullmatch(text)),
        "postcode": lambda text: bool(_POSTCODE.fullmatch(text)),
        "phone": lambda text: bool(_PHONE.fullmatch(text)),
        "uprn": lambda text: bool(_UPRN.fullmatch(text)),
    }.items():
        checker.checks(name, raises=ValueError)(lambda value, fits=fits: not isinstance(value, str) or fits(value))
    return checker


def _shorten(text: str) -> str:
    return text if len(text) <= 160 else f"{text[:157]}…"
