"""Heartbeats of the worker's sweeps; on PostgreSQL the tables by which Huey wakes it."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"

MOMENT = sa.DateTime(timezone=True).with_variant(sa.Integer(), "sqlite")
SWEEPS = ("letters", "long work", "forgetting")
# As Huey 3.5 makes them. The application's role may make none, so its owner does; what stands in
# them may be lost at any time.
WAKING = (
    "CREATE TABLE huey_kv (queue text NOT NULL, key text NOT NULL, value bytea NOT NULL, "
    "PRIMARY KEY (queue, key))",
    "CREATE TABLE huey_schedule (id bigserial PRIMARY KEY, queue text NOT NULL, "
    "data bytea NOT NULL, timestamp double precision NOT NULL)",
    "CREATE INDEX huey_schedule_queue_timestamp ON huey_schedule (queue, timestamp)",
    "CREATE TABLE huey_task (id bigserial PRIMARY KEY, queue text NOT NULL, data bytea NOT NULL, "
    "priority double precision NOT NULL DEFAULT 0.0)",
    "CREATE INDEX huey_task_queue_priority_id ON huey_task (queue, priority DESC, id)",
    "CREATE TABLE huey_counter (queue text NOT NULL, key text NOT NULL, "
    "value bigint NOT NULL DEFAULT 0, PRIMARY KEY (queue, key))",
)


def upgrade() -> None:
    made = op.create_table(
        "heartbeats",
        sa.Column("sweep", sa.String(length=40), nullable=False),
        sa.Column("begun_at", MOMENT, nullable=True),
        sa.Column("finished_at", MOMENT, nullable=False),
        sa.Column("took_ms", sa.Integer(), nullable=True),
        sa.Column("failed_at", MOMENT, nullable=True),
        sa.Column("failed_with", sa.String(length=300), nullable=False),
        sa.PrimaryKeyConstraint("sweep", name=op.f("pk_heartbeats")),
    )
    on_sqlite = op.get_bind().dialect.name == "sqlite"
    now = sa.text("CAST(strftime('%s', 'now') AS INTEGER)" if on_sqlite else "now()")
    # Counted from today on, so that a worker that nobody ever starts is missed.
    for sweep in SWEEPS:
        op.execute(made.insert().values(sweep=sweep, finished_at=now, failed_with=""))
    if not on_sqlite:
        for statement in WAKING:
            op.execute(statement)


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        for table in ("huey_kv", "huey_schedule", "huey_task", "huey_counter"):
            op.drop_table(table)
    op.drop_table("heartbeats")
