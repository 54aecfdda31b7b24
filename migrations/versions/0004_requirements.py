"""Adoptions are proposed, activated, withdrawn; house rules; work in the background."""

import json
from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0004"
down_revision = "0003"

JSON = sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql")
MOMENT = sa.DateTime(timezone=True).with_variant(sa.Integer(), "sqlite")
STATES = "'proposed', 'activating', 'active', 'withdrawn'"
BEFORE = (
    *("PT", "PTA", "SPT", "PT_AIDE", "OT", "OTA", "AT", "DC", "MD", "DO", "LAC", "LMT"),
    *("PHYSIO", "PHYSIO_PROVISIONAL"),
)
AFTER = (*BEFORE, "OSTEOPATH")
NO_REASON = "Written down before reasons were asked for."

adoptions = sa.table(
    "adoptions",
    sa.column("id", sa.Integer),
    sa.column("jurisdiction", sa.String),
    sa.column("version", sa.Integer),
    sa.column("state", sa.String),
    sa.column("settled", JSON),
    sa.column("adopted_by", sa.Integer),
    sa.column("adopted_by_name", sa.String),
    sa.column("adopted_at", MOMENT),
    sa.column("active_since", MOMENT),
)
requirement_sets = sa.table(
    "requirement_sets",
    sa.column("id", sa.Integer),
    sa.column("adoption_id", sa.Integer),
    sa.column("profession", sa.String),
)
activations = sa.table(
    "activations",
    sa.column("adoption_id", sa.Integer),
    sa.column("phase", sa.String),
    sa.column("started_by", sa.Integer),
    sa.column("started_by_name", sa.String),
    sa.column("started_at", MOMENT),
    sa.column("moved_at", MOMENT),
    *(sa.column(name, sa.Integer) for name in ("reached", "done", "total", "held", "begun")),
    sa.column("failed_with", sa.String),
)


def words(name: str, *members: str) -> sa.Enum:
    return sa.Enum(*members, name=name, native_enum=False, create_constraint=True, length=40)


def whole(name: str) -> sa.Column:
    return sa.Column(name, sa.Integer(), nullable=False)


def reference(table: str, name: str, target: str, *, nullable: bool = False) -> list:
    named = op.f(f"fk_{table}_{name}_{target}")
    return [
        sa.Column(name, sa.Integer(), nullable=nullable),
        sa.ForeignKeyConstraint([name], [f"{target}.id"], name=named),
    ]


def upgrade() -> None:
    # Said in SQL: a column's own CHECK comes and goes with it, and no table is made anew.
    op.execute(
        "ALTER TABLE adoptions ADD COLUMN state VARCHAR(40) DEFAULT 'proposed' NOT NULL "
        f"CONSTRAINT ck_adoptions_adoptionstate CHECK (state IN ({STATES}))"
    )
    op.add_column("adoptions", sa.Column("active_since", MOMENT, nullable=True))
    op.create_index(op.f("ix_adoptions_state"), "adoptions", ["state"])
    with sets_as_they_were(BEFORE, "profession") as batch_op:
        batch_op.drop_constraint(op.f("uq_requirement_sets_adoption_id_profession"), type_="unique")
        batch_op.create_unique_constraint(
            op.f("uq_requirement_sets_adoption_id_profession_first_day"),
            ["adoption_id", "profession", "first_day"],
        )
        change_professions(batch_op, BEFORE, AFTER)
    create_house_rules()
    create_activations()
    create_what_ifs()
    for table, column in INDEXED:
        op.create_index(op.f(f"ix_{table}_{column}"), table, [column])
    take_over_adoptions()


INDEXED = (
    ("house_rules", "clinic_id"),
    ("house_rules", "made_by"),
    ("activations", "phase"),
    ("activations", "started_by"),
    ("what_ifs", "adoption_id"),
    ("what_ifs", "clinic_id"),
    ("what_ifs", "asked_by"),
    ("what_ifs", "answered_at"),
)


