"""Meetings and professional development: seats, rooms, discussion, calendars, records."""

from gateway.api.route import Route
from services.events import contract as events

ROUTES = [
    Route("GET", "/meetings", events.meetings),
    Route("POST", "/meetings", events.organise, status=201),
    Route("GET", "/meetings/awaiting-release", events.awaiting_release),
    Route("POST", "/meetings/cards", events.meeting_cards),
    Route("GET", "/me/meetings", events.my_meetings),
    Route("GET", "/meetings/{meeting_id}", events.meeting),
    Route("PUT", "/meetings/{meeting_id}", events.change),
    Route("POST", "/meetings/{meeting_id}/cancellation", events.cancel),
    Route("POST", "/meetings/{meeting_id}/release", events.release),
    Route("PUT", "/meetings/{meeting_id}/crew", events.name_crew),
    Route("POST", "/meetings/{meeting_id}/invitations", events.invite),
    # seats
    Route("GET", "/meetings/{meeting_id}/registrations", events.roster),
    Route("POST", "/meetings/{meeting_id}/registrations", events.register, status=201),
    Route("DELETE", "/meetings/{meeting_id}/registration", events.withdraw),
    Route("POST", "/meetings/{meeting_id}/seat", events.accept_seat),
    Route("POST", "/meetings/{meeting_id}/registrations/{registration_id}/approval", events.approve),
    Route("POST", "/meetings/{meeting_id}/registrations/{registration_id}/refusal", events.refuse),
    Route("POST", "/meetings/{meeting_id}/registrations/{registration_id}/completion", events.complete),
    Route("POST", "/meetings/{meeting_id}/attendance", events.check_in),
    Route("PUT", "/meetings/{meeting_id}/reminder", events.remind_me),
    Route("GET", "/meetings/{meeting_id}/draw", events.draw),
    # the room, documents, the discussion, feedback
    Route("GET", "/meetings/{meeting_id}/room", events.room),
    Route("GET", "/meetings/{meeting_id}/room/people", events.room_names),
    Route("POST", "/meetings/{meeting_id}/entry", events.join),
    Route("PUT", "/meetings/{meeting_id}/room/{person_id}/silence", events.silence),
    Route("DELETE", "/meetings/{meeting_id}/room/{person_id}", events.expel),
    Route("POST", "/meetings/{meeting_id}/registrations/{registration_id}/readmission", events.readmit),
    Route("POST", "/meetings/{meeting_id}/files", events.file_ticket, status=201),
    Route("POST", "/meetings/{meeting_id}/files/{file_id}/arrival", events.finish_file),
    Route("GET", "/meetings/{meeting_id}/files/{file_id}", events.meeting_file),
    Route("DELETE", "/meetings/{meeting_id}/files/{file_id}", events.remove_file),
    Route("GET", "/meetings/{meeting_id}/posts", events.posts),
    Route("PUT", "/meetings/{meeting_id}/posts/{post_id}", events.write_post),
    Route("DELETE", "/meetings/{meeting_id}/posts/{post_id}", events.remove_post),
    Route("GET", "/meetings/{meeting_id}/feedback", events.feedback),
    Route("POST", "/meetings/{meeting_id}/feedback", events.give_feedback, status=201),
    # calendars
    Route("GET", "/calendar", events.calendar),
    Route("GET", "/calendar/public", events.public_feed),
    Route("GET", "/calendar/feeds/{token}", events.personal_feed),
    Route("GET", "/meetings/{meeting_id}/calendar", events.meeting_calendar),
    Route("GET", "/me/calendar-feed", events.my_feed),
    Route("POST", "/me/calendar-feed", events.reset_feed),
    # professional development
    Route("GET", "/activities", events.activities),
    Route("GET", "/me/record", events.record, in_its_language=True),
    Route("GET", "/me/record/table", events.record_table),
    Route("GET", "/me/record/file", events.record_file, in_its_language=True),
    Route("GET", "/certificates/{number}", events.certificate),
    Route(
        "GET", "/registrations/{registration_id}/certificate", events.certificate_file, in_its_language=True
    ),
    Route("GET", "/tutorials", events.tutorials),
    Route("PUT", "/tutorials/{tutorial_id}", events.save_tutorial),
    Route("DELETE", "/tutorials/{tutorial_id}", events.delete_tutorial),
]
