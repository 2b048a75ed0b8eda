"""Identity: one method per message; what people may do, and what becomes of it, stands in `domain`."""

import secrets
from dataclasses import replace
from datetime import date
from uuid import UUID

import uuid_utils.compat as uuid

from chassis import files, tokens
from chassis.contract import Actor, Forbidden, Grant, Invalid, NotFound, Unauthenticated
from chassis.observe import log
from chassis.service import Service, UnitOfWork, answers, each_second
from chassis.store.unit_of_work import ChangedMeanwhile
from services.identity import accounts, contract, links, passwords
from services.identity.contract import Done, Me, Relation
from services.identity.domain import Affiliation, Pair, Person, School, Session, Upload, roles_of, state_of
from services.identity.domain.contact import ordered, room_for_another_request
from services.identity.domain.person import ProfileText
from services.identity.domain.session import digest_of, over
from services.identity.domain.upload import MOST_BYTES
from services.identity.links import Purpose
from services.identity.profiles import profile
from services.identity.reference import reference, require_time_zone
from services.identity.store import contacts, documents, histories, people, schools, sessions, uploads

SECRET_BYTES = 32
EVIDENCE_TYPES = ("application/pdf", "image/png", "image/jpeg")


class IdentityService(Service):
    """People, schools and affiliations, contacts, roles and sessions."""

    name = "identity"
    unheard = (
        contract.SessionEnded,
        contract.GrantsChanged,
    )

    # ---- registration

    @answers(contract.register)
    def register(
        self,
        uow: UnitOfWork,
        person_id: UUID,
        name: str,
        email: str,
        password: str,
        country: str,
        role_kind: contract.SchoolRole,
        language: str,
        conduct_accepted: bool,
        time_zone: str = "",
    ) -> Done:
        if not conduct_accepted:
            raise contract.ConductNotAccepted(fields={"conduct_accepted": "required"})
        reference().require_country(country)
        reference().require_languages("language", (language,), interface=True)
        require_time_zone(time_zone)
        passwords.refuse_weak(password, name, email)
        digest = passwords.digest(password)
        known = people.owner_of_address(uow, email)
        if known == person_id:
            return Done(person_id)
        if known is not None:
            owner = uow.get(Person, known)
            uow.publish(owner.registered(uow.now, known=True))
            return Done(person_id)
        if uow.find(Person, person_id) is not None:
            raise Invalid(fields={"person_id": "taken"})
        zone = time_zone or reference().time_zone_of(country)
        newcomer = uow.add(
            Person(person_id, name, email, digest, country, role_kind, language, zone, uow.now, uow.now)
        )
        uow.publish(newcomer.registered(uow.now))
        return Done(person_id)

    @answers(contract.send_confirmation_again)
    def send_confirmation_again(self, uow: UnitOfWork, email: str) -> None:
        known = people.credentials(uow, email=email)
        if known and known["email_confirmed_at"] is None:
            person = uow.get(Person, known["id"])
            uow.publish(person.ask_for_confirmation(uow.now))

    @answers(contract.confirm_address)
    def confirm_address(self, uow: UnitOfWork, link: str) -> Done:
        person_id, state = Purpose.CONFIRM.open(link)
        person = uow.get(Person, person_id)
        links.still_holds(person.confirmation, state)
        uow.publish(person.confirm_address(uow.now))
        return Done(person.id, person.version)

    @answers(contract.progress_facts)
    def progress_facts(self, uow: UnitOfWork, ids: tuple[UUID, ...]) -> tuple[contract.ProgressFacts, ...]:
        return histories.facts(uow, ids)

    @answers(contract.deeds)
    def deeds(self, uow: UnitOfWork, after: UUID | None = None) -> contract.PeopleDeeds:
        return histories.page(uow, after)

    @answers(contract.confirmation_letter)
    def confirmation_letter(self, uow: UnitOfWork, person_id: UUID) -> contract.Letter:
        person = uow.get(Person, person_id, lock=False)
        waiting = person.open and person.email_confirmed_at is None
        path = Purpose.CONFIRM.path(person_id, person.confirmation) if waiting else ""
        return contract.Letter(person.name, person.email, person.language, path)

    # ---- sessions and passwords

    @answers(contract.sign_in)
    def sign_in(self, uow: UnitOfWork, email: str, password: str, device: str = "") -> contract.SignedIn:
        known = people.credentials(uow, email=email)
        if not passwords.fits(known["password_hash"] if known else None, password) or known is None:
            raise contract.WrongCredentials
        if known["email_confirmed_at"] is None:
            raise contract.AddressNotConfirmed
        if passwords.outdated(known["password_hash"]):
            fresh = passwords.digest(password)
            uow.get(Person, known["id"]).password_hash = fresh
        secret = secrets.token_urlsafe(SECRET_BYTES)
        session = uow.add(Session(uuid.uuid7(), known["id"], digest_of(secret), device))
        return contract.SignedIn(secret, session.id, session.person_id)

    @answers(contract.authenticate)
    def authenticate(self, uow: UnitOfWork, secret: str) -> contract.Authenticated:
        found = sessions.find(uow, digest_of(secret))
        if found is None:
            raise Unauthenticated
        person_id, registration = found["person_id"], people.registration_of(found)
        history = schools.history(uow, person_id)
        roles = roles_of(registration, history, people.held(uow, person_id))
        if registration.closed or registration.suspended or over(found["age"], found["idle"], roles):
            raise Unauthenticated
        sessions.touch(uow, found["id"])
        if found["seen_on"] != uow.now.date():
            person = uow.get(Person, person_id)
            if person.seen_on != uow.now.date():
                uow.publish(person.see(uow.now.date()), version=person.version)
        token, ends_at = tokens.sign(Actor(person_id, roles, found["id"]))
        return contract.Authenticated(
            token=token,
            ends_at=ends_at,
            session_id=found["id"],
            person_id=person_id,
            name=found["name"],
            language=found["language"],
            time_zone=found["time_zone"],
            state=state_of(registration, [one.state for one in history]),
            roles=roles,
        )

    @answers(contract.sign_out)
    def sign_out(self, uow: UnitOfWork) -> None:
        if uow.actor.session:
            sessions.end(uow, uow.actor.id, only=uow.actor.session)

    @answers(contract.sessions)
    def sessions(self, uow: UnitOfWork) -> tuple[contract.SessionCard, ...]:
        return sessions.cards(uow, uow.actor.id, uow.actor.session)

    @answers(contract.end_session)
    def end_session(self, uow: UnitOfWork, session_id: UUID) -> None:
        if not sessions.end(uow, uow.actor.id, only=session_id):
            raise NotFound(what="Session")

    @answers(contract.forgot_password)
    def forgot_password(self, uow: UnitOfWork, email: str) -> None:
        known = people.credentials(uow, email=email)
        if known:
            person = uow.get(Person, known["id"])
            uow.publish(person.forget_password(uow.now))

    @answers(contract.reset_letter)
    def reset_letter(self, uow: UnitOfWork, person_id: UUID) -> contract.Letter:
        person = uow.get(Person, person_id, lock=False)
        path = Purpose.RESET.path(person_id, person.password_hash) if person.open else ""
        return contract.Letter(person.name, person.email, person.language, path)

    @answers(contract.reset_password)
    def reset_password(self, uow: UnitOfWork, link: str, password: str) -> Done:
        person_id, state = Purpose.RESET.open(link)
        known = people.credentials(uow, person_id=person_id)
        if known is None:
            raise contract.LinkSpent
        links.still_holds(known["password_hash"], state)
        passwords.refuse_weak(password, known["name"], known["email"])
        fresh = passwords.digest(password)
        person = uow.get(Person, person_id)
        links.still_holds(person.password_hash, state)
        person.password_hash = fresh
        sessions.end(uow, person_id)
        return Done(person_id, person.version)

    @answers(contract.change_password)
    def change_password(self, uow: UnitOfWork, password: str, new_password: str) -> Done:
        known = accounts.prove_password(uow, password)
        passwords.refuse_weak(new_password, known["name"], known["email"])
        fresh = passwords.digest(new_password)
        person = uow.get(Person, uow.actor.id)
        person.password_hash = fresh
        sessions.end(uow, uow.actor.id, but=uow.actor.session)
        return Done(person.id, person.version)

    # ---- oneself

    @answers(contract.me)
    def me(self, uow: UnitOfWork) -> Me:
        return accounts.oneself(uow, lock=False).me()

    @answers(contract.edit_profile)
    def edit_profile(
        self,
        uow: UnitOfWork,
        seen_version: int,
        name: str,
        biography: str = "",
        project_idea: str = "",
        subjects: tuple[str, ...] = (),
        languages: tuple[str, ...] = (),
        age_from: int | None = None,
        age_to: int | None = None,
        vocational: bool = False,
        keywords: tuple[str, ...] = (),
        links: tuple[str, ...] = (),
        time_zone: str = "",
    ) -> Me:
        reference().require_languages("languages", languages)
        require_time_zone(time_zone)
        text = ProfileText(
            name, biography, project_idea, subjects, languages, age_from, age_to, vocational, keywords, links
        )
        you = accounts.oneself(uow)
        if you.person.version != seen_version:
            raise ChangedMeanwhile(version=you.person.version)
        uow.publish(you.person.change_profile(text, time_zone, uow.now))
        return you.me()

    @answers(contract.set_availability)
    def set_availability(self, uow: UnitOfWork, available: bool, available_plus: bool) -> Me:
        you = accounts.oneself(uow)
        uow.publish(you.person.answer_availability(available, available_plus, uow.now))
        return you.me()

    @each_second
    def availability_ends(self, uow: UnitOfWork) -> bool:
        """A year after the last answer comes a reminder, a month after that the answer is no. (ID-25)"""
        person_id = people.availability_due(uow)
        if person_id is None:
            return False
        person = uow.get(Person, person_id)
        if person.availability_reminded_at is None:
            uow.publish(person.remind_of_availability(uow.now))
        else:
            uow.publish(person.let_availability_lapse(uow.now))
        return True

    @answers(contract.set_privacy)
    def set_privacy(
        self,
        uow: UnitOfWork,
        profile: contract.Visibility,
        email: contract.Visibility,
        city: contract.Visibility,
        shows_last_seen: bool | None = None,
    ) -> Me:
        you = accounts.oneself(uow)
        uow.publish(you.person.choose_privacy(profile, email, city, shows_last_seen, uow.now))
        return you.me()

    @answers(contract.set_language)
    def set_language(self, uow: UnitOfWork, language: str) -> Me:
        reference().require_languages("language", (language,), interface=True)
        you = accounts.oneself(uow)
        uow.publish(you.person.speak(language, uow.now))
        return you.me()

    @answers(contract.close_account)
    def close_account(self, uow: UnitOfWork, password: str) -> None:
        accounts.prove_password(uow, password)
        person = uow.get(Person, uow.actor.id)
        uow.publish(person.close(uow.now))
        sessions.end(uow, uow.actor.id)

    # ---- people

    @answers(contract.profile)
    def profile(self, uow: UnitOfWork, person_id: UUID) -> contract.Profile:
        return profile(uow, person_id, uow.visitor)

    @answers(contract.cards)
    def cards(self, uow: UnitOfWork, ids: tuple[UUID, ...]) -> tuple[contract.PersonCard, ...]:
        return people.cards(uow, ids)

    @answers(contract.public_cards)
    def public_cards(self, uow: UnitOfWork, ids: tuple[UUID, ...]) -> tuple[contract.PersonCard, ...]:
        return people.cards(uow, ids, public=True)

    @answers(contract.findable)
    def findable(
        self, uow: UnitOfWork, ids: tuple[UUID, ...], partner: bool = False
    ) -> tuple[contract.PersonCard, ...]:
        return people.findable(uow, uow.actor.id, ids, partner=partner)

    @answers(contract.terms_together)
    def terms_together(self, uow: UnitOfWork, person_id: UUID) -> contract.TermsTogether:
        profile(uow, person_id, uow.visitor)
        _match, terms = documents.match_and_terms(uow, uow.actor.id, person_id)
        if terms is None:
            raise contract.NoSchool
        return terms

    @answers(contract.keyword_suggestions)
    def keyword_suggestions(self, uow: UnitOfWork, text: str) -> tuple[str, ...]:
        return people.keywords_like(uow, text)

    # ---- countries and schools

    @answers(contract.countries)
    def countries(self, uow: UnitOfWork) -> tuple[contract.CountryCard, ...]:
        return tuple(country for country in reference().countries.values() if country.active)

    @answers(contract.regions)
    def regions(self, uow: UnitOfWork, country: str) -> tuple[contract.RegionCard, ...]:
        return reference().regions_of(country)

    @answers(contract.organisations)
    def organisations(
        self, uow: UnitOfWork, ids: tuple[str, ...] = ()
    ) -> tuple[contract.OrganisationCard, ...]:
        known = reference().organisations
        return tuple(known[one] for one in ids or known if one in known)

    @answers(contract.find_schools)
    def find_schools(self, uow: UnitOfWork, country: str, text: str) -> tuple[contract.SchoolCard, ...]:
        return schools.find(uow, country, text)

    @answers(contract.create_school)
    def create_school(
        self,
        uow: UnitOfWork,
        school_id: UUID,
        name: str,
        country: str,
        city: str,
        level: tuple[contract.SchoolLevel, ...],
        head_name: str,
        head_email: str,
        legal_name: str = "",
        territory: str = "",
        region: str = "",
        community: str = "",
        address: str = "",
        official_number: str = "",
        website: str = "",
        abroad: bool = False,
        not_a_duplicate: bool = False,
    ) -> contract.SchoolCard:
        reference().require_number(reference().require_country(country), official_number)
        responsible = reference().responsible_for(country, territory, region, community)
        uow.get(Person, uow.actor.id).admit_to_community()
        schools.hold_place(uow, country, city)
        there = uow.find(School, school_id)
        if there is not None:
            there.refuse_other(name, uow.actor.id)
            return schools.card_of(there)
        alike = [] if not_a_duplicate else schools.lookalikes(uow, country, city, name)
        if alike:
            raise contract.LikelyDuplicate(schools=[str(one) for one in alike])
        school = uow.add(
            School(
                id=school_id,
                name=name,
                country=country,
                city=city,
                level=level,
                organisation=responsible.organisation,
                regional_organisation=responsible.regional_organisation,
                time_zone=responsible.time_zone,
                head_name=head_name,
                head_email=head_email,
                registered_at=uow.now,
                registered_by=uow.actor.id,
                legal_name=legal_name,
                territory=territory or None,
                region=region or None,
                community=community or None,
                address=address,
                official_number=official_number,
                website=website,
                abroad=abroad,
            )
        )
        uow.publish(school.registered())
        return schools.card_of(school)

    @answers(contract.edit_head_teacher)
    def edit_head_teacher(self, uow: UnitOfWork, school_id: UUID, head_name: str, head_email: str) -> Done:
        member = schools.works_at(uow, uow.actor.id, school_id)
        school = uow.get(School, school_id)
        if not (member or schools.answers_for(uow.actor, schools.card_of(school))):
            raise Forbidden
        uow.publish(school.name_head_teacher(head_name, head_email, uow.now))
        return Done(school.id, school.version)

    @answers(contract.set_school_year)
    def set_school_year(
        self,
        uow: UnitOfWork,
        school_id: UUID,
        first: date,
        last: date,
        breaks: tuple[contract.Span, ...] = (),
    ) -> Done:
        if not schools.works_at(uow, uow.actor.id, school_id):
            raise Forbidden
        school = uow.get(School, school_id)
        uow.publish(school.enter_year(contract.SchoolYear(first, last, breaks), uow.now))
        return Done(school.id, school.version)

    @answers(contract.school)
    def school(self, uow: UnitOfWork, school_id: UUID) -> contract.SchoolView:
        return schools.view(uow, school_id, uow.visitor)

    @answers(contract.school_cards)
    def school_cards(self, uow: UnitOfWork, ids: tuple[UUID, ...]) -> tuple[contract.SchoolCard, ...]:
        return schools.school_cards(uow, ids)

    # ---- affiliations

    @answers(contract.join_school)
    def join_school(
        self,
        uow: UnitOfWork,
        affiliation_id: UUID,
        school_id: UUID,
        role_kind: contract.SchoolRole,
        evidence: UUID | None = None,
    ) -> contract.AffiliationCard:
        person = uow.get(Person, uow.actor.id)
        person.admit_to_community()
        school = uow.get(School, school_id, lock=False)
        there = uow.find(Affiliation, affiliation_id)
        if there is not None:
            there.refuse_other(person.id, school_id)
            return schools.affiliation_card_of(there, school)
        if schools.is_at(uow, person.id, school_id):
            raise contract.AlreadyAffiliated
        joined = uow.add(Affiliation.request(affiliation_id, person.id, school_id, role_kind, uow.now))
        if evidence is not None:
            joined.evidence = uploads.arrived(uow, person.id, evidence).id
        uow.publish(joined.requested(school))
        return schools.affiliation_card_of(joined, school)

    @answers(contract.leave_school)
    def leave_school(self, uow: UnitOfWork, affiliation_id: UUID) -> contract.AffiliationCard:
        person = uow.get(Person, uow.actor.id)
        affiliation = schools.own_affiliation(uow, uow.actor.id, affiliation_id)
        uow.publish(affiliation.end(uow.now))
        uow.publish(person.grants_changed())
        uploads.decided(uow, affiliation)
        return schools.affiliation_card_of(affiliation, uow.get(School, affiliation.school_id, lock=False))

    @answers(contract.validate_affiliation)
    def validate_affiliation(self, uow: UnitOfWork, affiliation_id: UUID) -> Done:
        person, affiliation = schools.person_and_affiliation(uow, affiliation_id)
        validated = affiliation.validate(uow.now)
        if validated:
            uow.publish(validated)
            uow.publish(person.grants_changed())
            uploads.decided(uow, affiliation)
        return Done(affiliation.id, affiliation.version)

    @answers(contract.refuse_affiliation)
    def refuse_affiliation(self, uow: UnitOfWork, affiliation_id: UUID) -> Done:
        person, affiliation = schools.person_and_affiliation(uow, affiliation_id)
        refused = affiliation.refuse(uow.now)
        if refused:
            uow.publish(refused)
            uow.publish(person.grants_changed())
            uploads.decided(uow, affiliation)
        return Done(affiliation.id, affiliation.version)

    # ---- evidence

    @answers(contract.evidence_ticket)
    def evidence_ticket(self, uow: UnitOfWork, file_name: str, size: int) -> contract.UploadTicket:
        promised = files.named_type(file_name)
        if promised not in EVIDENCE_TYPES:
            raise contract.FileNotAllowed(fields={"file": "type"}, types=list(EVIDENCE_TYPES))
        if size > MOST_BYTES:
            raise contract.FileNotAllowed(fields={"file": f"too_large:{MOST_BYTES}"})
        upload = uow.add(Upload.expected(uuid.uuid7(), uow.actor.id, file_name, uow.now))
        ticket = files.Ticket(files.Purpose.UPLOAD, self.name, upload.id, file_name, (promised,), MOST_BYTES)
        return contract.UploadTicket(upload.id, files.sign_ticket(ticket), MOST_BYTES, (promised,))

    @answers(contract.finish_upload)
    def finish_upload(self, uow: UnitOfWork, file_id: UUID, ticket: str) -> Done:
        allowed = files.read_ticket(ticket, files.Purpose.UPLOAD)
        upload = uploads.own(uow, uow.actor.id, file_id)
        path = files.path_of(self.name, file_id)
        if allowed.file_id != file_id or not path.exists():
            raise NotFound(what="Upload")
        if files.sniff(path) not in allowed.types:
            files.delete(self.name, file_id)
            raise contract.FileNotAllowed(fields={"file": "type"}, types=list(EVIDENCE_TYPES))
        upload.arrived_at = upload.arrived_at or uow.now
        return Done(file_id)

    @answers(contract.attach_evidence)
    def attach_evidence(
        self, uow: UnitOfWork, affiliation_id: UUID, file_id: UUID
    ) -> contract.AffiliationCard:
        affiliation = schools.own_affiliation(uow, uow.actor.id, affiliation_id)
        upload = uploads.arrived(uow, uow.actor.id, file_id)
        if affiliation.evidence not in (None, file_id):
            uploads.decided(uow, affiliation)
        uow.publish(affiliation.attach(upload.id, uow.now))
        return schools.affiliation_card_of(affiliation, uow.get(School, affiliation.school_id, lock=False))

    @answers(contract.evidence)
    def evidence(self, uow: UnitOfWork, affiliation_id: UUID) -> contract.Evidence:
        found = schools.affiliation_cards(uow, [affiliation_id])
        if not found or found[0].evidence is None:
            raise NotFound(what="Evidence")
        card = found[0]
        if card.person_id != uow.actor.id and not schools.answers_for(uow.actor, card.school):
            raise NotFound(what="Evidence")
        upload = uow.get(Upload, UUID(card.evidence), lock=False)
        log().info("evidence_read", affiliation_id=str(affiliation_id), by=str(uow.actor.id))
        ticket = files.Ticket(files.Purpose.DOWNLOAD, self.name, upload.id, upload.file_name, EVIDENCE_TYPES)
        return contract.Evidence(files.download_address(ticket), upload.file_name)

    @each_second
    def forget_old_evidence(self, uow: UnitOfWork) -> bool:
        """Thirty days after the decision, or a day after a ticket that led to nothing. (ID-08)"""
        upload = uploads.due(uow, uow.now)
        if upload is None:
            return False
        files.delete(self.name, upload.id)
        uploads.forget(uow, upload)
        return True

    # ---- contacts

    @answers(contract.follow)
    def follow(self, uow: UnitOfWork, person_id: UUID) -> Relation:
        relation = accounts.somebody(uow, person_id)
        contacts.start_following(uow, uow.actor.id, person_id)
        return replace(relation, following=True)

    @answers(contract.unfollow)
    def unfollow(self, uow: UnitOfWork, person_id: UUID) -> Relation:
        relation = contacts.relation(uow, uow.actor.id, person_id)
        contacts.stop_following(uow, uow.actor.id, person_id)
        return replace(relation, following=False)

    @answers(contract.following)
    def following(self, uow: UnitOfWork) -> tuple[contract.PersonCard, ...]:
        return people.cards(uow, contacts.followed_by(uow, uow.actor.id))

    @answers(contract.ask_for_contact)
    def ask_for_contact(
        self, uow: UnitOfWork, contact_id: UUID, person_id: UUID, message: str = ""
    ) -> Relation:
        relation = accounts.somebody(uow, person_id)
        uow.get(Person, uow.actor.id).admit_to_community()
        pair = contacts.pair_of(uow, uow.actor.id, person_id, contact_id, uow.now)
        room_for_another_request(contacts.open_requests(uow, uow.actor.id))
        uow.publish(pair.ask(uow.actor.id, message, uow.now))
        return contacts.relation_in(pair, uow.actor.id, following=relation.following)

    @answers(contract.accept_contact)
    def accept_contact(self, uow: UnitOfWork, contact_id: UUID) -> Relation:
        pair = uow.get(Pair, contact_id)
        uow.publish(pair.accept(uow.actor.id, uow.now))
        return contacts.relation_in(pair, uow.actor.id, following=False)

    @answers(contract.decline_contact)
    def decline_contact(self, uow: UnitOfWork, contact_id: UUID) -> Relation:
        pair = uow.get(Pair, contact_id)
        uow.publish(pair.decline(uow.actor.id, uow.now))
        return contacts.relation_in(pair, uow.actor.id, following=False)

    @answers(contract.remove_contact)
    def remove_contact(self, uow: UnitOfWork, person_id: UUID) -> Relation:
        following = contacts.follows(uow, uow.actor.id, person_id)
        pair = contacts.find_pair(uow, uow.actor.id, person_id)
        if pair is None:
            raise NotFound(what="Contact")
        uow.publish(pair.remove(uow.actor.id, uow.now))
        return contacts.relation_in(pair, uow.actor.id, following=following)

    @answers(contract.contacts)
    def contacts(
        self,
        uow: UnitOfWork,
        state: contract.ContactState = contract.ContactState.ACCEPTED,
        country: str | None = None,
        available: bool | None = None,
        available_plus: bool | None = None,
        cursor: str = "",
    ) -> contract.Contacts:
        return contacts.contacts(uow, uow.actor.id, state, country, available, available_plus, cursor)

    @answers(contract.block)
    def block(self, uow: UnitOfWork, person_id: UUID) -> Relation:
        ordered(uow.actor.id, person_id)
        uow.get(Person, person_id, lock=False)
        pair = contacts.pair_of(uow, uow.actor.id, person_id, uuid.uuid7(), uow.now)
        blocked = pair.block(uow.actor.id, uow.now)
        if blocked:
            uow.publish(blocked)
        contacts.stop_following(uow, uow.actor.id, person_id)
        contacts.stop_following(uow, person_id, uow.actor.id)
        return contacts.relation_in(pair, uow.actor.id, following=False)

    @answers(contract.unblock)
    def unblock(self, uow: UnitOfWork, person_id: UUID) -> Relation:
        pair = contacts.find_pair(uow, uow.actor.id, person_id)
        if pair is None:
            raise NotFound(what="Contact")
        unblocked = pair.unblock(uow.actor.id, uow.now)
        if unblocked:
            uow.publish(unblocked)
        return contacts.relation_in(pair, uow.actor.id, following=False)

    @answers(contract.blocked)
    def blocked(self, uow: UnitOfWork) -> tuple[contract.PersonCard, ...]:
        return people.cards(uow, contacts.blocked_by(uow, uow.actor.id))

    # ---- for the other services

    @answers(contract.invitation_facts)
    def invitation_facts(
        self, uow: UnitOfWork, inviter_id: UUID, invitee_ids: tuple[UUID, ...]
    ) -> contract.InvitationFacts:
        return people.invitation_facts(uow, inviter_id, invitee_ids)

    @answers(contract.searcher)
    def searcher(self, uow: UnitOfWork) -> contract.Searcher:
        known = documents.searcher(uow, uow.actor.id)
        if known is None:
            raise NotFound(what="Person")
        return known

    @answers(contract.found_people)
    def found_people(
        self, uow: UnitOfWork, ids: tuple[UUID, ...], partner: bool = False
    ) -> contract.FoundPeople:
        return documents.found(uow, uow.actor.id, ids, partner=partner)

    @answers(contract.searcher_of)
    def searcher_of(self, uow: UnitOfWork, person_id: UUID) -> contract.Searcher | None:
        grants = people.grants(uow, person_id, schools.history(uow, person_id))
        member = any(grant.role == "member" for grant in grants)
        return documents.searcher(uow, person_id) if member else None

    @answers(contract.findable_by)
    def findable_by(
        self, uow: UnitOfWork, person_id: UUID, ids: tuple[UUID, ...], partner: bool = False
    ) -> tuple[UUID, ...]:
        return tuple(card.id for card in people.findable(uow, person_id, ids, partner=partner))

    @answers(contract.person_documents)
    def person_documents(self, uow: UnitOfWork, ids: tuple[UUID, ...]) -> tuple[contract.PersonDocument, ...]:
        return documents.person_documents(uow, ids)

    @answers(contract.person_versions)
    def person_versions(
        self, uow: UnitOfWork, after: UUID | None = None
    ) -> tuple[contract.DocumentVersion, ...]:
        return documents.person_versions(uow, after)

    @answers(contract.school_documents)
    def school_documents(self, uow: UnitOfWork, ids: tuple[UUID, ...]) -> tuple[contract.SchoolDocument, ...]:
        return documents.school_documents(uow, ids)

    @answers(contract.school_versions)
    def school_versions(
        self, uow: UnitOfWork, after: UUID | None = None
    ) -> tuple[contract.DocumentVersion, ...]:
        return documents.school_versions(uow, after)

    @answers(contract.affiliations_of)
    def affiliations_of(
        self, uow: UnitOfWork, person_ids: tuple[UUID, ...]
    ) -> tuple[contract.AffiliationCard, ...]:
        found = schools.histories(uow, person_ids)
        return tuple(card for who in person_ids for card in schools.current(found.get(who, ())))

    @answers(contract.affiliation_cards)
    def affiliation_cards(
        self, uow: UnitOfWork, ids: tuple[UUID, ...]
    ) -> tuple[contract.AffiliationCard, ...]:
        return schools.affiliation_cards(uow, ids)

    @answers(contract.head_teachers)
    def head_teachers(
        self, uow: UnitOfWork, school_ids: tuple[UUID, ...]
    ) -> tuple[contract.HeadTeacher, ...]:
        return schools.head_teachers(uow, school_ids)

    @answers(contract.officers)
    def officers(self, uow: UnitOfWork, organisation_ids: tuple[str, ...]) -> tuple[contract.Officer, ...]:
        return people.officers(uow, organisation_ids)

    @answers(contract.grants_of)
    def grants_of(self, uow: UnitOfWork, person_id: UUID) -> tuple[Grant, ...]:
        return people.grants(uow, person_id, schools.history(uow, person_id))

    @answers(contract.recipients)
    def recipients(self, uow: UnitOfWork, person_ids: tuple[UUID, ...]) -> tuple[contract.Recipient, ...]:
        return people.recipients(uow, person_ids)
