"""Searching for people, partners, schools, projects and forum posts; kept searches."""

from gateway.api.route import Route
from services.search import contract as search

ROUTES = [
    Route("GET", "/people", search.find_people),
    Route("GET", "/partners", search.find_partners),
    Route("GET", "/search/schools", search.find_schools),
    Route("GET", "/search/projects", search.find_projects),
    Route("GET", "/search/posts", search.find_posts),
    Route("GET", "/search/meetings", search.find_meetings),
    Route("GET", "/projects/{project_id}/similar", search.similar_projects),
    Route("GET", "/suggestions", search.suggestions),
    Route("GET", "/me/searches", search.saved_searches),
    Route("PUT", "/me/searches/{search_id}", search.save_search),
    Route("PUT", "/me/searches/{search_id}/alerts", search.set_alerts),
    Route("POST", "/me/searches/{search_id}/look", search.open_search),
    Route("DELETE", "/me/searches/{search_id}", search.delete_search),
]
