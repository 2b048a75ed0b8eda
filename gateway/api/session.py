"""Registering, signing in and out, and one's own sessions."""

from gateway.api.route import Route
from gateway.limits import PASSWORD_RESET, REGISTRATION, SIGN_IN
from services.identity import contract as identity

ROUTES = [
    Route("POST", "/registrations", identity.register, status=201, limit=REGISTRATION),
    Route("POST", "/confirmations", identity.confirm_address),
    Route("POST", "/confirmation-requests", identity.send_confirmation_again, limit=PASSWORD_RESET),
    Route("POST", "/sessions", identity.sign_in, status=201, limit=SIGN_IN),
    Route("GET", "/sessions", identity.sessions),
    Route("DELETE", "/sessions/{session_id}", identity.end_session),
    Route("POST", "/sign-out", identity.sign_out),
    Route("POST", "/password-requests", identity.forgot_password, limit=PASSWORD_RESET),
    Route("POST", "/password-resets", identity.reset_password),
    Route("PUT", "/me/password", identity.change_password),
]
