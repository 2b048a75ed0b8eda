"""Partner forums: posts, replies, and what moderators do."""

from gateway.api.route import Route
from services.community import contract as community

ROUTES = [
    Route("GET", "/forum/sections", community.forum_sections),
    Route("GET", "/forum/posts", community.posts),
    Route("POST", "/forum/posts", community.write_post, status=201),
    Route("POST", "/forum/similar-posts", community.similar_posts),
    Route("GET", "/forum/posts/{post_id}", community.post),
    Route("PUT", "/forum/posts/{post_id}", community.edit_post),
    Route("POST", "/forum/posts/{post_id}/replies", community.reply_to_post, status=201),
    Route("POST", "/forum/posts/{post_id}/found", community.mark_found),
    Route("POST", "/forum/posts/{post_id}/renewal", community.renew_post),
    Route("POST", "/forum/posts/{post_id}/moderation", community.moderate_post),
    Route("POST", "/forum/posts/{post_id}/replies/{reply_id}/removal", community.remove_reply),
    Route("GET", "/me/forum-posts", community.my_posts),
]
