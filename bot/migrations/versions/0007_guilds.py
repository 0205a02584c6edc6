"""Servers: who allowed each, and what it was told of once."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.create_table(
        "guilds",
        sa.Column("id", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("admission", sa.String(8)),
        sa.Column("admitted_by", sa.BigInteger),
        sa.Column("admitted_at", sa.Double),
        sa.Column("asked_at", sa.Double),
        sa.Column("greeted_at", sa.Double),
        sa.Column("left_at", sa.Double),
    )
