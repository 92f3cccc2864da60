"""Is it a person? What speaks against it is added up, and the site says from which score on what follows."""

from app.screening.judge import SCREENED, Screening, Verdict
from app.screening.mail import MailDomains
from app.screening.signals import SIGNALS

__all__ = ["SCREENED", "SIGNALS", "MailDomains", "Screening", "Verdict"]
