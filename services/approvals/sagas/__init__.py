"""The long processes, one page each."""

from services.approvals.engine.turn import Saga
from services.approvals.sagas.affiliation_validation import AffiliationValidation
from services.approvals.sagas.project_approval import ProjectApproval

KINDS: dict[str, type[Saga]] = {kind.kind: kind for kind in (ProjectApproval, AffiliationValidation)}

__all__ = ["KINDS", "AffiliationValidation", "ProjectApproval"]
