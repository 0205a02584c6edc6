"""What models take beside the usual: settings, the picture that a clip ends on, pictures that it is to look like."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    op.add_column("jobs", sa.Column("extras", sa.JSON, nullable=False, server_default="{}"))
    op.add_column("jobs", sa.Column("further", sa.String(8), nullable=False, server_default="none"))
    op.create_table(
        "further_pictures",
        sa.Column("job_id", sa.String(16), sa.ForeignKey("jobs.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("slot", sa.String(8), primary_key=True),
        sa.Column("url", sa.Text),
        sa.Column("given", sa.LargeBinary),
        sa.Column("fitted", sa.LargeBinary),
    )
    op.create_table(
        "draft_pictures",
        sa.Column("draft_id", sa.String(16), sa.ForeignKey("drafts.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("slot", sa.String(8), primary_key=True),
        sa.Column("author_id", sa.BigInteger, nullable=False),
        sa.Column("kept_at", sa.Double, nullable=False),
        sa.Column("data", sa.LargeBinary, nullable=False),
    )
