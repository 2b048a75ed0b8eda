"""Countries, support organisations, schools and one's affiliations with them."""

from gateway.api.route import Route
from services.identity import contract as identity
from services.projects import contract as projects

ROUTES = [
    Route("GET", "/countries", identity.countries),
    Route("GET", "/countries/{country}/regions", identity.regions),
    Route("GET", "/organisations", identity.organisations),
    Route("GET", "/schools", identity.find_schools),
    Route("POST", "/schools", identity.create_school, status=201),
    Route("GET", "/schools/{school_id}", identity.school),
    Route("GET", "/schools/{school_id}/projects", projects.projects_of_school),
    Route("PUT", "/schools/{school_id}/head-teacher", identity.edit_head_teacher),
    Route("PUT", "/schools/{school_id}/year", identity.set_school_year),
    Route("POST", "/me/affiliations", identity.join_school, status=201),
    Route("DELETE", "/me/affiliations/{affiliation_id}", identity.leave_school),
    Route("POST", "/me/evidence", identity.evidence_ticket, status=201),
    Route("POST", "/me/evidence/{file_id}/arrival", identity.finish_upload),
    Route("PUT", "/me/affiliations/{affiliation_id}/evidence", identity.attach_evidence),
    Route("GET", "/affiliations/{affiliation_id}/evidence", identity.evidence),
]
