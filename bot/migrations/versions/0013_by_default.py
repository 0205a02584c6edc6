"""Of a job whether its model was chosen: which one was the default, where nobody chose any."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    op.add_column("jobs", sa.Column("by_default", sa.Text))
