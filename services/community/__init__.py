"""Notifications and mail: telling people, in their own language, what concerns them."""
