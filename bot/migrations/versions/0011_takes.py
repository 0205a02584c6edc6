"""Takes: what is made of an idea in batches, the votes among them, and notes on them."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    op.create_table(
        "batches",
        sa.Column("id", sa.String(16), primary_key=True),
        sa.Column("brief_id", sa.String(16), nullable=False),
        sa.Column("guild_id", sa.BigInteger, nullable=False),
        sa.Column("asker_id", sa.BigInteger, nullable=False),
        sa.Column("made_at", sa.Double, nullable=False),
        sa.Column("idea", sa.Integer, nullable=False),
        sa.Column("plan", sa.JSON, nullable=False),
        sa.Column("blind", sa.Boolean, nullable=False),
        sa.Column("event", sa.String(16)),
        sa.Column("sent_at", sa.Double),
        sa.Column("message_id", sa.BigInteger),
        sa.Column("done_at", sa.Double),
        sa.Column("comparison_id", sa.BigInteger),
        sa.Column("ended_at", sa.Double),
        sa.Column("outcome", sa.String(8)),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("drawn", sa.Integer, nullable=False),
        sa.Column("drawn_at", sa.Double, nullable=False),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.Column("due_at", sa.Double),
        sa.Column("taken_until", sa.Double),
    )
    op.create_index("batches_due", "batches", ["due_at"])
    op.create_index("batches_brief", "batches", ["brief_id"])
    op.create_index("batches_guild", "batches", ["guild_id"])
    op.create_table(
        "takes",
        sa.Column("job_id", sa.String(16), primary_key=True),
        sa.Column("brief_id", sa.String(16), nullable=False),
        sa.Column("guild_id", sa.BigInteger, nullable=False),
        sa.Column("batch_id", sa.String(16), nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.UniqueConstraint("brief_id", "number", name="takes_number"),
    )
    op.create_index("takes_batch", "takes", ["batch_id"])
    op.create_index("takes_guild", "takes", ["guild_id"])
    op.create_table(
        "take_votes",
        sa.Column("id", sa.String(16), primary_key=True),
        sa.Column("batch_id", sa.String(16), nullable=False),
        sa.Column("guild_id", sa.BigInteger, nullable=False),
        sa.Column("member_id", sa.BigInteger),
        sa.Column("at", sa.Double, nullable=False),
        sa.Column("choice", sa.String(8), nullable=False),
        sa.UniqueConstraint("batch_id", "member_id", name="take_votes_member"),
    )
    op.create_index("take_votes_guild", "take_votes", ["guild_id"])
    op.create_table(
        "take_notes",
        sa.Column("id", sa.String(16), primary_key=True),
        sa.Column("job_id", sa.String(16), nullable=False),
        sa.Column("guild_id", sa.BigInteger, nullable=False),
        sa.Column("author_id", sa.BigInteger, nullable=False),
        sa.Column("author_name", sa.Text, nullable=False),
        sa.Column("at", sa.Double, nullable=False),
        sa.Column("moment", sa.Integer),
        sa.Column("words", sa.Text, nullable=False),
    )
    op.create_index("take_notes_job", "take_notes", ["job_id"])
    op.create_index("take_notes_guild", "take_notes", ["guild_id"])
