"""What is wrong with the sign-up forms of a web page, and the cure for each fault."""

from app.page_check.checking import Checked, check_page
from app.page_check.documents import Document, NoPage, fetch, read_file

__all__ = ["Checked", "Document", "NoPage", "check_page", "fetch", "read_file"]
