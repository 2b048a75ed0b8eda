"""Searching the forums by keyword, on top of the search service; its page is `/forums/search`. (PS-15)"""

from gateway.portal.page import Page

PAGES: list[Page] = []
