"""Words of the digital planning schema (v0.7.7) that Knit sends: each code with the one text that the schema takes.

A part of its lists, for what people come to a council's desk with; the types not named here are made elsewhere.
"""

from __future__ import annotations

from collections.abc import Mapping

ADDRESS = "https://theopensystemslab.github.io/digital-planning-data-schemas/v0.7.7/schemas/application.json"

APPLICATIONS: Mapping[str, str] = {
    "advertConsent": "Consent to display an advertisement",
    "amendment.nonMaterial": "Consent to make small (non-material) changes to a project with Planning Permission",
    "approval.conditions": "Approval of details reserved by condition",
    "hedgerowRemovalNotice": "Notice to remove a hedge",
    "ldc.existing": "Lawful Development Certificate - Existing use",
    "ldc.proposed": "Lawful Development Certificate - Proposed use",
    "listed": "Consent to do works to a Listed Building",
    "pa.part1.classA": "Prior Approval - Larger extension to a house",
    "pa.part14.classJ": "Prior Approval - Install or change solar panels",
    "pp.full.householder": "Planning Permission - Full householder",
    "pp.full.householder.retro": "Planning Permission - Full householder retrospective",
    "pp.full.major": "Planning Permission - Major application",
    "pp.full.minor": "Planning Permission - Minor application",
    "wtt.consent": "Works to trees - Consent to carry out works to a tree with a Tree Preservation Order",
    "wtt.notice": "Works to trees - Notification of proposed works to a tree in a Conservation Area",
}
PROJECTS: Mapping[str, str] = {
    "extend.rear": "Add a rear or side extension (or conservatory)",
    "extend.front": "Add a front extension",
    "extend.upperStorey": "Add an upper storey extension",
    "extend.roof": "Add a roof extension",
    "extend.porch": "Add a porch",
    "extend.basement": "Add a basement extension",
    "extend.outbuilding": "Add an outbuilding (such as a shed, garage or garden office)",
    "internal.loft": "Convert a loft",
    "alter.internal": "Changes to internal walls or layout",
    "alter.openings": "Change a door or window opening",
    "alter.replace": "Replace windows or doors",
    "alter.roof": "Change the roof",
    "alter.rooflight": "Add skylights to an existing roof",
    "alter.equipment.solar": "Install solar panels",
    "alter.boundary": "Changes to a fence, wall or gate",
    "alter.highways": "Changes to a public road, pavement or path (including drop kerb)",
    "alter.trees": "Changes to trees or hedges",
    "alter.sign": "Add an advert or sign",
    "alter.shopfronts": "Add or alter shop fronts",
    "alter": "Alter a building",
    "changeOfUse": "Change the use of a building",
    "demolish": "Demolish a building or structure",
    "new.dwelling": "New, self-contained dwelling",
    "new": "Add a new separate building or self-contained units",
}
PROPERTIES: Mapping[str, str] = {
    "residential.house.detached": "Detached",
    "residential.house.semiDetached": "Semi-detached",
    "residential.house.terrace": "Terrace",
    "residential.flat": "Flat",
    "residential.HMO": "House In Multiple Occupation",
    "residential.garage": "Garage",
    "residential": "Residential",
    "commercial": "Commercial",
    "mixedUse": "Mixed use (within single planning unit)",
    "land": "Land",
    "unclassified": "Unclassified",
}
CONNECTIONS: Mapping[str, str] = {
    "none": "None",
    "employee": "Works for the council",
    "relation.employee": "Is related to somebody who works for the council",
    "electedMember": "Is an elected member",
    "relation.electedMember": "Is related to an elected member",
}
APPLICANTS: Mapping[str, str] = {
    "individual": "A person",
    "company": "A company",
    "charity": "A charity",
    "public": "A public body",
    "parishCouncil": "A parish council",
}