def sets_as_they_were(professions: tuple[str, ...], *unique: str):
    """What SQLite copies the table from: it does not tell of its checks by itself."""
    named = "_".join(("adoption_id", *unique))
    table = sa.Table(
        "requirement_sets",
        sa.MetaData(naming_convention={"ck": "ck_%(table_name)s_%(constraint_name)s"}),
        sa.Column("id", sa.Integer(), nullable=False),
        whole("adoption_id"),
        sa.Column("profession", words("profession", *professions), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=True),
        sa.Column("content", JSON, nullable=False),
        sa.CheckConstraint(
            "last_day IS NULL OR last_day >= first_day", name=op.f("ck_requirement_sets_forwards")
        ),
        sa.ForeignKeyConstraint(
            ["adoption_id"],
            ["adoptions.id"],
            name=op.f("fk_requirement_sets_adoption_id_adoptions"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_requirement_sets")),
        sa.UniqueConstraint("adoption_id", *unique, name=op.f(f"uq_requirement_sets_{named}")),
        sa.Index(op.f("ix_requirement_sets_adoption_id"), "adoption_id"),
    )
    return op.batch_alter_table("requirement_sets", copy_from=table)


def change_professions(batch_op, old: tuple[str, ...], new: tuple[str, ...]) -> None:
    batch_op.alter_column(
        "profession",
        existing_type=words("profession", *old),
        type_=words("profession", *new),
        existing_nullable=False,
    )


def create_house_rules() -> None:
    op.create_table(
        "house_rules",
        sa.Column("id", sa.Integer(), nullable=False),
        *reference("house_rules", "clinic_id", "clinics"),
        whole("version"),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("content", JSON, nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        *reference("house_rules", "made_by", "accounts"),
        sa.Column("made_by_name", sa.String(length=200), nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_house_rules")),
        sa.UniqueConstraint("clinic_id", "version", name=op.f("uq_house_rules_clinic_id_version")),
    )


def create_activations() -> None:
    op.create_table(
        "activations",
        *reference("activations", "adoption_id", "adoptions"),
        sa.Column("phase", words("phase", "narrowing", "widening", "done"), nullable=False),
        *map(whole, ("reached", "done", "total", "held", "begun")),
        *reference("activations", "started_by", "accounts"),
        sa.Column("started_by_name", sa.String(length=200), nullable=False),
        sa.Column("started_at", MOMENT, nullable=False),
        sa.Column("moved_at", MOMENT, nullable=False),
        sa.Column("failed_with", sa.String(length=300), nullable=False),
        sa.PrimaryKeyConstraint("adoption_id", name=op.f("pk_activations")),
    )


def create_what_ifs() -> None:
    op.create_table(
        "what_ifs",
        sa.Column("id", sa.Integer(), nullable=False),
        *reference("what_ifs", "adoption_id", "adoptions", nullable=True),
        *reference("what_ifs", "clinic_id", "clinics", nullable=True),
        sa.Column("requirements", JSON, nullable=False),
        sa.Column("first_day", sa.Date(), nullable=True),
        *reference("what_ifs", "asked_by", "accounts"),
        sa.Column("asked_at", MOMENT, nullable=False),
        *map(whole, ("reached", "done", "total")),
        sa.Column("moved_at", MOMENT, nullable=False),
        sa.Column("answered_at", MOMENT, nullable=True),
        sa.Column("failed_with", sa.String(length=300), nullable=False),
        sa.CheckConstraint(
            "(adoption_id IS NULL) <> (clinic_id IS NULL)",
            name=op.f("ck_what_ifs_about_one_thing"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_what_ifs")),
    )
    op.create_table(
        "what_if_parts",
        *reference("what_if_parts", "what_if_id", "what_ifs"),
        whole("reached"),
        sa.Column("content", JSON, nullable=False),
        sa.PrimaryKeyConstraint("what_if_id", "reached", name=op.f("pk_what_if_parts")),
    )


def take_over_adoptions() -> None:
    """
    What was adopted stays in force; its readings are due to be looked at again.

    The new rules judge differently, so everybody concerned is judged anew in the background.
    """
    database = op.get_bind()
    latest = {}
    for row in database.execute(sa.select(adoptions).order_by(adoptions.c.version)).all():
        due = _moment(row.adopted_at).date().isoformat()
        settled = {
            code: {"reading": reading, "why": NO_REASON, "look_again_on": due}
            for code, reading in row.settled.items()
        }
        database.execute(
            adoptions.update()
            .where(adoptions.c.id == row.id)
            .values(state="active", active_since=row.adopted_at, settled=settled)
        )
        latest[row.jurisdiction] = row
    for row in latest.values():
        database.execute(activations.insert(), _to_judge_anew(row))


def _to_judge_anew(row: sa.Row) -> dict[str, object]:
    return {
        "adoption_id": row.id,
        "phase": "widening",
        "started_by": row.adopted_by,
        "started_by_name": row.adopted_by_name,
        "started_at": row.adopted_at,
        "moved_at": row.adopted_at,
        **dict.fromkeys(("reached", "done", "total", "held", "begun"), 0),
        "failed_with": "",
    }


def _moment(kept: int | datetime) -> datetime:
    return kept if isinstance(kept, datetime) else datetime.fromtimestamp(kept, UTC)


def downgrade() -> None:
    """Proposals and house rules are lost, and of several sets for a profession all but one."""
    for table in ("what_if_parts", "what_ifs", "activations", "house_rules"):
        op.drop_table(table)
    give_adoptions_back()
    with sets_as_they_were(AFTER, "profession", "first_day") as batch_op:
        batch_op.drop_constraint(
            op.f("uq_requirement_sets_adoption_id_profession_first_day"), type_="unique"
        )
        batch_op.create_unique_constraint(
            op.f("uq_requirement_sets_adoption_id_profession"), ["adoption_id", "profession"]
        )
        change_professions(batch_op, AFTER, BEFORE)
    op.drop_index(op.f("ix_adoptions_state"), table_name="adoptions")
    op.execute("ALTER TABLE adoptions DROP COLUMN active_since")
    op.execute("ALTER TABLE adoptions DROP COLUMN state")


def give_adoptions_back() -> None:
    database = op.get_bind()
    sets = requirement_sets.c
    not_in_force = sa.select(adoptions.c.id).where(adoptions.c.state != "active").scalar_subquery()
    first = sa.select(sa.func.min(sets.id)).group_by(sets.adoption_id, sets.profession)
    for lost in (
        sets.adoption_id.in_(not_in_force),
        sets.profession.not_in(BEFORE),
        sets.id.not_in(first.scalar_subquery()),
    ):
        database.execute(requirement_sets.delete().where(lost))
    database.execute(adoptions.delete().where(adoptions.c.state != "active"))
    for row in database.execute(sa.select(adoptions)).all():
        readings = {code: _reading(given) for code, given in row.settled.items()}
        database.execute(
            adoptions.update().where(adoptions.c.id == row.id).values(settled=readings)
        )


def _reading(given: object) -> str:
    return given["reading"] if isinstance(given, dict) else json.dumps(given)
