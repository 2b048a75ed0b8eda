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
    "unblocked": N_("The block is taken back."),
}


def notice_sentence(name: str) -> str:
    """The sentence of that name; an unknown name says nothing wrong."""
    return gettext(NOTICES.get(name, NOTICES["saved"]))
