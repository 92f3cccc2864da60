"""The timeline of each submission, quick ways to the newest and the unfinished, and the gateway's own sealed keys."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "events",
        sa.Column("number", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True),
        sa.Column("reference", sa.String(20), nullable=False),
        sa.Column("at", sa.Double, nullable=False),
        sa.Column("event", sa.String(20), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("reason", sa.String(100), nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
    )
    op.create_index("events_of_a_submission", "events", ["reference"])
    op.create_index("in_order_of_arrival", "submissions", ["created_at", "reference"])
    where = sa.text("state IN ('accepted', 'sending', 'waiting', 'uncertain', 'held', 'stuck')")
    op.create_index("unfinished", "submissions", ["state"], sqlite_where=where, postgresql_where=where)
    op.create_table(
        "secrets",
        sa.Column("name", sa.String(20), primary_key=True),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
    )


def downgrade() -> None:
    """Drop the tables."""
    op.drop_table("secrets")
    op.drop_index("unfinished", "submissions")
    op.drop_index("in_order_of_arrival", "submissions")
    op.drop_table("events")
