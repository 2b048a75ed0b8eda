"""Sign-offs: one's tasks, the officers' work queue, decisions, and why something waits."""

from gateway.api.route import Route
from services.approvals import contract as approvals

ROUTES = [
    Route("GET", "/me/tasks", approvals.my_tasks),
    Route("GET", "/queue", approvals.queue),
    Route("GET", "/tasks/{task_id}", approvals.case),
    Route("POST", "/tasks/{task_id}/decision", approvals.decide),
    Route("POST", "/decisions", approvals.decide_many),
    Route("POST", "/tasks/{task_id}/assignment", approvals.take),
    Route("POST", "/tasks/{task_id}/reminder", approvals.nudge),
    Route("POST", "/notices/{notice_id}/sending", approvals.send_again),
    Route("GET", "/affiliations/{affiliation_id}/approval", approvals.explain_affiliation),
    Route("POST", "/links/view", approvals.open_link),
    Route("POST", "/links/decision", approvals.decide_by_link),
    Route("GET", "/me/colleagues", approvals.colleagues),
    Route("GET", "/me/deputy", approvals.deputy),
    Route("PUT", "/me/deputy", approvals.set_deputy),
]
