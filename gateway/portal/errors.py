"""What went wrong, in sentences: for the codes of the schemas and for the findings of the services."""

from chassis.contract import Failure
from gateway.portal.catalogue import N_, gettext

FIELD_SENTENCES = {
    "required": N_("Fill this in."),
    "too_short": N_("Write at least %(bound)s characters."),
    "too_long": N_("Write at most %(bound)s characters."),
    "too_small": N_("The smallest number possible is %(bound)s."),
    "too_large": N_("The largest number possible is %(bound)s."),
    "too_few": N_("Choose at least %(bound)s."),
    "too_many": N_("Choose at most %(bound)s."),
    "not_text": N_("This must be text."),
    "not_a_number": N_("Write a whole number, in digits."),
    "not_yes_or_no": N_("Choose yes or no."),
    "not_an_id": N_("Choose one of the entries offered."),
    "not_a_choice": N_("Choose one of the entries offered."),
    "not_a_list": N_("This must be a list."),
    "not_a_mapping": N_("This must have named parts."),
    "not_a_date": N_("Write a date such as 2027-03-21."),
    "not_a_time": N_("Write a date and a time."),
    "no_time_zone": N_("Say in which time zone."),
    "not_an_email": N_("Write an e-mail address such as name@school.eu."),
    "wrong_form": N_("This is not in the form expected."),
    "control_characters": N_("This contains characters that cannot be shown. Type it again."),
    "unknown_field": N_("There is no such field."),
    "at_least_a_week": N_("The end must be at least a week after the start."),
    "in_the_past": N_("This day is over already."),
    "before_start": N_("This must not be less than the one before."),
    "yourself": N_("Choose somebody else, not yourself."),
    "not_allowed": N_("This person cannot be your co-founder at the moment; the reasons are on this page."),
    "not_your_school": N_("Choose a school where you work and are validated."),
    "cannot_be_taken_back": N_("The project stays open to Plus countries once it is submitted."),
    "not_a_colleague": N_("Choose a colleague of your own service."),
    "nested_too_deep": N_("A page can only stand below a page of the first level."),
    "administrators_only": N_("Only a founder can make a page public."),
    "not_all_pages": N_("The pages have changed meanwhile. Try again."),
    "not_a_cursor": N_("This page of results cannot be reached any more. Begin the search again."),
    "out_of_order": N_("These days are not in order."),
    "nobody_there": N_("Somebody you chose cannot be written to."),
    "outside_band": N_("These ages do not belong to the age band chosen."),
    "is_there": N_("It is there already. Choose another place."),
    "end_before_start": N_("The end must come after the start."),
    "after_the_end": N_("This must not be after the end."),
    "too_long_for_its_kind": N_("Something of this type does not last so long."),
    "activities_only": N_("Only professional development can be limited to a country."),
    "never_with_pupils": N_("What pupils take part in is never recorded."),
    "not_a_contact": N_("Choose among your contacts and the people of your projects."),
    "type": N_("This kind of file is not taken."),
}
ANY_FIELD = N_("This cannot be used as it is.")

