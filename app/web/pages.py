"""Hosted pages: plain HTML that needs no script and keeps nothing the visitor typed."""

from collections.abc import Mapping
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.responses import HTMLResponse

from app.origins import origin_of
from app.sites import Site
from app.web.policy import content_policy
from app.web.words import Words

_HERE = Path(__file__).parent
STATIC = _HERE / "static"


class Pages:
    """Renders the templates."""

    def __init__(self) -> None:
        self._templates = Environment(
            loader=FileSystemLoader(_HERE / "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )

    def page(
        self,
        template: str,
        words: Words,
        *,
        site: Site | None,
        status: int = 200,
        allowed: Mapping[str, str] | None = None,
        **values: object,
    ) -> HTMLResponse:
        """The page of this name, in these words, filled in, with the name, logo and colour of ``site`` if there is one.

        ``allowed`` is what it loads besides our style sheets and the logo: sources by directive of its policy.
        """
        say = {"_": words.language.gettext, "ngettext": words.language.ngettext, "words": words}
        html = self._templates.get_template(template).render(**say, site=site, **values)
        policy = dict(allowed or {})
        if site is not None and site.logo_url:
            policy["img-src"] = origin_of(site.logo_url)
        return HTMLResponse(html, status, {"Content-Security-Policy": content_policy(policy)})
