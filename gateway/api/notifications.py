"""Notifications and how one wants to be told."""

from gateway.api.route import Route
from services.community import contract as community

ROUTES = [
    Route("GET", "/notifications", community.notifications),
    Route("GET", "/notifications/unread", community.unread),
    Route("POST", "/notifications/read", community.mark_read),
    Route("GET", "/me/notification-choices", community.choices),
    Route("PUT", "/me/notification-choices/{group}", community.choose),
]
