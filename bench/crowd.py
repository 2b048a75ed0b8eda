"""Many people with a history in all five areas, put straight into their owners' databases: nobody has heard of them.

Each has been here on four days, has four contacts, follows three, has written two messages, founded or joined a project,
written on one of its pages, and come to a meeting or held one: some fourteen facts.
"""

from uuid import UUID

import sqlalchemy as sa

from deploy.settings import OperatorSettings

BATCH = 20_000
MADE_AT = 1_577_836_800_000
ADDRESSES = "crowd.%@bench.example.org"


def add(operator: OperatorSettings, like: UUID, size: int) -> None:
    """People like that one, until there are so many of them."""
    engines = {one.service: sa.create_engine(one.owner_database_url) for one in operator.services}
    with engines["identity"].begin() as identity:
        statements = {"identity": (_copy(identity, like), *IDENTITY), **OTHERS}
        there = identity.execute(
            sa.text("SELECT count(*) FROM person WHERE email LIKE :made"), {"made": ADDRESSES}
        )
        first = there.scalar_one() + 1
    for begin in range(first, size + 1, BATCH):
        numbers = {"first": begin, "last": min(begin + BATCH - 1, size)}
        for service, ones in statements.items():
            with engines[service].begin() as connection:
                connection.execute(sa.text("SET LOCAL synchronous_commit = off"))
                for statement in ones:
                    connection.execute(sa.text(statement), numbers)
    for service in statements:
        # as PostgreSQL itself does a while after; until then it looks through what is new from end to end
        with engines[service].connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(sa.text("VACUUM (ANALYZE)"))
        engines[service].dispose()


def ids(operator: OperatorSettings, most: int) -> list[UUID]:
    """Some of them."""
    access = next(one for one in operator.services if one.service == "identity")
    engine = sa.create_engine(access.run_database_url)
    with engine.connect() as connection:
        statement = sa.text("SELECT id FROM person WHERE email LIKE :made ORDER BY md5(email) LIMIT :most")
        found = list(connection.execute(statement, {"made": ADDRESSES, "most": most}).scalars())
    engine.dispose()
    return found


def _id(number: str) -> str:
    """As if made by time, one after the other, as those of the platform's own people are."""
    time = f"lpad(to_hex({MADE_AT} + ({number})), 12, '0')"
    return (
        f"({time} || '7' || left(md5(({number})::text), 3) || '8' || right(md5(({number})::text), 15))::uuid"
    )


def _other(kind: str, number: str) -> str:
    return f"md5('{kind} ' || ({number}))::uuid"


def _copy(identity: sa.Connection, like: UUID) -> str:
    """One person's row again and again, with another id and address."""
    columns = [c["name"] for c in sa.inspect(identity).get_columns("person") if "computed" not in c]
    changed = {"id": _id("n"), "email": "'crowd.' || n || '@bench.example.org'", "seen_days": "4"}
    copied = ", ".join(changed.get(name, f'"{name}"') for name in columns)
    listed = ", ".join(f'"{name}"' for name in columns)
    return f"INSERT INTO person ({listed}) SELECT {copied} FROM person, {PEOPLE} WHERE id = '{like}'"


PEOPLE = "generate_series(CAST(:first AS bigint), CAST(:last AS bigint)) AS n"
EARLIER = f"{PEOPLE}, generate_series(1, %d) AS k WHERE n > k"
FOURTH = f"{PEOPLE} WHERE n % 4 = 0"
SIXTH = f"{PEOPLE} WHERE n % 6 = 0"

IDENTITY = (
    f"INSERT INTO follow (follower_id, followed_id, since) SELECT {_id('n')}, {_id('n - k')}, now() FROM {EARLIER % 3}",
    f"""INSERT INTO pair (id, low_id, high_id, standing, since, asked_by, message, version)
    SELECT gen_random_uuid(), {_id("n - k")}, {_id("n")}, 'accepted', now(), {_id("n")}, '', 1 FROM {EARLIER % 2}""",
)
OTHERS = {
    "community": (
        f"""INSERT INTO thread (id, subject, begun_by, people, begun_at, version)
        SELECT {_id("n")}, 'Songs', {_id("n")}, ARRAY[{_id("n")}, {_id("n - 1")}], now(), 1 FROM {PEOPLE}""",
        f"""INSERT INTO message (id, thread_id, sender_id, text, at)
        SELECT gen_random_uuid(), {_id("n")}, {_id("n")}, 'Shall we?', now() FROM {PEOPLE}, generate_series(1, 2)""",
    ),
    "projects": (
        f"""INSERT INTO project (id, founder_id, co_founder_id, state, sheet, founding_schools, partners, partner_ids,
            created_at, saved_at, approved_at, permanent_partnership, approval_sequence, version)
        SELECT {_other("project", "n")}, {_id("n")}, {_id("n - 1")}, 'closed', '{{}}', '[]',
            (SELECT jsonb_agg(jsonb_build_object('person_id', {_id("n - k")}, 'joined_at', now(), 'country', 'PL',
                'school_id', {_id("n")})) FROM generate_series(2, 3) AS k),
            ARRAY[{_id("n - 2")}, {_id("n - 3")}], now(), now(), now(), false, 1, 1
        FROM {FOURTH}""",
    ),
    "twinspace": (
        f"""INSERT INTO space (id, state, administrators, teachers, member_ids, page_order, created_at, version)
        SELECT {_other("project", "n")}, 'closed', '[]', '[]', '{{}}', '[]', now(), 1 FROM {FOURTH}""",
        f"""INSERT INTO page (id, project_id, title, text, html, visibility, author_id, changed_by, changed_at, version)
        SELECT {_other("page", "n")}, {_other("project", "n")}, 'Songs', '', '', 'members', {_id("n")}, {_id("n")},
            now(), 1
        FROM {FOURTH}""",
        f"""INSERT INTO writing (page_id, person_id, "on")
        SELECT {_other("page", "n")}, {_id("n - k")}, current_date FROM generate_series(0, 3) AS k, {FOURTH}""",
    ),
    "events": (
        f"""INSERT INTO meeting (id, organiser_id, created_at, seed, kind, title, description, mode, languages,
            starts_at, ends_at, time_zone, capacity, access, selection, promotion, target, place, link, instructions,
            hours, "national", with_pupils, recorded, co_hosts, speakers, state, pending, waiting, offered, confirmed,
            sequence, cancelled_reason, change_reason, held_at, attendees, version)
        SELECT {_other("meeting", "n")}, {_id("n")}, now(), '', 'workshop', 'Songs', '', 'online', '["en"]',
            now(), now(), 'UTC', 10, 'public', 'first_come', 'auto', '', '', '', '', 1, false, false, false, '[]',
            '[]', 'held', 0, 0, 0, 5, 1, '', '', now(), 5, 1
        FROM {SIXTH}""",
        f"""INSERT INTO registration (id, meeting_id, person_id, asked_at, place, reason, attended_at, hours, certificate,
            settled, version)
        SELECT gen_random_uuid(), {_other("meeting", "n")}, {_id("n - k")}, now(), 'confirmed', '', now(), 1,
            left(md5(random()::text), 30), true, 1
        FROM generate_series(1, 5) AS k, {SIXTH}""",
    ),
}
