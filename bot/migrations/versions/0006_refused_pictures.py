"""The pictures that servers refuse, and what they are looked up by."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

PARTS = 5


def upgrade() -> None:
    op.create_table(
        "refused_pictures",
        sa.Column("guild_id", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("hash", sa.String(16), primary_key=True),
        *(sa.Column(f"part_{number}", sa.SmallInteger, nullable=False) for number in range(PARTS)),
        sa.Column("added_by", sa.BigInteger, nullable=False),
        sa.Column("added_at", sa.Double, nullable=False),
        sa.Column("job_id", sa.String(16)),
        sa.Column("why", sa.Text, nullable=False),
        sa.Column("hits", sa.Integer, nullable=False, server_default="0"),
    )
    for number in range(PARTS):
        op.create_index(f"refused_pictures_{number}", "refused_pictures", ["guild_id", f"part_{number}"])
