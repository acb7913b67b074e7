"""A submission by the digital planning schema as the draft of a case. Pure."""

from __future__ import annotations

from desktop.adapters.api import build_bad_response, read_items, read_record, read_text
from desktop.domain.cases import CaseDraft
from desktop.domain.ids import OutsideId
from desktop.domain.people import Person
from desktop.domain.places import Place

from .forms import ACCURATE, APPLICANT, CONNECTION, FEE, PROJECT, PROPERTY, ROLE
from .kinds import Kind
from .mapping import Record, build_title, drop_redacted, read_property
from .schema import APPLICATIONS


def parse_submission(tree: Record, *, component: str) -> CaseDraft:
    """What was submitted, as the draft that would make the case.

    Takes an answer (`{application, submission}`), whose submission is null for an application that was typed into BOPS.

    Raises:
        BadResponse: there is no submission, or it says neither of what type it is nor where.
    """
    whole = read_record(tree.get("submission"))
    body = read_record(whole.get("data"))
    if not body:
        what = "this application was not submitted through the API" if "submission" in tree else "it is no submission"
        raise build_bad_response("", component=component, what=what)
    application = read_record(body.get("application"))
    described = read_record(application.get("type"))
    code = read_text(described.get("value")) or read_text(whole.get("applicationType"))
    place = read_property(body.get("property"))
    if not code or place is None:
        raise build_bad_response("", component=component, what="a submission has no type or no place")
    project = read_record(body.get("proposal")) or read_record(body.get("report"))
    text = read_text(project.get("description"))
    kind = Kind(code=code, name=APPLICATIONS.get(code) or read_text(described.get("description")) or code)
    return CaseDraft(
        service_code=code,
        title=build_title(text, kind),
        description=text,
        place=place,
        reporter=_read_applicant(read_record(body.get("applicant")) or read_record(body.get("complainant"))),
        answers=_read_answers(body, project),
    )


def read_session(tree: Record) -> str:
    """The id that a submission was sent with, "" where it says none."""
    metadata = read_record(read_record(tree.get("submission")).get("metadata"))
    return read_text(metadata.get("id")).lower()


def _read_applicant(applicant: Record) -> Person | None:
    name = read_record(applicant.get("name"))
    given, family = drop_redacted(name.get("first")), drop_redacted(name.get("last"))
    family = family or drop_redacted(read_record(applicant.get("company")).get("name"))
    if not given and not family:
        return None
    email = drop_redacted(applicant.get("email"))
    return Person(
        outside_id=OutsideId(email.casefold()),
        given=given,
        family=family,
        email=email,
        phone=drop_redacted(read_record(applicant.get("phone")).get("primary")),
        home=_read_home(read_record(applicant.get("address"))),
    )


def _read_home(address: Record) -> Place | None:
    lines = (drop_redacted(address.get(n)) for n in ("line1", "line2", "town", "county", "postcode"))
    home = Place(address=", ".join(line for line in lines if line), postcode=drop_redacted(address.get("postcode")))
    return None if home == Place() else home


def _read_answers(body: Record, project: Record) -> dict[str, tuple[str, ...]]:
    """The answers to the questions of `forms`, as codes; those that were not given are left out."""
    application, applicant = read_record(body.get("application")), read_record(body.get("applicant"))
    declaration = read_record(application.get("declaration"))
    fee = read_record(application.get("fee"))
    given = {
        PROJECT: tuple(map(_read_code, read_items(project.get("projectType")))),
        PROPERTY: (_read_code(read_record(body.get("property")).get("type")),),
        APPLICANT: (read_text(applicant.get("type")),),
        ROLE: (read_text(read_record(body.get("user")).get("role")),),
        ACCURATE: ("yes",) if read_text(declaration.get("accurate")) == "true" else (),
        CONNECTION: (read_text(read_record(declaration.get("connection")).get("value")),),
        FEE: (drop_redacted(fee.get("payable")),),
    }
    kept = {code: tuple(value for value in values if value) for code, values in given.items()}
    return {code: values for code, values in kept.items() if values}


def _read_code(value: object) -> str:
    """A code that stands alone, as in later versions of the schema, or with its words."""
    return read_text(read_record(value).get("value")) or read_text(value)
