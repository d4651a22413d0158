"""The parser for HTML pages."""

from __future__ import annotations

from newskit.article import Article
from newskit.errors import NotAnArticle
from newskit.parse.blocks import blocks_of
from newskit.parse.furniture import cut_furniture
from newskit.parse.headline import read_title
from newskit.parse.layouts import layout_for
from newskit.parse.metadata import read_page, site_names, section, canonical_url
from newskit.parse.region import story_blocks
from newskit.parse.sift import sift
from newskit.parse.tree import read_tree

def parse_html(text, url=None, source=None, sha=None):
    root = read_tree(text)
    page = read_page(root, url)
    names = site_names(page)
    layout = layout_for(url=url, site_name=names[0].text if names else None)
    title = read_title(page, layout.name if layout else None)
    captions = cut_furniture(root)
    blocks, region = story_blocks(blocks_of(root))
    return Article(title=title.text if title else "", paragraphs=tuple(b.text for b in sift(blocks, title.text if title else "")))
