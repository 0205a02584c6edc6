"""What several workers, learned polling and a fair line need.

Which jobs lag behind, what jobs took, clips that wait for Discord, who had a turn.
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    # true until each row is written anew, so that nothing which lagged behind is forgotten
    op.add_column("jobs", sa.Column("lags", sa.Boolean, nullable=False, server_default=sa.true()))
    op.create_index("jobs_lagging", "jobs", ["worker", "lags", "settled"])
    op.create_table(
        "durations",
        sa.Column("model", sa.Text, primary_key=True),
        sa.Column("seconds", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("size", sa.String(16), primary_key=True),
        sa.Column("counts", sa.JSON, nullable=False),
    )
    op.create_table(
        "clips",
        sa.Column("job_id", sa.String(16), sa.ForeignKey("jobs.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("part", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("piece", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("data", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "turns",
        sa.Column("home", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("asker_id", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("taken_at", sa.Double, nullable=False),
    )
