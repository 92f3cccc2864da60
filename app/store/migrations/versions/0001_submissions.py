"""The submissions table."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table and its indexes."""
    op.create_table(
        "submissions",
        sa.Column("reference", sa.String(20), primary_key=True),
        sa.Column("site", sa.String(64), nullable=False),
        sa.Column("key", sa.String(64), nullable=False),
        sa.Column("fingerprint", sa.String(64), nullable=False),
        sa.Column("address", sa.String(64), nullable=False),
        sa.Column("plan", sa.String(64)),
        sa.Column("created_at", sa.Double, nullable=False),
        sa.Column("updated_at", sa.Double, nullable=False),
        sa.Column("due_at", sa.Double, nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("key_expires_at", sa.Double),
        sa.Column("lease", sa.Integer, nullable=False),
        sa.Column("lease_until", sa.Double),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("uncertain_since", sa.Double),
        sa.Column("client_id", sa.BigInteger),
        sa.Column("order_id", sa.BigInteger),
        sa.Column("invoice_id", sa.BigInteger),
        sa.Column("reason", sa.String(100), nullable=False),
        sa.Column("refused", sa.JSON, nullable=False),
        sa.Column("payload", sa.LargeBinary),
    )
    op.create_index("one_answer_per_key", "submissions", ["site", "key"], unique=True)
    _partial("one_in_flight_per_address", "address", "'sending', 'uncertain'", unique=True)
    _partial("longest_due_first", "due_at", "'accepted', 'waiting', 'uncertain'")
    _partial("leases", "lease_until", "'sending'")


def _partial(name: str, column: str, states: str, *, unique: bool = False) -> None:
    where = sa.text(f"state IN ({states})")
    op.create_index(name, "submissions", [column], unique=unique, sqlite_where=where, postgresql_where=where)


def downgrade() -> None:
    """Drop the table."""
    op.drop_table("submissions")
