"""Private messages between members."""

from gateway.api.route import Route
from services.community import contract as community

ROUTES = [
    Route("GET", "/messages", community.threads),
    Route("POST", "/messages", community.start_thread, status=201),
    Route("GET", "/messages/unread", community.unread_messages),
    Route("GET", "/messages/{thread_id}", community.thread),
    Route("POST", "/messages/{thread_id}/replies", community.reply_in_thread, status=201),
    Route("PUT", "/messages/{thread_id}/read", community.mark_thread_read),
    Route("PUT", "/messages/{thread_id}/archive", community.archive_thread),
    Route("DELETE", "/messages/{thread_id}/archive", community.unarchive_thread),
]
