"""Rows for the tests of the store."""

from dataclasses import replace

from app.store import Store
from app.submissions import Submission, new_reference

NOW = 1_800_000_000.0


def arriving(key: str = "key", **changes: object) -> Submission:
    """A sign-up that has just come in."""
    submission = Submission(
        reference=new_reference(),
        site="acme",
        key=key,
        fingerprint="fingerprint",
        address="address",
        plan=None,
        created_at=NOW,
        updated_at=NOW,
        due_at=NOW,
        payload=b"sealed",
    )
    return replace(submission, **changes)  # type: ignore[arg-type]


async def claimed(store: Store, now: float = NOW) -> Submission:
    """The submission longest due, leased for a minute."""
    submission = await store.claim(now, now + 60)
    assert submission is not None
    return submission
