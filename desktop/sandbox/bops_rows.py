"""Planning applications of the town in the shapes of BOPS: the overview that all share, published, whole, and in parts."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from desktop.sandbox.bops_town import KINDS, PREFIX, UNPUBLISHED

Tree = dict[str, Any]


def say_moment(moment: float | None) -> str | None:
    """`2026-09-14T10:52:00.000+00:00`, None for none."""
    return None if moment is None else datetime.fromtimestamp(moment, UTC).isoformat(timespec="milliseconds")


def is_published(row: Tree) -> bool:
    """Whether the public half shows it."""
    return row["published"] is not None and row["status"] not in UNPUBLISHED


def build_overview(row: Tree) -> Tree:
    """What every answer says of an application."""
    start, end = row["consulted"] or (None, None)
    return {
        "type": {"value": row["kind"], "description": KINDS[row["kind"]][0]},
        "reference": row["reference"], "fullReference": f"{PREFIX}-{row['reference']}", "status": row["status"],
        "targetDate": row["target"], "expiryDate": row["expiry"], "receivedAt": say_moment(row["received"]),
        "validAt": say_moment(row["valid"]), "publishedAt": say_moment(row["published"]),
        "determinedAt": say_moment(row["determined"]), "decision": row["decision"], "sessionId": row["session"],
        "alternativeReference": None, "consultation": {"startDate": start, "endDate": end, "publicUrl": None},
        "pressNotice": None,
    }  # fmt: skip


def build_published(row: Tree) -> Tree:
    """An application as both searches and the public half show it."""
    site = row["site"]
    address = {
        "latitude": site["lat"], "longitude": site["lon"], "title": site["title"], "uprn": site["uprn"], "town": site["town"],
        "postcode": site["postcode"], "singleLine": f"{site['title']}, {site['town']}, {site['postcode']}",
    }  # fmt: skip
    return {
        "application": build_overview(row),
        "property": {"address": address, "boundary": {"site": site["boundary"]}},
        "proposal": {"description": row["description"], "reportingType": None, "ownerIsPlanningAuthority": False},
        "applicant": {"type": "individual", "address": None, "ownership": None, "agent": None},
        "officer": {"name": row["officer"]} if row["officer"] else None,
    }


def build_whole(row: Tree) -> Tree:
    """An application as the authenticated half shows it, with its applicant."""
    site, person = row["site"], row["applicant"]
    whole = {
        "id": row["id"], "reference": row["reference"], "reference_in_full": f"{PREFIX}-{row['reference']}",
        "application_type": KINDS[row["kind"]][0], "status": row["status"], "description": row["description"],
        "created_at": say_moment(row["received"]), "received_date": say_moment(row["received"]),
        "validAt": say_moment(row["valid"]), "publishedAt": say_moment(row["published"]), "target_date": row["target"],
        "started_at": say_moment(row["started"]), "in_assessment_at": say_moment(row["started"]),
        "invalidated_at": say_moment(row["invalidated"]), "determined_at": say_moment(row["determined"]),
        "returned_at": say_moment(row["returned"]), "withdrawn_at": say_moment(row["withdrawn"]),
        "user_role": "applicant", "applicant_first_name": person["given"], "applicant_last_name": person["family"],
        "applicant_email": person["email"], "applicant_phone": person["phone"], "agent_first_name": None,
        "agent_last_name": None, "agent_email": None, "agent_phone": None, "agent_company_name": None,
        "site": {"address_1": site["title"], "address_2": None, "town": site["town"], "county": None, "uprn": site["uprn"],
                 "postcode": site["postcode"], "latitude": site["lat"], "longitude": site["lon"]},
        "boundary_geojson": site["boundary"], "documents": [], "make_public": is_published(row),
        "consultation": {"end_date": row["consulted"][1] if row["consulted"] else None},
        "published_comments": [
            {"comment": one["text"], "received_at": say_moment(one["at"]), "summary_tag": one["sentiment"]}
            for one in row["responses"]
        ],
        "consultee_comments": [],
    }  # fmt: skip
    if row["officer"]:
        whole |= {"assigned_user_name": row["officer"], "assigned_user_role": "assessor"}
    if row["decision"]:
        whole["decision"] = row["decision"]
    return whole


def build_request(row: Tree, asked: Tree) -> Tree:
    """A validation request."""
    closed = asked["closed"]
    return {
        "planning_application": {"reference": row["reference"]}, "type": asked["kind"],
        "state": "closed" if closed else "open", "post_validation": False, "created_at": say_moment(asked["sent"] - 600),
        "notified_at": say_moment(asked["sent"]), "reason": "Needed before the application is valid", "response_due": asked["due"],
        "response": "Sent today." if closed else None, "rejection_reason": None, "approved": True if closed else None,
        "cancel_reason": None, "cancelled_at": None, "closed_at": say_moment(closed),
        "specific_attributes": {"suggestion": asked["text"]},
    }  # fmt: skip


def build_response(row: Tree, said: Tree) -> Tree:
    """A neighbour response."""
    site = row["site"]
    return {
        "application": {"reference": row["reference"], "address": f"{site['title']}, {site['town']}, {site['postcode']}"},
        "receivedAt": say_moment(said["at"]), "respondent": {"postcode": site["postcode"]}, "sentiment": said["sentiment"],
        "text": said["text"],
    }  # fmt: skip


def build_comments(row: Tree) -> tuple[list[Tree], Tree]:
    """The public comments on an application, and their summary."""
    comments = [
        {"id": one["id"], "sentiment": one["sentiment"], "comment": one["text"], "receivedAt": say_moment(one["at"])}
        for one in row["responses"]
    ]
    counts = {name: sum(c["sentiment"] == name for c in comments) for name in ("supportive", "objection", "neutral")}
    return comments, {"totalComments": len(comments), "sentiment": counts}


def build_consultees(row: Tree) -> tuple[list[Tree], Tree]:
    """What consultees said of an application, and its summary: the highways officer, where asked."""
    said = row["highways"]
    consultees = []
    if said:
        moment = say_moment(said["at"])
        comment = {
            "id": f"{row['id']}1", "sentiment": "approved", "commentRedacted": said["text"], "files": [],
            "metadata": {"submittedAt": moment, "validatedAt": moment, "publishedAt": moment},
        }  # fmt: skip
        consultees.append({
            "id": str(row["id"]), "organisationSpecialism": "Highways", "jobTitle": "Highways officer",
            "reason": "Other", "firstConsultedAt": say_moment(row["valid"]), "constraints": [], "comments": [comment],
        })  # fmt: skip
    sentiment = {"approved": len(consultees), "amendmentsNeeded": 0, "objected": 0}
    return consultees, {"totalComments": len(consultees), "totalConsulted": len(consultees), "sentiment": sentiment}


DOCUMENTS = (
    ("site-plan", "sitePlan.existing", "Site plan - existing"),
    ("floor-plan", "floorPlan.proposed", "Floor plan - proposed"),
    ("decision-notice", "internal.decisionNotice", "Decision notice"),
)
"""Papers that lie with an application; the last only where it is decided."""


def build_documents(row: Tree, origin: str) -> Tree:
    """The papers of an application, at addresses on a server (`origin`)."""

    def name(number: int) -> str:
        return f"{DOCUMENTS[number][0]}-{row['reference']}.pdf"

    def url(number: int) -> str:
        return f"{origin}/api/v1/planning_applications/{row['id']}/documents/{number + 1}"

    files = [
        {
            "name": name(number), "url": url(number), "referencesInDocument": [],
            "type": [{"value": value, "description": words}], "createdAt": say_moment(row["received"]),
            "applicantDescription": None,
            "metadata": {"byteSize": len(draw_paper(row, number)), "contentType": "application/pdf"},
        }
        for number, (_, value, words) in enumerate(DOCUMENTS[:2])
    ]  # fmt: skip
    tree = {
        "application": build_overview(row), "files": files, "metadata": {"results": len(files), "totalResults": len(files)},
    }  # fmt: skip
    return {**tree, "decisionNotice": {"name": name(2), "url": url(2)}} if row["decision"] else tree


def draw_paper(row: Tree, number: int) -> bytes:
    """A PDF of one page that says what it is and of which application."""
    words = f"{DOCUMENTS[number][2]}, {row['reference']}".replace("(", "").replace(")", "")
    text = f"BT /F1 18 Tf 60 760 Td ({words}) Tj ET".encode("latin-1", "replace")
    objects = (
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
        b"<</Length %d>>stream\n%b\nendstream" % (len(text), text),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    )
    body, offsets = b"%PDF-1.4\n", []
    for at, one in enumerate(objects, 1):
        offsets.append(len(body))
        body += b"%d 0 obj%b endobj\n" % (at, one)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    head = b"xref\n0 6\n0000000000 65535 f \n" + table
    return body + head + b"trailer<</Size 6/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % len(body)