FINDINGS = {
    "invalid": N_("Something in the form needs another look."),
    "unauthenticated": N_("You are not logged in, or your session has ended."),
    "forbidden": N_("Your account may not do that."),
    "not_found": N_("There is nothing here, or you may not see it."),
    "conflict": N_("That is not possible in the present state. Somebody may have changed it meanwhile."),
    "unavailable": N_("A part of the platform does not answer at the moment. Try again in a minute."),
    "internal": N_("Something broke on our side. It has been recorded."),
    "not_readable": N_("What was sent is too large, or cannot be read. Nothing was changed."),
    "forged_form": N_("This page was open for too long. Open it again and send it once more."),
    "too_often": N_("That was tried too often. Wait a little and try again."),
    "wrong_credentials": N_("E-mail address and password do not belong together."),
    "address_not_confirmed": N_("Confirm your e-mail address first. We have sent you a new link."),
    "link_spent": N_("This link has been used, is too old, or was replaced by a newer one."),
    "weak_password": N_("This password is easy to guess. Choose a longer or less common one."),
    "conduct_not_accepted": N_("Accept the code of conduct to go on."),
    "country_not_participating": N_("Only schools of participating countries can take part."),
    "school_number_needed": N_("This country requires the official school number."),
    "region_not_of_country": N_("This region or territory does not belong to that country."),
    "already_affiliated": N_("You are at that school already."),
    "not_a_member": N_(
        "This is open to members. Your account is not validated yet, or has no members’ area."
    ),
    "declined": N_("Your request was declined."),
    "not_signed_in": N_("Log in first."),
    "not_amember": N_("This is open to members. Your account is not validated yet, or has no members’ area."),
    "affiliation_over": N_("That review has ended: the school is confirmed, refused or left already."),
    "not_yourself": N_("You cannot do that with yourself."),
    "already_in_contact": N_("There is a contact or a request between you already."),
    "too_many_requests": N_(
        "Thirty of your contact requests wait for an answer. Ask again when some are answered."
    ),
    "blocked": N_("There is nothing here, or you may not see it."),
    "file_not_allowed": N_("This kind or size of file is not allowed. Nothing was kept."),
    "likely_duplicate": N_("Schools that look alike are registered already. Is yours among them?"),
    "not_a_founder": N_("Only the founders of the project may do that."),
    "not_afounder": N_("Only the founders of the project may do that."),
    "not_in_this_state": N_("The project’s present state does not allow that."),
    "incomplete": N_("Something is missing before the project can be submitted."),
    "co_founder_not_allowed": N_("This person cannot be your co-founder at the moment."),
    "not_your_school": N_("Found the project with a school where you work and are validated."),
    "dates_out_of_order": N_("The end must be at least a week after the start."),
    "not_validated": N_("Your account is still under review by your national support service."),
    "confirmation_needed": N_("Confirm that you want to close the project: its TwinSpace becomes read-only."),
    "already_there": N_("This person is in the project already, or there is an open request or invitation."),
    "partner_not_allowed": N_("This person cannot be invited at the moment; the reasons are on this page."),
    "place_settled": N_("That request or invitation was answered before, or has lapsed."),
    "full": N_("The project has as many partners as were agreed."),
    "not_public": N_("Only an approved project’s outline can be copied."),
    "no_school": N_("One of you has no school at present."),
    "search_away": N_(
        "The search does not answer at the moment. Everything else works; try again in a minute."
    ),
    "too_many_saved": N_("You keep twenty searches. Delete one before you keep another."),
    "reason_needed": N_("Give a reason: the founders will read it."),
    "not_your_task": N_("Somebody else decides on this step."),
    "conflict_of_interest": N_("You belong to this school, so a colleague must decide."),
    "already_decided": N_("Somebody has decided on this before."),
    "not_open": N_("This step is not open for a decision."),
    "on_hold": N_("The founders are changing the project first. The step goes on afterwards."),
    "not_validated_yet": N_("You can accept once your national support service has validated your account."),
    "too_late": N_("All have approved and the TwinSpace is being opened. It cannot be taken back any more."),
    "nudged_already": N_("A reminder was sent less than five days ago."),
    "link_invalid": N_("This link is not valid, or not valid any more."),
    "cannot_be_switched_off": N_("Notices about safety and approvals cannot be switched off."),
    "space_closed": N_("The project has ended: its TwinSpace can be read but not changed."),
    "not_yours": N_("Only its author or a teacher administrator may change this page."),
    "publishing_needs_consent": N_("Confirm that everybody shown agrees and nobody’s rights are hurt."),
    "nested_too_deep": N_("A page can only stand below a page of the first level."),
    "cannot_be_reached": N_("They cannot be written to: the account is not validated yet, or is closed."),
    "same_text_to_many": N_(
        "You have sent this text to others already. Write to each person in your own words for them."
    ),
    "too_many_first_messages": N_(
        "You have written to many people today who are not your contacts. Try again tomorrow."
    ),
    "same_text_posted": N_("You have an open post with the same text. One text goes into one place only."),
    "post_not_open": N_("The post’s present state does not allow that."),
    "not_the_author": N_("Only its author may do that."),
    "not_the_host": N_("Only the organiser and the co-hosts may do that."),
    "officers_only": N_("Professional development is offered by support services."),
    "only_for_country": N_("This offer is for teachers of its own country only."),
    "seat_needed": N_("Only hosts, speakers and those with a place may do that."),
    "not_possible_any_more": N_("The event is cancelled or over."),
    "registration_not_open": N_("One cannot register now: registration has not begun, or is over."),
    "registered_already": N_("You are registered already."),
    "capacity_taken": N_("More places than that are taken already. Nobody is dropped."),
    "rule_fixed": N_("How places are drawn cannot change once somebody has applied."),
    "no_such_place": N_("The registration’s present state does not allow that."),
    "offer_lapsed": N_("The place was held for a day and has gone to the next on the list."),
    "room_not_open": N_(
        "The room opens 24 hours before the start for hosts, and half an hour before for everybody else."
    ),
    "room_away": N_("The server of the rooms does not answer at the moment. Try again in a minute."),
    "room_full": N_("The room is full: a hundred people are in it. Try again in a few minutes."),
    "removed_from_room": N_("A host has removed you from the room. Only a host can let you in again."),
    "crew_stays": N_("Hosts and speakers cannot be removed from the room."),
    "recording_consent": N_("This event is recorded. Say that you agree before you enter."),
    "sheet_refused": N_("Something about the event does not go together."),
    "cannot_invite": N_("Only your contacts and the people of your projects can be invited."),
    "feedback_later": N_(
        "Feedback is given once, by those with a place, from the beginning of the event on."
    ),
    "document_not_allowed": N_("PDF, PNG or JPEG, at most 20 MB. Nothing was kept."),
    "not_drawn": N_("There was no draw."),
    "changed_meanwhile": N_(
        "Somebody else, or you in another window, saved this meanwhile. Nothing you typed is lost."
    ),
    "stale_version": N_("Somebody else changed this meanwhile. Look at the new version and try again."),
}


def field_sentence(code: str) -> str:
    """The sentence for what is wrong with one field."""
    name, _, bound = code.partition(":")
    sentence = FIELD_SENTENCES.get(name) or FINDINGS.get(name) or ANY_FIELD
    translated = gettext(sentence)
    return translated % {"bound": bound} if "%(bound)s" in translated else translated


def finding_sentence(failure: Failure) -> str:
    """The sentence for a finding; where it is not known, that of its kind."""
    return gettext(FINDINGS.get(failure.code) or FINDINGS[failure.kind])
