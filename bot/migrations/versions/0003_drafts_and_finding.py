"""What members have begun to write, and how they find their jobs again."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

INDEXES = {
    "jobs_asker": ("jobs", ["asker_id", "created_at"]),
    "jobs_channel": ("jobs", ["channel_id", "created_at"]),
    "jobs_guild": ("jobs", ["guild_id", "created_at"]),
    "jobs_parent": ("jobs", ["parent_id"]),
    "jobs_card": ("jobs", ["card_id"]),
    "posts_message": ("posts", ["message_id"]),
}


def upgrade() -> None:
    op.create_table(
        "drafts",
        sa.Column("id", sa.String(16), primary_key=True),
        sa.Column("author_id", sa.BigInteger, nullable=False),
        sa.Column("changed_at", sa.Double, nullable=False),
        sa.Column("content", sa.JSON, nullable=False),
        sa.Column("picture", sa.LargeBinary),
    )
    op.create_index("drafts_author", "drafts", ["author_id", "changed_at"])
    for name, (table, columns) in INDEXES.items():
        op.create_index(name, table, columns)
