"""A person: registration, profile, availability, privacy, and what all that makes of them."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from uuid import UUID

from chassis.contract import Grant, Invalid
from services.identity.contract import (
    AccountClosed,
    AddressConfirmed,
    AffiliationCard,
    AffiliationState,
    AvailabilityChanged,
    AvailabilityReminder,
    ConfirmationAsked,
    GrantsChanged,
    LastSeen,
    NotAMember,
    PasswordForgotten,
    PersonRegistered,
    PersonSeen,
    PersonState,
    ProfileChanged,
    SchoolRole,
    Visibility,
)

ANSWER_HOLDS = timedelta(days=365)
LAPSES_AFTER_REMINDER = timedelta(days=30)
HIDDEN_AFTER = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class ProfileText:
    """What a person writes about themselves, replaced as a whole. (ID-18 ID-19 ID-21 ID-37)"""

    name: str
    biography: str = ""
    project_idea: str = ""
    subjects: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    age_from: int | None = None
    age_to: int | None = None
    vocational: bool = False
    keywords: tuple[str, ...] = ()
    links: tuple[str, ...] = ()


@dataclass(eq=False)
class Person:
    """Somebody with an account. Private by default: seen by members only, available for nothing yet."""

    id: UUID
    name: str
    email: str
    password_hash: str
    country: str
    role_kind: SchoolRole
    language: str
    time_zone: str
    registered_at: datetime
    conduct_accepted_at: datetime
    email_confirmed_at: datetime | None = None
    suspended: bool = False
    closed_at: datetime | None = None
    biography: str = ""
    project_idea: str = ""
    subjects: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    age_from: int | None = None
    age_to: int | None = None
    vocational: bool = False
    keywords: tuple[str, ...] = ()
    links: tuple[str, ...] = ()
    available: bool = False
    available_plus: bool = False
    availability_at: datetime | None = None
    profile_visibility: Visibility = Visibility.MEMBERS
    email_visibility: Visibility = Visibility.CONTACTS
    city_visibility: Visibility = Visibility.MEMBERS
    availability_reminded_at: datetime | None = None
    changed_at: datetime | None = None
    seen_on: date | None = None
    seen_days: int = 0
    shows_last_seen: bool = True
    version: int = field(default=0)

    @property
    def open(self) -> bool:
        """Whether the account can be used at all."""
        return self.closed_at is None and not self.suspended

    @property
    def confirmation(self) -> str:
        """What a confirmation link is bound to: confirming, or another address, spends it. (ID-01)"""
        return f"{self.email} {self.email_confirmed_at}"

    @property
    def registration(self) -> "Registration":
        """What state and roles are derived from."""
        return Registration(
            self.role_kind, self.email_confirmed_at is not None, self.suspended, self.closed_at is not None
        )

    def registered(self, at: datetime, *, known: bool = False) -> PersonRegistered:
        """Somebody registered with this address; `known` when it had this account already. (ID-01)"""
        return PersonRegistered(self.id, known, at)

    def ask_for_confirmation(self, at: datetime) -> ConfirmationAsked:
        """A new link is wanted. (ID-01)"""
        return ConfirmationAsked(self.id, at)

    def confirm_address(self, at: datetime) -> AddressConfirmed:
        """The mailed link was followed. (ID-01)"""
        self.email_confirmed_at = at
        return AddressConfirmed(self.id, at)

    def forget_password(self, at: datetime) -> PasswordForgotten:
        """A link to choose a new password is wanted. (ID-02)"""
        return PasswordForgotten(self.id, at)

    def change_profile(self, text: ProfileText, time_zone: str, at: datetime) -> ProfileChanged:
        """Everything the profile says, at once; raises `Invalid` for ages in the wrong order. (ID-26)"""
        if text.age_from is not None and text.age_to is not None and text.age_to < text.age_from:
            raise Invalid(fields={"age_to": "before_age_from"})
        for name in ProfileText.__dataclass_fields__:
            setattr(self, name, getattr(text, name))
        self.time_zone = time_zone or self.time_zone
        self.changed_at = at
        return ProfileChanged(self.id, at)

    def answer_availability(self, available: bool, available_plus: bool, at: datetime) -> AvailabilityChanged:
        """Available for a project, and for a Plus project; the answer carries its date. (ID-22 to ID-25)"""
        self.available, self.available_plus, self.availability_at = available, available_plus, at
        self.availability_reminded_at, self.changed_at = None, at
        return AvailabilityChanged(self.id, available, available_plus, at)

    def remind_of_availability(self, at: datetime) -> AvailabilityReminder:
        """A year after the last answer it must be given again. (ID-25)"""
        self.availability_reminded_at = at
        return AvailabilityReminder(self.id, (at + LAPSES_AFTER_REMINDER).date(), at)

    def let_availability_lapse(self, at: datetime) -> AvailabilityChanged:
        """Nobody answered the reminder: the answer is no until there is a new one. (ID-25)"""
        self.available = self.available_plus = False
        self.availability_reminded_at = None
        return AvailabilityChanged(self.id, available=False, available_plus=False, at=at, lapsed=True)

    @property
    def availability_lapses_on(self) -> date | None:
        """The day on which an answer that was reminded of ends."""
        reminded = self.availability_reminded_at
        return (reminded + LAPSES_AFTER_REMINDER).date() if reminded and self.available else None

    def choose_privacy(
        self,
        profile: Visibility,
        email: Visibility,
        city: Visibility,
        shows_last_seen: bool | None,
        at: datetime,
    ) -> ProfileChanged:
        """Who sees the profile, the address and the school's city, and how long one was away. (ID-20 ID-36 PV-02)"""
        self.profile_visibility, self.email_visibility, self.city_visibility = profile, email, city
        if shows_last_seen is not None:
            self.shows_last_seen = shows_last_seen
        self.changed_at = at
        return ProfileChanged(self.id, at)

    def see(self, on: date) -> PersonSeen:
        """The person is here today; `seen_days` counts the days of all time. (ID-36)"""
        self.seen_on, self.seen_days = on, self.seen_days + 1
        return PersonSeen(self.id, on, self.seen_days)

    def speak(self, language: str, at: datetime) -> ProfileChanged:
        """The language of pages and mail. (CO-16)"""
        self.language = language
        return ProfileChanged(self.id, at)

    def close(self, at: datetime) -> AccountClosed:
        """The person leaves: nobody finds the profile any more. (PV-04)"""
        self.closed_at = at
        self.available = self.available_plus = False
        return AccountClosed(self.id, at)

    def grants_changed(self) -> GrantsChanged:
        """The roles are not what they were."""
        return GrantsChanged(self.id)

    def admit_to_community(self) -> None:
        """Contacts and affiliations are for people of schools whose address is confirmed. (ID-03 ID-04)"""
        if self.email_confirmed_at is None or self.role_kind is SchoolRole.COMPANY_STAFF or not self.open:
            raise NotAMember


