"""Storyboards: their shots, each change of their order, and the films that are cut by them."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    op.add_column("takes", sa.Column("shot", sa.String(16)))
    op.add_column("briefs", sa.Column("sheet_id", sa.BigInteger))
    op.add_column("briefs", sa.Column("sheet_at", sa.Double))
    op.create_table(
        "storyboards",
        sa.Column("id", sa.String(16), primary_key=True),
        sa.Column("guild_id", sa.BigInteger, nullable=False),
        sa.Column("message_id", sa.BigInteger),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("drawn", sa.Integer, nullable=False),
        sa.Column("drawn_at", sa.Double, nullable=False),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.Column("due_at", sa.Double),
        sa.Column("taken_until", sa.Double),
    )
    op.create_index("storyboards_due", "storyboards", ["due_at"])
    op.create_index("storyboards_message", "storyboards", ["message_id"])
    op.create_index("storyboards_guild", "storyboards", ["guild_id"])
    op.create_table(
        "storyboard_steps",
        sa.Column("brief_id", sa.String(16), primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("event", sa.String(16), nullable=False),
        sa.Column("undone_by", sa.String(16)),
        sa.Column("guild_id", sa.BigInteger, nullable=False),
        sa.Column("member_id", sa.BigInteger),
        sa.Column("at", sa.Double, nullable=False),
        sa.Column("shots", sa.JSON, nullable=False),
    )
    op.create_index("storyboard_steps_guild", "storyboard_steps", ["guild_id"])
    op.create_table(
        "shots",
        sa.Column("id", sa.String(16), primary_key=True),
        sa.Column("source", sa.String(16), nullable=False),
        sa.Column("brief_id", sa.String(16), nullable=False),
        sa.Column("guild_id", sa.BigInteger, nullable=False),
        sa.Column("kind", sa.String(8), nullable=False),
        sa.Column("author_id", sa.BigInteger),
        sa.Column("author_name", sa.Text, nullable=False),
        sa.Column("made_at", sa.Double, nullable=False),
        sa.Column("words", sa.Text, nullable=False),
        sa.Column("idea", sa.Integer),
        sa.Column("job_id", sa.String(16)),
        sa.Column("clip_channel", sa.BigInteger),
        sa.Column("clip_message", sa.BigInteger),
        sa.Column("has_picture", sa.Boolean, nullable=False),
        sa.Column("picture", sa.LargeBinary),
        sa.Column("spoiler", sa.Boolean, nullable=False),
        sa.Column("model", sa.Text),
        sa.Column("seconds", sa.Double),
        sa.Column("length", sa.Double),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("noter_id", sa.BigInteger),
        sa.Column("join", sa.String(8), nullable=False),
    )
    op.create_index("shots_brief", "shots", ["brief_id"])
    op.create_index("shots_guild", "shots", ["guild_id"])
    op.create_table(
        "films",
        sa.Column("id", sa.String(16), primary_key=True),
        sa.Column("brief_id", sa.String(16), nullable=False),
        sa.Column("guild_id", sa.BigInteger, nullable=False),
        sa.Column("asker_id", sa.BigInteger, nullable=False),
        sa.Column("made_at", sa.Double, nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("end", sa.Text, nullable=False),
        sa.Column("step", sa.Integer, nullable=False),
        sa.Column("cuts", sa.JSON, nullable=False),
        sa.Column("progress", sa.String(8), nullable=False),
        sa.Column("done", sa.Integer, nullable=False),
        sa.Column("of", sa.Integer, nullable=False),
        sa.Column("code", sa.String(24)),
        sa.Column("shot", sa.String(24)),
        sa.Column("message_id", sa.BigInteger),
        sa.Column("posted_id", sa.BigInteger),
        sa.Column("posted_at", sa.Double),
        sa.Column("smaller", sa.Boolean, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("drawn", sa.Integer, nullable=False),
        sa.Column("drawn_at", sa.Double, nullable=False),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.Column("due_at", sa.Double),
        sa.Column("taken_until", sa.Double),
    )
    op.create_index("films_due", "films", ["due_at"])
    op.create_index("films_brief", "films", ["brief_id"])
    op.create_index("films_guild", "films", ["guild_id"])
