"""Uploaded files: tickets that their owner signs and anybody can check, and the folder they lie in."""

from chassis.files.folder import TooLarge, delete, named_type, open_file, path_of, put, sniff
from chassis.files.tickets import (
    LIFETIME_SECONDS,
    Purpose,
    Ticket,
    TicketInvalid,
    download_address,
    read_ticket,
    sign_ticket,
)

__all__ = [
    "LIFETIME_SECONDS",
    "Purpose",
    "Ticket",
    "TicketInvalid",
    "TooLarge",
    "delete",
    "download_address",
    "named_type",
    "open_file",
    "path_of",
    "put",
    "read_ticket",
    "sign_ticket",
    "sniff",
]
