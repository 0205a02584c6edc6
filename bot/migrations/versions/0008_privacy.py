"""What forgetting needs: jobs that have lost their words, who asked to be forgotten, which servers the bot has left."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"

WORDED = sa.text("emptied_at IS NULL")


def upgrade() -> None:
    op.add_column("jobs", sa.Column("emptied_at", sa.Double))
    op.create_index("jobs_worded", "jobs", ["created_at"], sqlite_where=WORDED, postgresql_where=WORDED)
    op.create_table(
        "erasures",
        sa.Column("member_id", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("asked_at", sa.Double, nullable=False),
        sa.Column("locale", sa.String(8), nullable=False),
        sa.Column("not_before", sa.Double, nullable=False),
        sa.Column("after", sa.String(16), nullable=False),
        sa.Column("refused", sa.Integer, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("told", sa.Boolean, nullable=False),
    )
    # a server that removed the bot before this is found by the next start
    op.execute(
        "INSERT INTO guilds (id) SELECT DISTINCT guild_id FROM jobs "
        "WHERE guild_id IS NOT NULL AND guild_id NOT IN (SELECT id FROM guilds)"
    )
