"""From what teachers write to what is shown: Markdown, then an allow-list. Nothing is loaded from elsewhere."""

import cmarkgfm
import nh3
from cmarkgfm.cmark import Options

TAGS = {
    "a", "blockquote", "br", "code", "del", "em", "h2", "h3", "h4", "hr", "li", "ol", "p", "pre", "strong",
    "table", "tbody", "td", "th", "thead", "tr", "ul",
}  # fmt: skip


def to_html(text: str) -> str:
    """Safe HTML of a page's Markdown: no images or scripts of other sites, links that tell nothing about us."""
    # a page's own title is its first heading: those in the text begin one level below
    rendered = cmarkgfm.github_flavored_markdown_to_html(text, Options.CMARK_OPT_UNSAFE)
    return nh3.clean(
        rendered.replace("<h1>", "<h2>").replace("</h1>", "</h2>"),
        tags=TAGS,
        attributes={"a": {"href"}, "ol": {"start"}},
        url_schemes={"https", "http", "mailto"},
        link_rel="noopener noreferrer nofollow",
    )