@dataclass(frozen=True, slots=True)
class Registration:
    """What state and roles are derived from, besides the affiliations."""

    role_kind: SchoolRole
    confirmed: bool
    suspended: bool
    closed: bool


def last_seen(on: date | None, *, shown: bool, today: date) -> LastSeen | None:
    """Roughly when somebody was here last; nothing for who keeps it to themselves. (ID-36)"""
    if not shown:
        return None
    days = (today - on).days if on else None
    if days is not None and days < 7:
        return LastSeen.THIS_WEEK
    return LastSeen.THIS_MONTH if days is not None and days < 31 else LastSeen.LONGER


def state_of(person: Registration, affiliations: Iterable[AffiliationState]) -> PersonState:
    """How far the registration has come: derived, never stored. (b.2)

    The best of the affiliations counts: one school that confirms makes a member, whatever others say.
    """
    if person.closed:
        return PersonState.CLOSED
    if person.suspended:
        return PersonState.SUSPENDED
    if not person.confirmed:
        return PersonState.PRE_REGISTERED
    if person.role_kind is SchoolRole.COMPANY_STAFF:
        return PersonState.GENERAL
    states = set(affiliations)
    for affiliation, state in (
        (AffiliationState.VALIDATED, PersonState.VALIDATED),
        (AffiliationState.AWAITING, PersonState.AWAITING_VALIDATION),
        (AffiliationState.REFUSED, PersonState.REJECTED),
    ):
        if affiliation in states:
            return state
    return PersonState.PROFILE_INCOMPLETE


def roles_of(
    person: Registration, affiliations: Iterable[AffiliationCard], held: Iterable[Grant]
) -> tuple[Grant, ...]:
    """Every role the person holds now; none for a closed, suspended or unconfirmed account. (b.1)

    A member is validated at a school; the head teacher's grant names the school; other roles are given.
    """
    affiliations = list(affiliations)
    state = state_of(person, [affiliation.state for affiliation in affiliations])
    if state in (PersonState.CLOSED, PersonState.SUSPENDED, PersonState.PRE_REGISTERED):
        return ()
    roles = list(held)
    if state is PersonState.VALIDATED:
        roles.append(Grant("member"))
        roles += [
            Grant("head_teacher", str(one.school.id))
            for one in affiliations
            if one.state is AffiliationState.VALIDATED and one.role is SchoolRole.HEAD_TEACHER
        ]
    return tuple(roles)
