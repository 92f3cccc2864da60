"""Where a visitor goes next: back to where he came from, without anything he typed; or on, with what he may know."""

from urllib.parse import urlencode, urlsplit, urlunsplit

from app.sites import Site


def way_back(site: Site | None, referer: str) -> str | None:
    """The site's page that sent the form, by its Referer and without the query; else the hosted form, if there is one.

    Browsers tell other hosts no more than the origin, as a rule: then it is the site's front page.
    """
    if site is None:
        return None
    if site.owns(referer):
        parts = urlsplit(referer)
        return urlunsplit((parts.scheme, parts.netloc, parts.path, "", ""))
    return form_path(site) if site.hosted_form else None


def form_path(site: Site) -> str:
    """The path of the site's hosted form."""
    return f"/v1/{site.key}"


def is_own_form(site: Site, url: str | None) -> bool:
    """Whether ``url`` is the hosted form of this site, as the form itself writes it."""
    return site.hosted_form and url is not None and url.partition("?")[0] == form_path(site)


def with_query(url: str, **values: str) -> str:
    """``url`` with these added to its query."""
    parts = urlsplit(url)
    query = "&".join(filter(None, (parts.query, urlencode(values, safe=","))))
    return urlunsplit(parts._replace(query=query))
