import pytest

from app.sandbox.setup import Setup
from app.sandbox.whmcs import SandboxWhmcs


@pytest.fixture
def whmcs() -> SandboxWhmcs:
    """A stand-in that holds nothing."""
    return SandboxWhmcs(setup=Setup())
