"""The tab of events: what is on, organising, seats, the discussion, calendars."""
