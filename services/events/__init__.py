"""Meetings, seminars, courses: seats, waiting lists, rooms, calendars."""
