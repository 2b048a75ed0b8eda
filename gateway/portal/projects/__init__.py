"""The Projects tab: drafts, the co-founder, a project's page and its life."""
