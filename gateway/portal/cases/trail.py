"""The lines of the audit trail, in words. (AP-19)"""

from markupsafe import Markup, escape

from gateway.portal.approval import Told
from gateway.portal.catalogue import N_, gettext
from gateway.portal.words import word
from services.approvals.contract import Entry, Outcome, StepKind

WHAT: dict[str, str] = {
    "started": N_("It was submitted."),
    "opened": N_("It came to this step."),
    "decided": N_("A decision was taken."),
    "reopened": N_("The step waits again."),
    "reset": N_("The substance was changed: the step is asked again."),
    "ordered": N_("The platform began to carry it out."),
    "done": N_("It was carried out."),
    "failed": N_("It could not be carried out yet and is tried again."),
    "undo_ordered": N_("What was prepared is being taken back."),
    "undone": N_("What was prepared was taken back."),
    "paused": N_("Changes were asked for; all clocks stand still."),
    "resumed": N_("The changes were made; the clocks run again."),
    "edited": N_("It was edited."),
    "reminded": N_("A reminder was sent."),
    "nudged": N_("A founder sent a friendly reminder."),
    "notice_sent_again": N_("A notice was sent again."),
    "bounced": N_("The mail to the head teacher came back."),
    "address_corrected": N_("The head teacher’s address was corrected."),
    "late": N_("It became late."),
    "undoing": N_("It is ending without approval."),
    "ended": N_("It has ended."),
    "refused_attempt": N_("Somebody tried to decide when it was not open."),
}
DECIDED: dict[Outcome, str] = {
    Outcome.APPROVE: N_("It was approved."),
    Outcome.REFUSE: N_("It was refused."),
    Outcome.REQUEST_CHANGES: N_("Changes were asked for."),
}
OTHER = N_("Something was recorded.")


def entry_sentence(entry: Entry, told: Told) -> Markup:
    """What happened, at which step and by whom."""
    what = gettext(DECIDED[entry.outcome] if entry.outcome else WHAT.get(entry.what, OTHER))
    kind = entry.step.partition(":")[0]
    parts = [Markup("{}: {}").format(word(StepKind(kind)), what) if kind in list(StepKind) else escape(what)]
    if entry.by is not None and entry.by in told.people:
        parts.append(told.person(entry.by))
    return Markup(" · ").join(parts)
