"""People: oneself, profiles, contacts, follows and blocks."""

from gateway.api.route import Route
from services.identity import contract as identity

ROUTES = [
    Route("GET", "/me", identity.me),
    Route("PUT", "/me/profile", identity.edit_profile),
    Route("PUT", "/me/availability", identity.set_availability),
    Route("PUT", "/me/privacy", identity.set_privacy),
    Route("PUT", "/me/language", identity.set_language),
    Route("POST", "/me/closing", identity.close_account),
    Route("GET", "/people/{person_id}", identity.profile),
    Route("POST", "/people/cards", identity.cards),
    Route("GET", "/people/{person_id}/terms", identity.terms_together),
    Route("GET", "/keywords", identity.keyword_suggestions),
    Route("PUT", "/people/{person_id}/follow", identity.follow),
    Route("DELETE", "/people/{person_id}/follow", identity.unfollow),
    Route("GET", "/following", identity.following),
    Route("PUT", "/people/{person_id}/block", identity.block),
    Route("DELETE", "/people/{person_id}/block", identity.unblock),
    Route("GET", "/blocks", identity.blocked),
    Route("GET", "/contacts", identity.contacts),
    Route("POST", "/contacts", identity.ask_for_contact, status=201),
    Route("POST", "/contacts/{contact_id}/acceptance", identity.accept_contact),
    Route("POST", "/contacts/{contact_id}/refusal", identity.decline_contact),
    Route("DELETE", "/people/{person_id}/contact", identity.remove_contact),
]
