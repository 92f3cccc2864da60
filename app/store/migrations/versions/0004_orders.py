"""What is left to do once there is an order, when its payment page was opened, and which offer link unlocked it."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns, and the table of offers."""
    op.add_column("submissions", sa.Column("steps", sa.String(60), nullable=False, server_default=""))
    op.add_column("submissions", sa.Column("checkout_at", sa.Double))
    op.add_column("submissions", sa.Column("offer", sa.String(20)))
    op.create_table(
        "offers",
        sa.Column("name", sa.String(20), primary_key=True),
        sa.Column("used", sa.Integer, nullable=False),
        sa.Column("expires_at", sa.Double, nullable=False),
    )


def downgrade() -> None:
    """Drop them."""
    op.drop_table("offers")
    for column in ("offer", "checkout_at", "steps"):
        op.drop_column("submissions", column)
