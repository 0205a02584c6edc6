"""The tables of the first version: jobs, their pictures and posts, workers, small facts."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "jobs",
        sa.Column("id", sa.String(16), primary_key=True),
        sa.Column("created_at", sa.Double, nullable=False),
        sa.Column("status", sa.String(16), nullable=False),
        sa.Column("status_since", sa.Double, nullable=False),
        sa.Column("model", sa.Text, nullable=False),
        sa.Column("prompt", sa.Text, nullable=False),
        sa.Column("seconds", sa.Integer, nullable=False),
        sa.Column("size", sa.String(16), nullable=False),
        sa.Column("size_given", sa.Boolean, nullable=False),
        sa.Column("fit", sa.String(8), nullable=False),
        sa.Column("picture", sa.String(8), nullable=False),
        sa.Column("picture_url", sa.Text),
        sa.Column("asker_id", sa.BigInteger, nullable=False),
        sa.Column("asker_name", sa.Text, nullable=False),
        sa.Column("guild_id", sa.BigInteger),
        sa.Column("channel_id", sa.BigInteger, nullable=False),
        sa.Column("locale", sa.String(8), nullable=False),
        sa.Column("place", sa.String(8), nullable=False),
        sa.Column("parent_id", sa.String(16)),
        sa.Column("card_id", sa.BigInteger),
        sa.Column("card_face", sa.Text),
        sa.Column("shown", sa.String(16)),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("not_before", sa.Double, nullable=False),
        sa.Column("wait", sa.String(16)),
        sa.Column("waiting_since", sa.Double),
        sa.Column("task_id", sa.Text),
        sa.Column("task_path", sa.Text),
        sa.Column("submitted_at", sa.Double),
        sa.Column("clips", sa.JSON, nullable=False),
        sa.Column("links", sa.JSON, nullable=False),
        sa.Column("made_at", sa.Double),
        sa.Column("reason", sa.Text),
        sa.Column("detail", sa.Text),
        sa.Column("worker", sa.String(32)),
        sa.Column("epoch", sa.Integer, nullable=False),
        sa.Column("settled", sa.Boolean, nullable=False),
    )
    op.create_table(
        "pictures",
        sa.Column("job_id", sa.String(16), sa.ForeignKey("jobs.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("given", sa.LargeBinary, nullable=False),
        sa.Column("fitted", sa.LargeBinary),
    )
    op.create_table(
        "posts",
        sa.Column("job_id", sa.String(16), sa.ForeignKey("jobs.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("key", sa.String(32), primary_key=True),
        sa.Column("channel_id", sa.BigInteger, nullable=False),
        sa.Column("message_id", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "workers",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("beat_at", sa.Double, nullable=False),
    )
    op.create_table(
        "facts",
        sa.Column("key", sa.String(64), primary_key=True),
        sa.Column("value", sa.Text, nullable=False),
    )
    op.create_index("jobs_open", "jobs", ["settled", "worker"])
    op.create_index("jobs_status", "jobs", ["status"])
