"""Projects from the first draft to their closing."""

from gateway.api.route import Route
from services.approvals import contract as approvals
from services.projects import contract as projects

ROUTES = [
    Route("GET", "/projects", projects.gallery),
    Route("GET", "/me/projects", projects.mine),
    Route("GET", "/people/{person_id}/projects", projects.projects_of),
    Route("PUT", "/projects/{project_id}/draft", projects.save_draft),
    Route("DELETE", "/projects/{project_id}/draft", projects.discard_draft),
    Route("POST", "/projects/cards", projects.cards),
    Route("GET", "/projects/{project_id}", projects.project),
    Route("PUT", "/projects/{project_id}", projects.edit),
    Route("GET", "/projects/{project_id}/candidates", projects.candidates),
    Route("POST", "/projects/{project_id}/outline-copies", projects.copy_outline, status=201),
    Route("GET", "/projects/{project_id}/partner-candidates", projects.partner_candidates),
    Route("GET", "/projects/{project_id}/places", projects.places),
    Route("POST", "/projects/{project_id}/places", projects.ask_for_place, status=201),
    Route("POST", "/projects/{project_id}/invitations", projects.invite, status=201),
    Route("GET", "/me/places", projects.my_places),
    Route("POST", "/places/{place_id}/offer", projects.offer_place),
    Route("POST", "/places/{place_id}/refusal", projects.refuse_place),
    Route("POST", "/places/{place_id}/acceptance", projects.accept_place),
    Route("DELETE", "/places/{place_id}", projects.decline_place, status=200),
    Route("POST", "/projects/{project_id}/submission", projects.submit),
    Route("DELETE", "/projects/{project_id}/submission", approvals.withdraw),
    Route("POST", "/projects/{project_id}/changes", approvals.answer_changes),
    Route("GET", "/projects/{project_id}/approval", approvals.explain_project),
    Route("POST", "/projects/{project_id}/start", projects.start),
    Route("POST", "/projects/{project_id}/closing", projects.close),
]
