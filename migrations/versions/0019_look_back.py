"""What was known and since when, and incidents: treatments that a later discovery puts in doubt."""

import json
from datetime import date
from itertools import groupby

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0019"
down_revision = "0018"

MOMENT = sa.DateTime(timezone=True).with_variant(sa.Integer(), "sqlite")
JSON = sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql")
STEPS = (
    "Establish what held on those days, and who knew it",
    "Decide for each patient whether to tell them",
    "Tell the board and the insurer where the law or the policy asks for it",
)


def table(name, *columns):
    return sa.table(
        name, *(sa.column(*one) if isinstance(one, tuple) else sa.column(one) for one in columns)
    )


people = table("practitioners", "id", "name", "profession")
clinics = table("clinics", "id", "name", "zone", "jurisdiction")
engagements = table(
    "engagements",
    "id",
    "practitioner_id",
    "clinic_id",
    ("first_day", sa.Date()),
    ("last_day", sa.Date()),
)
credentials = table("credentials", "id", "practitioner_id", "kind")
versions = table(
    "credential_versions",
    "credential_id",
    "version",
    "state",
    ("first_day", sa.Date()),
    ("last_day", sa.Date()),
    ("particulars", JSON),
)
verifications = table(
    "verifications", "id", "credential_id", "outcome", ("effective_from", sa.Date())
)
appointments = table(
    "appointments",
    "id",
    "clinic_id",
    "practitioner_id",
    "state",
    "starts_at",
    "ground_lost_because",
    ("ground_lost_at", MOMENT),
)
known_people = table(
    "known_people", "practitioner_id", ("known_from", MOMENT), "content", ("begins", sa.Boolean())
)
known_places = table(
    "known_places", "clinic_id", ("known_from", MOMENT), "content", ("begins", sa.Boolean())
)
incidents = table(
    "incidents",
    "id",
    "clinic_id",
    "practitioner_id",
    "about",
    "because",
    ("opened_at", MOMENT),
    "joined",
    "closed_by_name",
    "conclusion",
    "version",
)
steps = table(
    "incident_steps", "incident_id", "title", "state", "note", "settled_by_name", "version"
)
treatments = table(
    "incident_treatments",
    "incident_id",
    "appointment_id",
    ("joined_at", MOMENT),
    "note",
    "found_by_name",
    "version",
)
STANDINGS = {
    "suspended": "suspended",
    "restricted": "restricted",
    "revoked": "revoked",
    "reinstated": "in_force",
}


def points_to(column, target, source):
    name = op.f(f"fk_{source}_{column}_{target}")
    return sa.ForeignKeyConstraint([column], [f"{target}.id"], name=name)


def whole(name, *, nullable=False):
    return sa.Column(name, sa.Integer(), nullable=nullable)


def text(name, length, *, nullable=False):
    return sa.Column(name, sa.String(length=length), nullable=nullable)


def upgrade() -> None:
    _create_known("known_people", "practitioner_id", "practitioners", "practitioner")
    _create_known("known_places", "clinic_id", "clinics", "clinic")
    _create_incidents()
    _create_steps()
    _create_treatments()
    _begin_to_keep()
    _open_incidents()


def downgrade() -> None:
    """What was known at earlier moments is lost, and so is what was done about incidents."""
    for name in (
        "incident_treatments",
        "incident_steps",
        "incidents",
        "known_places",
        "known_people",
    ):
        op.drop_table(name)


