"""The doors and the replies: JSON for scripts, a redirect or a page for forms."""
