"""How a page is rendered, by a name that costs nothing to import."""

from typing import Any

__all__ = ["render"]


def render(nb: Any, **page: Any) -> str:
    """The page of an executed notebook (`page.render`)."""
    from helpers.reports.page.template_page import render as whole

    return whole(nb, **page)
