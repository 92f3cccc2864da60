"""Is it a person? Challenges that a page solves or shows, and what a page's script needs for that."""

from app.challenge.challenges import Challenges, Checked, Finding, open_challenges
from app.challenge.page import Pages
from app.challenge.providers import ENDPOINTS, provider_secrets
from app.challenge.trap import Traps
from app.challenge.work import ProofOfWork

__all__ = [
    "ENDPOINTS",
    "Challenges",
    "Checked",
    "Finding",
    "Pages",
    "ProofOfWork",
    "Traps",
    "open_challenges",
    "provider_secrets",
]
