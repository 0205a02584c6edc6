"""Briefs: what people develop together, their ideas, and their votes."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    op.create_table(
        "briefs",
        sa.Column("id", sa.String(16), primary_key=True),
        sa.Column("guild_id", sa.BigInteger, nullable=False),
        sa.Column("channel_id", sa.BigInteger, nullable=False),
        sa.Column("within_id", sa.BigInteger),
        sa.Column("topic", sa.Text, nullable=False),
        sa.Column("locale", sa.String(8), nullable=False),
        sa.Column("starter_id", sa.BigInteger, nullable=False),
        sa.Column("starter_name", sa.Text, nullable=False),
        sa.Column("director_id", sa.BigInteger, nullable=False),
        sa.Column("made_at", sa.Double, nullable=False),
        sa.Column("rules", sa.JSON, nullable=False),
        sa.Column("phase", sa.String(16), nullable=False),
        sa.Column("phase_since", sa.Double, nullable=False),
        sa.Column("ends_at", sa.Double),
        sa.Column("step", sa.Integer, nullable=False),
        sa.Column("round", sa.Integer, nullable=False),
        sa.Column("changed_at", sa.Double, nullable=False),
        sa.Column("asked_at", sa.Double),
        sa.Column("card_id", sa.BigInteger),
        sa.Column("place_id", sa.BigInteger),
        sa.Column("board_id", sa.BigInteger),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("drawn", sa.Integer, nullable=False),
        sa.Column("drawn_at", sa.Double, nullable=False),
        sa.Column("told_step", sa.Integer, nullable=False),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.Column("due_at", sa.Double),
        sa.Column("taken_until", sa.Double),
    )
    op.create_index("briefs_due", "briefs", ["due_at"])
    op.create_index("briefs_place", "briefs", ["place_id"])
    op.create_index("briefs_guild", "briefs", ["guild_id", "made_at"])
    op.create_table(
        "ideas",
        sa.Column("brief_id", sa.String(16), primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("event", sa.String(16), nullable=False),
        sa.Column("guild_id", sa.BigInteger, nullable=False),
        sa.Column("author_id", sa.BigInteger),
        sa.Column("author_name", sa.Text, nullable=False),
        sa.Column("added_by", sa.BigInteger),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("action", sa.Text, nullable=False),
        sa.Column("setting", sa.Text, nullable=False),
        sa.Column("made_at", sa.Double, nullable=False),
        sa.Column("of", sa.JSON, nullable=False),
        sa.Column("source", sa.Text),
        sa.Column("picture", sa.LargeBinary),
        sa.Column("has_picture", sa.Boolean, nullable=False),
        sa.Column("spoiler", sa.Boolean, nullable=False),
        sa.Column("withdrawn", sa.Boolean, nullable=False),
        sa.Column("chosen_in", sa.Integer),
        sa.UniqueConstraint("brief_id", "event", name="ideas_event"),
    )
    op.create_table(
        "ballots",
        sa.Column("id", sa.String(16), primary_key=True),
        sa.Column("brief_id", sa.String(16), nullable=False),
        sa.Column("round", sa.Integer, nullable=False),
        sa.Column("guild_id", sa.BigInteger, nullable=False),
        sa.Column("member_id", sa.BigInteger),
        sa.Column("at", sa.Double, nullable=False),
        sa.Column("votes", sa.JSON, nullable=False),
        sa.UniqueConstraint("brief_id", "round", "member_id", name="ballots_member"),
    )
