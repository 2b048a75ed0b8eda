"""A project's private space: members and pages."""
