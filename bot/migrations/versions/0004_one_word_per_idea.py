"""One word per idea: a venue, usual times, and a reason that is no decision and no lateness; what is hidden.

It renames and removes, so workers of the version before cannot go on beside it.
"""

import sqlalchemy as sa
from alembic import op

from bot.errors import StoreBusy

revision = "0004"
down_revision = "0003"

# Who was silent for so long counts as dead, seconds.
DEAD_AFTER = 30.0


def upgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        _refuse_company()
    op.alter_column("jobs", "place", new_column_name="venue")
    op.drop_column("jobs", "clips")
    op.rename_table("durations", "usual_times")
    op.add_column("jobs", sa.Column("facts", sa.JSON, nullable=False, server_default="{}"))
    op.add_column("jobs", sa.Column("decided", sa.String(16)))
    op.add_column("jobs", sa.Column("late", sa.Boolean, nullable=False, server_default=sa.false()))
    op.add_column("jobs", sa.Column("spoiler", sa.Boolean, nullable=False, server_default=sa.false()))
    # why an answer was lost was overwritten by what a person decided
    op.execute("UPDATE jobs SET decided = reason, reason = 'answer_lost' WHERE reason IN ('sent_again', 'left')")
    op.execute("UPDATE jobs SET late = TRUE, reason = NULL WHERE reason = 'late'")
    # what the file was is not known any more
    op.execute("UPDATE jobs SET facts = '{\"kind\": null}' WHERE reason = 'picture_not_a_picture'")


def _refuse_company() -> None:
    workers = sa.table("workers", sa.column("beat_at", sa.Double))
    now = sa.extract("epoch", sa.func.clock_timestamp())
    alive = sa.select(sa.func.count()).where(workers.c.beat_at > now - DEAD_AFTER)
    if count := op.get_bind().scalar(alive):
        raise StoreBusy(
            f"Stop the other workers first: this version changes tables that {count} of the version before "
            f"{'is' if count == 1 else 'are'} using. One that crashed counts for {DEAD_AFTER:.0f} seconds more."
        )