def _create_known(name, whose, of, called) -> None:
    op.create_table(
        name,
        whole("id"),
        whole(whose),
        sa.Column("known_from", MOMENT, nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("begins", sa.Boolean(), server_default=sa.false(), nullable=False),
        points_to(whose, of, name),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{name}")),
    )
    op.create_index(f"ix_{name}_{called}", name, [whose, "id"])


def _create_incidents() -> None:
    op.create_table(
        "incidents",
        whole("id"),
        whole("clinic_id"),
        whole("practitioner_id"),
        text("about", 200),
        text("because", 500),
        whole("decision_id", nullable=True),
        sa.Column("opened_at", MOMENT, nullable=False),
        whole("joined"),
        whole("owner_id", nullable=True),
        sa.Column("closed_at", MOMENT, nullable=True),
        text("closed_by_name", 200),
        text("conclusion", 2000),
        whole("version"),
        sa.CheckConstraint(
            "(closed_at IS NULL) = (closed_by_name = '')"
            " AND (closed_at IS NULL) = (conclusion = '')",
            name=op.f("ck_incidents_closed_by_somebody"),
        ),
        points_to("clinic_id", "clinics", "incidents"),
        points_to("practitioner_id", "practitioners", "incidents"),
        points_to("decision_id", "verifications", "incidents"),
        points_to("owner_id", "accounts", "incidents"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_incidents")),
        sa.UniqueConstraint(
            "clinic_id",
            "practitioner_id",
            "about",
            name=op.f("uq_incidents_clinic_id_practitioner_id_about"),
        ),
    )
    op.create_index("ix_incidents_clinic", "incidents", ["clinic_id", "closed_at"])
    for column in ("practitioner_id", "decision_id", "owner_id"):
        op.create_index(op.f(f"ix_incidents_{column}"), "incidents", [column])


def _create_steps() -> None:
    op.create_table(
        "incident_steps",
        whole("id"),
        whole("incident_id"),
        text("title", 200),
        sa.Column(
            "state",
            sa.Enum("open", "done", "not_needed", name="stepstate", native_enum=False, length=40),
            nullable=False,
        ),
        text("note", 500),
        text("settled_by_name", 200),
        sa.Column("settled_at", MOMENT, nullable=True),
        whole("version"),
        sa.CheckConstraint(
            "state IN ('open', 'done', 'not_needed')", name=op.f("ck_incident_steps_stepstate")
        ),
        sa.CheckConstraint(
            "(state = 'open') = (settled_at IS NULL)", name=op.f("ck_incident_steps_settled_once")
        ),
        sa.CheckConstraint(
            "state <> 'not_needed' OR note <> ''", name=op.f("ck_incident_steps_reason_given")
        ),
        points_to("incident_id", "incidents", "incident_steps"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_incident_steps")),
    )
    op.create_index(op.f("ix_incident_steps_incident_id"), "incident_steps", ["incident_id"])


def _create_treatments() -> None:
    op.create_table(
        "incident_treatments",
        whole("id"),
        whole("incident_id"),
        whole("appointment_id"),
        sa.Column("joined_at", MOMENT, nullable=False),
        sa.Column(
            "finding",
            sa.Enum(
                "under_review",
                "told",
                "nothing_to_do",
                name="treatmentfinding",
                native_enum=False,
                length=40,
            ),
            nullable=True,
        ),
        text("note", 500),
        text("found_by_name", 200),
        sa.Column("found_at", MOMENT, nullable=True),
        whole("version"),
        sa.CheckConstraint(
            "finding IN ('under_review', 'told', 'nothing_to_do')",
            name=op.f("ck_incident_treatments_treatmentfinding"),
        ),
        sa.CheckConstraint(
            "(finding IS NULL) = (found_at IS NULL)",
            name=op.f("ck_incident_treatments_found_once"),
        ),
        points_to("incident_id", "incidents", "incident_treatments"),
        points_to("appointment_id", "appointments", "incident_treatments"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_incident_treatments")),
        sa.UniqueConstraint("appointment_id", name=op.f("uq_incident_treatments_appointment_id")),
    )
    op.create_index(
        op.f("ix_incident_treatments_incident_id"), "incident_treatments", ["incident_id"]
    )


def _begin_to_keep() -> None:
    """What is on record now is what is known from now on; what was known before was not kept."""
    database, now = op.get_bind(), _now()
    for row in database.execute(sa.select(clinics)).all():
        told = {"name": row.name, "zone": row.zone, "jurisdiction": row.jurisdiction}
        database.execute(
            known_places.insert(),
            {"clinic_id": row.id, "known_from": now, "content": _as_text(told), "begins": True},
        )
    for row in database.execute(sa.select(people)).all():
        told = {
            "name": row.name,
            "profession": row.profession,
            "engagements": _engagements(database, row.id),
            "credentials": _credentials(database, row.id),
        }
        database.execute(
            known_people.insert(),
            {
                "practitioner_id": row.id,
                "known_from": now,
                "content": _as_text(told),
                "begins": True,
            },
        )


def _engagements(database, practitioner_id):
    rows = database.execute(
        sa.select(engagements)
        .where(engagements.c.practitioner_id == practitioner_id)
        .order_by(engagements.c.id)
    )
    return [[row.clinic_id, _day(row.first_day), _day(row.last_day)] for row in rows]


def _credentials(database, practitioner_id):
    """Of each the version that is verified, and the last one if it waits or was rejected."""
    rows = database.execute(
        sa.select(credentials.c.kind, versions)
        .join(versions, versions.c.credential_id == credentials.c.id)
        .where(credentials.c.practitioner_id == practitioner_id, versions.c.state != "withdrawn")
        .order_by(credentials.c.id, versions.c.version)
    ).all()
    found = []
    for credential_id, those in groupby(rows, lambda row: row.credential_id):
        *before, last = those
        speaking = [row for row in before if row.state == "verified"]
        speaking += [last] if last.state in ("verified", "submitted", "rejected") else []
        decisions = _decisions(database, credential_id)
        found += [
            {
                "kind": row.kind,
                "id": credential_id,
                "state": row.state,
                "first_day": _day(row.first_day),
                "last_day": _day(row.last_day),
                "particulars": row.particulars,
                "decisions": decisions,
            }
            for row in speaking
        ]
    return found


def _decisions(database, credential_id):
    rows = database.execute(
        sa.select(verifications)
        .where(
            verifications.c.credential_id == credential_id,
            verifications.c.outcome.in_(STANDINGS),
        )
        .order_by(verifications.c.id)
    )
    return [[_day(row.effective_from), STANDINGS[row.outcome]] for row in rows]


def _open_incidents() -> None:
    """One for each clinic, practitioner and reason of what is listed for look-back already."""
    database = op.get_bind()
    rows = database.execute(
        sa.select(appointments)
        .where(
            appointments.c.state.in_(["begun", "done", "no_show"]),
            appointments.c.ground_lost_at.is_not(None),
        )
        .order_by(appointments.c.ground_lost_at, appointments.c.id)
    ).all()
    numbers = {}
    for row in rows:
        about = row.ground_lost_because[:200]
        cause = (row.clinic_id, row.practitioner_id, about)
        if cause not in numbers:
            numbers[cause] = _open_incident(database, row, about)
        database.execute(
            treatments.insert(),
            {
                "incident_id": numbers[cause],
                "appointment_id": row.id,
                "joined_at": row.ground_lost_at,
                "note": "",
                "found_by_name": "",
                "version": 1,
            },
        )


def _open_incident(database, row, about):
    latest = database.scalar(sa.select(sa.func.coalesce(sa.func.max(incidents.c.id), 0)))
    values = {
        "clinic_id": row.clinic_id,
        "practitioner_id": row.practitioner_id,
        "about": about,
        "because": row.ground_lost_because,
        "opened_at": row.ground_lost_at,
        "joined": 1,
        "closed_by_name": "",
        "conclusion": "",
        "version": 1,
    }
    database.execute(incidents.insert(), values)
    number = database.scalar(sa.select(sa.func.max(incidents.c.id)).where(incidents.c.id > latest))
    plain = {"state": "open", "note": "", "settled_by_name": "", "version": 1}
    database.execute(
        steps.insert(), [{"incident_id": number, "title": title, **plain} for title in STEPS]
    )
    return number


def _as_text(told) -> str:
    return json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _now():
    """As moments are kept, to the second."""
    database = op.get_bind()
    sqlite = "SELECT CAST(strftime('%s', 'now') AS INTEGER)"
    other = "SELECT date_trunc('second', now())"
    return database.scalar(sa.text(sqlite if database.dialect.name == "sqlite" else other))
