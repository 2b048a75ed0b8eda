"""What the next page says after something was done: `visit.go("/account", "saved")`."""

from gateway.portal.catalogue import N_, gettext

NOTICES = {
    "saved": N_("Saved."),
    "logged_out": N_("You are logged out."),
    "confirmed": N_("Your e-mail address is confirmed. You can log in now."),
    "password_changed": N_("Your password is changed. Your other sessions have ended."),
    "password_reset": N_("Your new password is in force. Log in with it."),
    "session_ended": N_("That session has ended."),
    "account_closed": N_("Your account is closed."),
    "school_joined": N_("Your school has been added. Your national support service will review it."),
    "school_left": N_("That school is now part of your history."),
    "evidence_attached": N_("Your document has arrived. Your national support service can read it."),
    "contact_asked": N_("Your contact request is sent."),
    "contact_accepted": N_("You are contacts now."),
    "contact_declined": N_("The request is declined."),
    "contact_removed": N_("You are no longer contacts."),
    "following": N_("You follow this person now."),
    "unfollowed": N_("You no longer follow this person."),
    "blocked": N_("You have blocked this person. Neither of you finds the other any more."),
    "draft_saved": N_("The draft is saved."),
    "draft_discarded": N_("The draft is thrown away."),
    "co_founder_chosen": N_("The co-founder is chosen. The invitation goes out when you ask for approval."),
    "project_submitted": N_("Your partner is invited. Both countries are asked as soon as they accept."),
    "project_edited": N_("The changes are saved."),
    "project_withdrawn": N_("The project is withdrawn. Everybody who was asked is told."),
    "changes_answered": N_("Whoever asked for the changes is told. The clocks run again."),
    "project_started": N_("The project has started."),
    "project_closed": N_("The project is closed."),
    "invitation_accepted": N_("You have accepted. Both countries are asked for approval now."),
    "invitation_declined": N_("You have declined. Your colleague is told."),
    "nudged": N_("A friendly reminder is on its way."),
    "sent_again": N_("It is sent again."),
    "case_approve": N_("Approved."),
    "case_refuse": N_("Refused. The founders are told, with your reason."),
    "case_request_changes": N_("Changes are asked for. The clocks stand still until they are made."),
    "case_taken": N_("Who looks after the case is noted."),
    "cases_approved": N_("All chosen cases are approved."),
    "cases_left_out": N_("What could be approved is approved. The others need a closer look and stay here."),
    "consent_given": N_("Thank you. The school’s agreement is recorded."),
    "consent_refused": N_("Thank you. The school’s refusal is recorded, and the founders are told."),
    "page_saved": N_("The page is saved."),
    "page_deleted": N_("The page is deleted."),
    "pages_ordered": N_("The order is changed."),
    "search_saved": N_("The search is kept. You are told when it finds somebody new."),
    "search_deleted": N_("The search is no longer kept."),
    "outline_copied": N_(
        "The outline is copied into a draft of your own. Give it a title and say what you want to do."
    ),
    "place_asked": N_("The founders are asked. They answer with an invitation or say why not."),
    "place_offered": N_("The invitation is sent."),
    "place_refused": N_("Your answer is sent, with the reason."),
    "place_accepted": N_("Welcome! You are in the project, and its TwinSpace is open to you."),
    "place_declined": N_("That is settled. The others are told."),
    "unblocked": N_("The block is taken back."),
}


def notice_sentence(name: str) -> str:
    """The sentence of that name; an unknown name says nothing wrong."""
    return gettext(NOTICES.get(name, NOTICES["saved"]))
