"""Is it a person? What speaks against it is added up, and the site says from which score on what follows."""

from app.screening.judge import Screening, Verdict

__all__ = ["Screening", "Verdict"]
