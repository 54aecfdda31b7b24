"""The first tables, and PostgreSQL's own refusal of overlapping appointments."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None


OVERLAP = """
ALTER TABLE appointments ADD CONSTRAINT ex_appointments_{who}_taken
EXCLUDE USING gist ({who}_id WITH =, tstzrange(starts_at, ends_at) WITH &&)
WHERE (state <> 'cancelled')
"""


def upgrade() -> None:
    op.create_table(
        "wrong_tries",
        sa.Column("name_hash", sa.String(length=64), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column(
            "last_at",
            sa.DateTime(timezone=True).with_variant(sa.Integer(), "sqlite"),
            nullable=False,
        ),
        sa.Column(
            "wait_until",
            sa.DateTime(timezone=True).with_variant(sa.Integer(), "sqlite"),
            nullable=True,
        ),
        sa.PrimaryKeyConstraint("name_hash", name=op.f("pk_wrong_tries")),
    )
    with op.batch_alter_table("wrong_tries", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_wrong_tries_last_at"), ["last_at"], unique=False)
    op.create_table(
        "audit_entries",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column(
            "at", sa.DateTime(timezone=True).with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("action", sa.String(length=80), nullable=False),
        sa.Column("subject", sa.String(length=60), nullable=False),
        sa.Column("practitioner_id", sa.Integer(), nullable=True),
        sa.Column("clinic_id", sa.Integer(), nullable=True),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("leaf", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_entries")),
    )
    with op.batch_alter_table("audit_entries", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_audit_entries_account_id"), ["account_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_audit_entries_action"), ["action"], unique=False)
        batch_op.create_index(batch_op.f("ix_audit_entries_at"), ["at"], unique=False)
        batch_op.create_index("ix_audit_entries_clinic", ["clinic_id", "id"], unique=False)
        batch_op.create_index(
            "ix_audit_entries_practitioner", ["practitioner_id", "id"], unique=False
        )
        batch_op.create_index("ix_audit_entries_subject", ["subject"], unique=False)

    op.create_table(
        "clinics",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("address", sa.String(length=300), nullable=False),
        sa.Column("zone", sa.String(length=60), nullable=False),
        sa.Column("jurisdiction", sa.String(length=10), nullable=False),
        sa.Column(
            "hours",
            sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql"),
            nullable=False,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_clinics")),
        sa.UniqueConstraint("name", name=op.f("uq_clinics_name")),
    )
    with op.batch_alter_table("clinics", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_clinics_jurisdiction"), ["jurisdiction"], unique=False)

    op.create_table(
        "practitioners",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column(
            "profession",
            sa.Enum(
                "PT",
                "PTA",
                "SPT",
                "PT_AIDE",
                "OT",
                "OTA",
                "AT",
                "DC",
                "MD",
                "DO",
                "LAC",
                "LMT",
                "PHYSIO",
                "PHYSIO_PROVISIONAL",
                name="profession",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("npi", sa.String(length=10), nullable=True),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("phone", sa.String(length=40), nullable=False),
        sa.Column(
            "archived_at",
            sa.DateTime(timezone=True).with_variant(sa.Integer(), "sqlite"),
            nullable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_practitioners")),
        sa.UniqueConstraint("npi", name=op.f("uq_practitioners_npi")),
    )
    with op.batch_alter_table("practitioners", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_practitioners_name"), ["name"], unique=False)

    op.create_table(
        "zone_offsets",
        sa.Column("zone", sa.String(length=60), nullable=False),
        sa.Column(
            "from_utc",
            sa.DateTime(timezone=True).with_variant(sa.Integer(), "sqlite"),
            nullable=False,
        ),
        sa.Column(
            "until_utc",
            sa.DateTime(timezone=True).with_variant(sa.Integer(), "sqlite"),
            nullable=False,
        ),
        sa.Column("offset_seconds", sa.Integer(), nullable=False),
        sa.CheckConstraint("until_utc > from_utc", name=op.f("ck_zone_offsets_forwards")),
        sa.PrimaryKeyConstraint("zone", "from_utc", name=op.f("pk_zone_offsets")),
    )
    op.create_table(
        "accounts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("password_hash", sa.String(length=300), nullable=True),
        sa.Column("practitioner_id", sa.Integer(), nullable=True),
        sa.Column(
            "closed_at",
            sa.DateTime(timezone=True).with_variant(sa.Integer(), "sqlite"),
            nullable=True,
        ),
        sa.ForeignKeyConstraint(
            ["practitioner_id"],
            ["practitioners.id"],
            name=op.f("fk_accounts_practitioner_id_practitioners"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_accounts")),
        sa.UniqueConstraint("email", name=op.f("uq_accounts_email")),
        sa.UniqueConstraint("practitioner_id", name=op.f("uq_accounts_practitioner_id")),
    )
    op.create_table(
        "credentials",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("practitioner_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "licence",
                "certificate",
                "registration",
                "supervised_practice",
                "cpr",
                "indemnity",
                name="credentialkind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["practitioner_id"],
            ["practitioners.id"],
            name=op.f("fk_credentials_practitioner_id_practitioners"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_credentials")),
    )
    with op.batch_alter_table("credentials", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_credentials_practitioner_id"), ["practitioner_id"], unique=False
        )

    op.create_table(
        "engagements",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("practitioner_id", sa.Integer(), nullable=False),
        sa.Column("clinic_id", sa.Integer(), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "last_day IS NULL OR last_day >= first_day", name=op.f("ck_engagements_forwards")
        ),
        sa.ForeignKeyConstraint(
            ["clinic_id"], ["clinics.id"], name=op.f("fk_engagements_clinic_id_clinics")
        ),
        sa.ForeignKeyConstraint(
            ["practitioner_id"],
            ["practitioners.id"],
            name=op.f("fk_engagements_practitioner_id_practitioners"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_engagements")),
        sa.UniqueConstraint(
            "practitioner_id",
            "clinic_id",
            "first_day",
            name=op.f("uq_engagements_practitioner_id_clinic_id_first_day"),
        ),
    )
    with op.batch_alter_table("engagements", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_engagements_clinic_id"), ["clinic_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_engagements_practitioner_id"), ["practitioner_id"], unique=False
        )

    op.create_table(
        "patients",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("clinic_id", sa.Integer(), nullable=False),
        sa.Column("reference", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(
            ["clinic_id"], ["clinics.id"], name=op.f("fk_patients_clinic_id_clinics")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_patients")),
        sa.UniqueConstraint("clinic_id", "reference", name=op.f("uq_patients_clinic_id_reference")),
    )
    with op.batch_alter_table("patients", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_patients_clinic_id"), ["clinic_id"], unique=False)
        batch_op.create_index("ix_patients_name", ["clinic_id", "name"], unique=False)

    op.create_table(
        "privileges",
        sa.Column("practitioner_id", sa.Integer(), nullable=False),
        sa.Column("clinic_id", sa.Integer(), nullable=False),
        sa.Column("site", sa.String(length=40), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.CheckConstraint("last_day >= first_day", name=op.f("ck_privileges_forwards")),
        sa.ForeignKeyConstraint(
            ["clinic_id"], ["clinics.id"], name=op.f("fk_privileges_clinic_id_clinics")
        ),
        sa.ForeignKeyConstraint(
            ["practitioner_id"],
            ["practitioners.id"],
            name=op.f("fk_privileges_practitioner_id_practitioners"),
        ),
        sa.PrimaryKeyConstraint(
            "practitioner_id", "clinic_id", "site", "first_day", name=op.f("pk_privileges")
        ),
    )
    with op.batch_alter_table("privileges", schema=None) as batch_op:
        batch_op.create_index(
            "ix_privileges_clinic", ["clinic_id", "site", "first_day", "last_day"], unique=False
        )

    op.create_table(
        "rooms",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("clinic_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.ForeignKeyConstraint(
            ["clinic_id"], ["clinics.id"], name=op.f("fk_rooms_clinic_id_clinics")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rooms")),
        sa.UniqueConstraint("clinic_id", "name", name=op.f("uq_rooms_clinic_id_name")),
    )
    with op.batch_alter_table("rooms", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_rooms_clinic_id"), ["clinic_id"], unique=False)

    op.create_table(
        "account_grants",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column(
            "role",
            sa.Enum(
                "practitioner",
                "front_desk",
                "manager",
                "administrator",
                "auditor",
                name="role",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("clinic_id", sa.Integer(), nullable=True),
        sa.Column("proposed_by", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_account_grants_account_id_accounts")
        ),
        sa.ForeignKeyConstraint(
            ["clinic_id"], ["clinics.id"], name=op.f("fk_account_grants_clinic_id_clinics")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account_grants")),
        sa.UniqueConstraint(
            "account_id",
            "role",
            "clinic_id",
            name=op.f("uq_account_grants_account_id_role_clinic_id"),
        ),
    )
    with op.batch_alter_table("account_grants", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_account_grants_account_id"), ["account_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_account_grants_clinic_id"), ["clinic_id"], unique=False
        )

    op.create_table(
        "account_links",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column(
            "purpose",
            sa.Enum(
                "invitation",
                "reset",
                name="purpose",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "until", sa.DateTime(timezone=True).with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "used_at",
            sa.DateTime(timezone=True).with_variant(sa.Integer(), "sqlite"),
            nullable=True,
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_account_links_account_id_accounts")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account_links")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_account_links_token_hash")),
    )
    with op.batch_alter_table("account_links", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_account_links_account_id"), ["account_id"], unique=False
        )

    op.create_table(
        "adoptions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("jurisdiction", sa.String(length=10), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column(
            "settled",
            sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql"),
            nullable=False,
        ),
        sa.Column("adopted_by", sa.Integer(), nullable=False),
        sa.Column("adopted_by_name", sa.String(length=200), nullable=False),
        sa.Column(
            "adopted_at",
            sa.DateTime(timezone=True).with_variant(sa.Integer(), "sqlite"),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["adopted_by"], ["accounts.id"], name=op.f("fk_adoptions_adopted_by_accounts")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_adoptions")),
        sa.UniqueConstraint(
            "jurisdiction", "version", name=op.f("uq_adoptions_jurisdiction_version")
        ),
    )
    with op.batch_alter_table("adoptions", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_adoptions_adopted_by"), ["adopted_by"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_adoptions_jurisdiction"), ["jurisdiction"], unique=False
        )

    op.create_table(
        "appointments",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("clinic_id", sa.Integer(), nullable=False),
        sa.Column("room_id", sa.Integer(), nullable=False),
        sa.Column("practitioner_id", sa.Integer(), nullable=False),
        sa.Column("patient_id", sa.Integer(), nullable=False),
        sa.Column(
            "treatment",
            sa.Enum(
                "needling",
                "manual_therapy",
                "exercise",
                "assessment",
                name="treatment",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "sites",
            sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql"),
            nullable=False,
        ),
        sa.Column(
            "starts_at",
            sa.DateTime(timezone=True).with_variant(sa.Integer(), "sqlite"),
            nullable=False,
        ),
        sa.Column(
            "ends_at",
            sa.DateTime(timezone=True).with_variant(sa.Integer(), "sqlite"),
            nullable=False,
        ),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "confirmed",
                "held",
                "begun",
                "done",
                "cancelled",
                name="appointmentstate",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("ground_lost_because", sa.String(length=500), nullable=False),
        sa.Column(
            "ground_lost_at",
            sa.DateTime(timezone=True).with_variant(sa.Integer(), "sqlite"),
            nullable=True,
        ),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("ends_at > starts_at", name=op.f("ck_appointments_forwards")),
        sa.CheckConstraint("last_day >= first_day", name=op.f("ck_appointments_days_forwards")),
        sa.ForeignKeyConstraint(
            ["clinic_id"], ["clinics.id"], name=op.f("fk_appointments_clinic_id_clinics")
        ),
        sa.ForeignKeyConstraint(
            ["patient_id"], ["patients.id"], name=op.f("fk_appointments_patient_id_patients")
        ),
        sa.ForeignKeyConstraint(
            ["practitioner_id"],
            ["practitioners.id"],
            name=op.f("fk_appointments_practitioner_id_practitioners"),
        ),
        sa.ForeignKeyConstraint(
            ["room_id"], ["rooms.id"], name=op.f("fk_appointments_room_id_rooms")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_appointments")),
    )
    with op.batch_alter_table("appointments", schema=None) as batch_op:
        batch_op.create_index("ix_appointments_clinic", ["clinic_id", "starts_at"], unique=False)
        batch_op.create_index(
            "ix_appointments_cover", ["practitioner_id", "state", "last_day"], unique=False
        )
        batch_op.create_index("ix_appointments_patient", ["patient_id", "starts_at"], unique=False)
        batch_op.create_index(
            "ix_appointments_practitioner", ["practitioner_id", "starts_at"], unique=False
        )
        batch_op.create_index("ix_appointments_room", ["room_id", "starts_at"], unique=False)
        batch_op.create_index(
            "ix_appointments_ground_lost",
            ["clinic_id", "starts_at"],
            unique=False,
            sqlite_where=sa.text("ground_lost_at IS NOT NULL"),
            postgresql_where=sa.text("ground_lost_at IS NOT NULL"),
        )
        batch_op.create_index(
            "ix_appointments_state", ["state", "clinic_id", "starts_at"], unique=False
        )

    op.create_table(
        "documents",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("practitioner_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("media_type", sa.String(length=60), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("pages", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("stored_sha256", sa.String(length=64), nullable=False),
        sa.Column("stored_as", sa.String(length=80), nullable=False),
        sa.Column("uploaded_by", sa.Integer(), nullable=False),
        sa.Column(
            "uploaded_at",
            sa.DateTime(timezone=True).with_variant(sa.Integer(), "sqlite"),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["practitioner_id"],
            ["practitioners.id"],
            name=op.f("fk_documents_practitioner_id_practitioners"),
        ),
        sa.ForeignKeyConstraint(
            ["uploaded_by"], ["accounts.id"], name=op.f("fk_documents_uploaded_by_accounts")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_documents")),
        sa.UniqueConstraint("stored_as", name=op.f("uq_documents_stored_as")),
    )
    with op.batch_alter_table("documents", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_documents_practitioner_id"), ["practitioner_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_documents_sha256"), ["sha256"], unique=False)
        batch_op.create_index(batch_op.f("ix_documents_uploaded_by"), ["uploaded_by"], unique=False)

    op.create_table(
        "letters",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("dedup_key", sa.String(length=120), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("to", sa.String(length=254), nullable=False),
        sa.Column("template", sa.String(length=40), nullable=False),
        sa.Column("particulars", sa.Text(), nullable=False),
        sa.Column(
            "promised_at",
            sa.DateTime(timezone=True).with_variant(sa.Integer(), "sqlite"),
            nullable=False,
        ),
        sa.Column(
            "not_before",
            sa.DateTime(timezone=True).with_variant(sa.Integer(), "sqlite"),
            nullable=False,
        ),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("last_error", sa.String(length=300), nullable=False),
        sa.Column(
            "sent_at",
            sa.DateTime(timezone=True).with_variant(sa.Integer(), "sqlite"),
            nullable=True,
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_letters_account_id_accounts")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_letters")),
        sa.UniqueConstraint("dedup_key", name=op.f("uq_letters_dedup_key")),
    )
    with op.batch_alter_table("letters", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_letters_account_id"), ["account_id"], unique=False)
        batch_op.create_index("ix_letters_waiting", ["sent_at", "not_before"], unique=False)

    op.create_table(
        "sign_ins",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column(
            "at", sa.DateTime(timezone=True).with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "until", sa.DateTime(timezone=True).with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "ended_at",
            sa.DateTime(timezone=True).with_variant(sa.Integer(), "sqlite"),
            nullable=True,
        ),
        sa.Column("address", sa.String(length=60), nullable=False),
        sa.Column("browser", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_sign_ins_account_id_accounts")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_ins")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_sign_ins_token_hash")),
    )
    with op.batch_alter_table("sign_ins", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sign_ins_account_id"), ["account_id"], unique=False)

    op.create_table(
        "credential_versions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("credential_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "submitted",
                "verified",
                "rejected",
                "withdrawn",
                "superseded",
                name="versionstate",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("first_day", sa.Date(), nullable=True),
        sa.Column("last_day", sa.Date(), nullable=True),
        sa.Column(
            "particulars",
            sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql"),
            nullable=False,
        ),
        sa.Column("document_id", sa.Integer(), nullable=True),
        sa.Column("entered_by", sa.Integer(), nullable=False),
        sa.Column(
            "entered_at",
            sa.DateTime(timezone=True).with_variant(sa.Integer(), "sqlite"),
            nullable=False,
        ),
        sa.Column("note", sa.String(length=500), nullable=False),
        sa.CheckConstraint(
            "last_day IS NULL OR last_day >= first_day",
            name=op.f("ck_credential_versions_forwards"),
        ),
        sa.ForeignKeyConstraint(
            ["credential_id"],
            ["credentials.id"],
            name=op.f("fk_credential_versions_credential_id_credentials"),
        ),
        sa.ForeignKeyConstraint(
            ["document_id"],
            ["documents.id"],
            name=op.f("fk_credential_versions_document_id_documents"),
        ),
        sa.ForeignKeyConstraint(
            ["entered_by"], ["accounts.id"], name=op.f("fk_credential_versions_entered_by_accounts")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_credential_versions")),
        sa.UniqueConstraint(
            "credential_id", "version", name=op.f("uq_credential_versions_credential_id_version")
        ),
    )
    with op.batch_alter_table("credential_versions", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_credential_versions_credential_id"), ["credential_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_credential_versions_document_id"), ["document_id"], unique=False
        )
        batch_op.create_index("ix_credential_versions_ending", ["state", "last_day"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_credential_versions_entered_by"), ["entered_by"], unique=False
        )
        batch_op.create_index(
            "ix_credential_versions_waiting", ["state", "entered_at"], unique=False
        )
        batch_op.create_index(
            "uq_credential_versions_submitted",
            ["credential_id"],
            unique=True,
            sqlite_where=sa.text("state = 'submitted'"),
            postgresql_where=sa.text("state = 'submitted'"),
        )
        batch_op.create_index(
            "uq_credential_versions_verified",
            ["credential_id"],
            unique=True,
            sqlite_where=sa.text("state = 'verified'"),
            postgresql_where=sa.text("state = 'verified'"),
        )

    op.create_table(
        "requirement_sets",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("adoption_id", sa.Integer(), nullable=False),
        sa.Column(
            "profession",
            sa.Enum(
                "PT",
                "PTA",
                "SPT",
                "PT_AIDE",
                "OT",
                "OTA",
                "AT",
                "DC",
                "MD",
                "DO",
                "LAC",
                "LMT",
                "PHYSIO",
                "PHYSIO_PROVISIONAL",
                name="profession",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=True),
        sa.Column(
            "content",
            sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql"),
            nullable=False,
        ),
        sa.CheckConstraint(
            "last_day IS NULL OR last_day >= first_day", name=op.f("ck_requirement_sets_forwards")
        ),
        sa.ForeignKeyConstraint(
            ["adoption_id"],
            ["adoptions.id"],
            name=op.f("fk_requirement_sets_adoption_id_adoptions"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_requirement_sets")),
        sa.UniqueConstraint(
            "adoption_id", "profession", name=op.f("uq_requirement_sets_adoption_id_profession")
        ),
    )
    with op.batch_alter_table("requirement_sets", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_requirement_sets_adoption_id"), ["adoption_id"], unique=False
        )

    op.create_table(
        "verifications",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("credential_id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column(
            "outcome",
            sa.Enum(
                "verified",
                "rejected",
                "suspended",
                "restricted",
                "revoked",
                "reinstated",
                name="outcome",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("effective_from", sa.Date(), nullable=False),
        sa.Column(
            "method",
            sa.Enum(
                "issuer_portal",
                "issuer_phoned",
                "issuer_wrote",
                "board_roster",
                "original_seen",
                name="method",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("reference", sa.String(length=200), nullable=False),
        sa.Column("reason", sa.String(length=1000), nullable=False),
        sa.Column("meaning", sa.String(length=300), nullable=False),
        sa.Column("document_sha256", sa.String(length=64), nullable=True),
        sa.Column("decided_by", sa.Integer(), nullable=False),
        sa.Column("decided_by_name", sa.String(length=200), nullable=False),
        sa.Column(
            "decided_at",
            sa.DateTime(timezone=True).with_variant(sa.Integer(), "sqlite"),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["credential_id"],
            ["credentials.id"],
            name=op.f("fk_verifications_credential_id_credentials"),
        ),
        sa.ForeignKeyConstraint(
            ["decided_by"], ["accounts.id"], name=op.f("fk_verifications_decided_by_accounts")
        ),
        sa.ForeignKeyConstraint(
            ["version_id"],
            ["credential_versions.id"],
            name=op.f("fk_verifications_version_id_credential_versions"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_verifications")),
    )
    with op.batch_alter_table("verifications", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_verifications_credential_id"), ["credential_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_verifications_decided_by"), ["decided_by"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_verifications_version_id"), ["version_id"], unique=False
        )

    if op.get_bind().dialect.name == "postgresql":
        op.execute("CREATE EXTENSION IF NOT EXISTS btree_gist")
        for who in ("practitioner", "room", "patient"):
            op.execute(OVERLAP.format(who=who))


def downgrade() -> None:
    op.drop_table("wrong_tries")
    with op.batch_alter_table("verifications", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_verifications_version_id"))
        batch_op.drop_index(batch_op.f("ix_verifications_decided_by"))
        batch_op.drop_index(batch_op.f("ix_verifications_credential_id"))

    op.drop_table("verifications")
    with op.batch_alter_table("requirement_sets", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_requirement_sets_adoption_id"))

    op.drop_table("requirement_sets")
    with op.batch_alter_table("credential_versions", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_credential_versions_verified",
            sqlite_where=sa.text("state = 'verified'"),
            postgresql_where=sa.text("state = 'verified'"),
        )
        batch_op.drop_index(
            "uq_credential_versions_submitted",
            sqlite_where=sa.text("state = 'submitted'"),
            postgresql_where=sa.text("state = 'submitted'"),
        )
        batch_op.drop_index("ix_credential_versions_waiting")
        batch_op.drop_index(batch_op.f("ix_credential_versions_entered_by"))
        batch_op.drop_index("ix_credential_versions_ending")
        batch_op.drop_index(batch_op.f("ix_credential_versions_document_id"))
        batch_op.drop_index(batch_op.f("ix_credential_versions_credential_id"))

    op.drop_table("credential_versions")
    with op.batch_alter_table("sign_ins", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_sign_ins_account_id"))

    op.drop_table("sign_ins")
    with op.batch_alter_table("letters", schema=None) as batch_op:
        batch_op.drop_index("ix_letters_waiting")
        batch_op.drop_index(batch_op.f("ix_letters_account_id"))

    op.drop_table("letters")
    with op.batch_alter_table("documents", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_documents_uploaded_by"))
        batch_op.drop_index(batch_op.f("ix_documents_sha256"))
        batch_op.drop_index(batch_op.f("ix_documents_practitioner_id"))

    op.drop_table("documents")
    with op.batch_alter_table("appointments", schema=None) as batch_op:
        batch_op.drop_index("ix_appointments_state")
        batch_op.drop_index("ix_appointments_room")
        batch_op.drop_index("ix_appointments_practitioner")
        batch_op.drop_index("ix_appointments_patient")
        batch_op.drop_index("ix_appointments_cover")
        batch_op.drop_index("ix_appointments_clinic")

    op.drop_table("appointments")
    with op.batch_alter_table("adoptions", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_adoptions_jurisdiction"))
        batch_op.drop_index(batch_op.f("ix_adoptions_adopted_by"))

    op.drop_table("adoptions")
    with op.batch_alter_table("account_links", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_account_links_account_id"))

    op.drop_table("account_links")
    with op.batch_alter_table("account_grants", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_account_grants_clinic_id"))
        batch_op.drop_index(batch_op.f("ix_account_grants_account_id"))

    op.drop_table("account_grants")
    with op.batch_alter_table("rooms", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_rooms_clinic_id"))

    op.drop_table("rooms")
    with op.batch_alter_table("privileges", schema=None) as batch_op:
        batch_op.drop_index("ix_privileges_clinic")

    op.drop_table("privileges")
    with op.batch_alter_table("patients", schema=None) as batch_op:
        batch_op.drop_index("ix_patients_name")
        batch_op.drop_index(batch_op.f("ix_patients_clinic_id"))

    op.drop_table("patients")
    with op.batch_alter_table("engagements", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_engagements_practitioner_id"))
        batch_op.drop_index(batch_op.f("ix_engagements_clinic_id"))

    op.drop_table("engagements")
    with op.batch_alter_table("credentials", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_credentials_practitioner_id"))

    op.drop_table("credentials")
    op.drop_table("accounts")
    op.drop_table("zone_offsets")
    with op.batch_alter_table("practitioners", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_practitioners_name"))

    op.drop_table("practitioners")
    with op.batch_alter_table("clinics", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_clinics_jurisdiction"))

    op.drop_table("clinics")
    with op.batch_alter_table("audit_entries", schema=None) as batch_op:
        batch_op.drop_index("ix_audit_entries_subject")
        batch_op.drop_index("ix_audit_entries_practitioner")
        batch_op.drop_index("ix_audit_entries_clinic")
        batch_op.drop_index(batch_op.f("ix_audit_entries_at"))
        batch_op.drop_index(batch_op.f("ix_audit_entries_action"))
        batch_op.drop_index(batch_op.f("ix_audit_entries_account_id"))

    op.drop_table("audit_entries")
