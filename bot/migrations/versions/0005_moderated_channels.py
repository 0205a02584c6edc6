"""Moderated channels: the rules of a server, what counts towards limits, who decided what."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.add_column("jobs", sa.Column("within_id", sa.BigInteger))
    op.add_column("jobs", sa.Column("cost", sa.BigInteger))
    op.add_column("jobs", sa.Column("counted_at", sa.Double))
    op.add_column("jobs", sa.Column("granted", sa.Boolean, nullable=False, server_default=sa.false()))
    for name in ("held", "unapproved", "under_review"):
        op.add_column("jobs", sa.Column(name, sa.Boolean, nullable=False, server_default=sa.false()))
    op.add_column("jobs", sa.Column("asked_prompt", sa.Text))
    _rules_and_usage()
    _decisions()


def _rules_and_usage() -> None:
    op.create_table(
        "rules",
        sa.Column("guild_id", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("document", sa.JSON, nullable=False),
        sa.Column("changed_at", sa.Double, nullable=False),
        sa.Column("changed_by", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "spent",
        sa.Column("whose", sa.String(64), primary_key=True),
        sa.Column("span", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("start", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("clips", sa.BigInteger, nullable=False),
        sa.Column("seconds", sa.BigInteger, nullable=False),
        sa.Column("money", sa.BigInteger, nullable=False),
    )
    op.create_index("spent_start", "spent", ["span", "start"])
    op.create_table(
        "grants",
        sa.Column("guild_id", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("member_id", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("left", sa.Integer, nullable=False),
        sa.Column("until", sa.Double, nullable=False),
    )
    op.create_table(
        "blocks",
        sa.Column("guild_id", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("member_id", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("at", sa.Double, nullable=False),
        sa.Column("until", sa.Double, nullable=False),
        sa.Column("why", sa.Text, nullable=False),
    )
    op.create_table(
        "pauses",
        sa.Column("guild_id", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("channel_id", sa.BigInteger, primary_key=True, autoincrement=False),
    )


def _decisions() -> None:
    op.create_table(
        "audit",
        sa.Column("guild_id", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("at", sa.Double, nullable=False),
        sa.Column("actor_id", sa.BigInteger, nullable=False),
        sa.Column("action", sa.String(32), nullable=False),
        sa.Column("member_id", sa.BigInteger),
        sa.Column("job_id", sa.String(16)),
        sa.Column("before", sa.JSON, nullable=False),
        sa.Column("after", sa.JSON, nullable=False),
        sa.Column("outcome", sa.JSON, nullable=False),
        sa.Column("log_due_at", sa.Double),
    )
    op.create_index("audit_member", "audit", ["guild_id", "member_id"])
    op.create_index("audit_log_due", "audit", ["log_due_at"])
    op.create_table(
        "reviews",
        sa.Column("job_id", sa.String(16), primary_key=True),
        sa.Column("kind", sa.String(16), primary_key=True),
        sa.Column("guild_id", sa.BigInteger, nullable=False),
        sa.Column("asker_id", sa.BigInteger, nullable=False),
        sa.Column("asked_at", sa.Double, nullable=False),
        sa.Column("why", sa.String(16), nullable=False),
        sa.Column("flags", sa.JSON, nullable=False),
        sa.Column("joined_at", sa.Double),
        sa.Column("channel_id", sa.BigInteger),
        sa.Column("message_id", sa.BigInteger),
        sa.Column("face", sa.JSON, nullable=False),
        sa.Column("verdict", sa.String(16)),
        sa.Column("decided_at", sa.Double),
        sa.Column("decided_by", sa.BigInteger),
        sa.Column("reason", sa.Text),
        sa.Column("reminded_at", sa.Double),
        sa.Column("settled", sa.Boolean, nullable=False),
    )
    op.create_index("reviews_open", "reviews", ["settled", "guild_id"])
    op.create_index("reviews_asker", "reviews", ["guild_id", "asker_id", "asked_at"])
    op.create_table(
        "reports",
        sa.Column("job_id", sa.String(16), primary_key=True),
        sa.Column("reporter_id", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("at", sa.Double, nullable=False),
        sa.Column("why", sa.Text, nullable=False),
    )
    op.create_table(
        "cases",
        sa.Column("job_id", sa.String(16), primary_key=True),
        sa.Column("guild_id", sa.BigInteger, nullable=False),
        sa.Column("asker_id", sa.BigInteger, nullable=False),
        sa.Column("opened_at", sa.Double, nullable=False),
        sa.Column("channel_id", sa.BigInteger),
        sa.Column("message_id", sa.BigInteger),
        sa.Column("face", sa.String(32), nullable=False),
        sa.Column("ending", sa.String(16)),
        sa.Column("decided_at", sa.Double),
        sa.Column("decided_by", sa.BigInteger),
        sa.Column("entry", sa.Integer),
        sa.Column("copied", sa.Boolean, nullable=False),
        sa.Column("carried", sa.Boolean, nullable=False),
        sa.Column("due_at", sa.Double),
    )
    op.create_index("cases_due", "cases", ["due_at"])
    op.create_table(
        "evidence",
        sa.Column("job_id", sa.String(16), primary_key=True),
        sa.Column("name", sa.String(16), primary_key=True),
        sa.Column("guild_id", sa.BigInteger, nullable=False),
        sa.Column("data", sa.LargeBinary, nullable=False),
        sa.Column("until", sa.Double),
    )
