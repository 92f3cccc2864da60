"""What a sign-up was let in by, whether a person let it through, and when a known address was last written to."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns."""
    op.add_column("submissions", sa.Column("proof", sa.String(64)))
    op.add_column("submissions", sa.Column("cleared", sa.Boolean, nullable=False, server_default=sa.false()))
    op.add_column("submissions", sa.Column("mailed_at", sa.Double))
    where = sa.text("proof IS NOT NULL")
    op.create_index(
        "one_sign_up_per_proof",
        "submissions",
        ["site", "proof"],
        unique=True,
        sqlite_where=where,
        postgresql_where=where,
    )
    where = sa.text("mailed_at IS NOT NULL")
    op.create_index(
        "mailed_lately", "submissions", ["address", "mailed_at"], sqlite_where=where, postgresql_where=where
    )


def downgrade() -> None:
    """Drop them."""
    op.drop_index("mailed_lately", "submissions")
    op.drop_index("one_sign_up_per_proof", "submissions")
    for column in ("mailed_at", "cleared", "proof"):
        op.drop_column("submissions", column)
