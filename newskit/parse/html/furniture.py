"""What news pages put around and into their articles, told by tags and by the words of class and id; cut away."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice

from lxml import etree

from newskit.parse.html.tree import Element, cut, elements, holders, names_of, sum_up, text_of, tokens_of

__all__ = ["SPARED", "Caption", "cut_furniture"]

# Never text of an article, whatever stands in them.
DEAD_TAGS = frozenset(
    "head script style noscript template iframe object embed applet svg canvas math audio video map "
    "button select option textarea input label datalist dialog menu nav progress meter".split()
)
# Furniture unless most of the text stands in them: a site wraps its whole page in a form, or its story in an aside.
SIDE_TAGS = frozenset("aside footer form".split())

# One of these words in class or id, and the element is furniture.
SIDE_WORDS = frozenset(
    """
    ad ads advert adverts advertisement advertising adslot adbox dfp sponsor sponsored sponsors promo promos promoted promotion promobox
    teaser teasers share sharing shares sharebar sharedaddy sharetools social socials socialmedia addthis sharethis
    related relateds relatedposts relatedarticles recirc recirculation recommend recommended recommendation recommendations
    recommends readmore morefrom trending popular mostread mostpopular outbrain taboola plista
    newsletter newsletters signup subscribe subscription subscriptions paywall piano regwall registration
    tag tags taglist keyword keywords topics hashtags
    breadcrumb breadcrumbs crumbs pager pagination paging
    nav navbar navigation menu menus submenu sidebar sidebars footer foot masthead topbar toolbar toolbox tools
    comment comments commentlist disqus respond reply feedback
    popup modal overlay lightbox tooltip cookie cookies consent gdpr banner
    caption captions figcaption imagecaption wpcaption photocaption credit credits copyright byline bylines
    author authors authorbox authorbio bio biography contributor contributors
    timestamp dateline pubdate date datetime meta metadata postmeta articlemeta
    widget widgets print printer printonly visuallyhidden screenreader skip
    rating ratings poll survey quiz donate donation donations support membership
    jp correction corrections disclaimer license infobox factbox toc gallery slideshow carousel slider
    video videos player audioplayer podcast listen speech
    login signin account profile follow followers button buttons btn cta
    ticker marquee weather stock stocks quotes
    """.split()
)
# Words that make a name mean the article after all: article-body, story-content, post-with-sidebar.
MAIN_WORDS = frozenset(
    "body content main wrapper wrap container page story post article text entry layout grid col column row section".split()
)
# Words of furniture that stay so beside any of these: article-comments, story-related, post-tags.
SURE_WORDS = frozenset(
    """
    comments disqus related relateds recommended recommendations outbrain taboola newsletter breadcrumb breadcrumbs share sharing
    sharedaddy addthis teaser teasers promo tags caption captions figcaption author byline advertisement advert ads ad social
    sidebar footer nav navigation menu respond trending popular mostread readmore credit timestamp recirc cookie consent
    """.split()
)
UNSEEN = frozenset(("sr", "only"))
STORY_WORDS = frozenset("article story post entry body content text".split())
LONG_RUNS = etree.XPath("//text()[string-length(normalize-space()) > 39 and not(ancestor::a)]")
STORY = etree.XPath("//main | //@itemprop[contains(translate(., 'AB', 'ab'), 'articlebody')]/..")
HIDDEN = re.compile(
    r"(?:^|;)\s*(?:display\s*:\s*none|visibility\s*:\s*hidden|clip\s*:\s*rect)", re.IGNORECASE
)
CAPTION_WORDS = frozenset("caption captions figcaption imagecaption wpcaption photocaption".split())
GALLERIES = frozenset("gallery slideshow carousel slider lightbox modal overlay video videos hidden".split())
MOST_CAPTIONS = 50
CREDIT = re.compile(
    r"^\W*(?:photo(?:graph|graphy)?|foto|image|bild|picture|quelle|source|credits?|copyright|fotos|사진|写真)\b.{0,12}?[:：©].{0,60}$",
    re.IGNORECASE,
)
GLUED = re.compile(r"(?<=[a-z0-9][.!?])(?=[A-Z])")
LONGEST_CAPTION = 1_000
FRAMES = frozenset("html body article main tr td tbody table".split())
CAPTION = "caption"
COMMENTS = frozenset("comments comment disqus commentlist".split())
# What can be longer than a short story beside it.
LARGE = frozenset(
    "footer comments comment disqus related recommended recommendations sidebar nav menu trending cookie consent".split()
)
# What a second look spares, where the first left no story.
SPARED = (SIDE_WORDS | SURE_WORDS | {"aside", "form", "hidden"}) - LARGE
SURE_SHARE = 0.75
ROUNDS = 4
KEPT_SHARE = (
    0.4  # of a page's text outside links; an element that holds more is no furniture, whatever it is called
)


@dataclass(frozen=True)
class Caption:
    """The words below a picture, and the element that held the picture."""

    text: str
    place: Element


@dataclass(frozen=True)
class Contents:
    """What stands in the elements of a page: how much prose outside links, which hold the story, which a headline.

    Read once for all: suspects stand in suspects, a thousand deep on bad days.
    """

    prose: Mapping[Element, int]
    story: Collection[Element]
    headed: Collection[Element]


@dataclass(frozen=True)
class Suspect:
    """An element that may be furniture, the element it stands in, the reason, and how much text stands in it outside links."""

    element: Element
    place: Element
    why: str
    prose: int


def cut_furniture(root: Element, spared: frozenset[str] = frozenset()) -> tuple[Caption, ...]:
    """Cut furniture out of a tree, in place; give the captions that stood in what remains.

    A word that names most of the page's text is no name of furniture there: some sites call every
    paragraph "paywall". Words that are `spared` are none either (see SPARED).
    """
    etree.strip_elements(root, *DEAD_TAGS, with_tail=False)
    inside = _contents(root)
    innocent = set(spared)
    for _ in range(ROUNDS):
        suspects = _suspects(root, frozenset(innocent), inside)
        held = Counter[str]()
        for suspect in suspects:
            held[suspect.why] += suspect.prose
        common = {why for why, prose in held.items() if prose > _kept_share(why) * inside.prose[root]}
        if not common:
            break
        innocent |= common
    captions = [caption for suspect in suspects for caption in _captions_in(suspect)]
    cut(root, (suspect.element for suspect in suspects))
    return tuple(caption for caption in captions if caption.text and not CREDIT.match(caption.text))


def _captions_in(suspect: Suspect) -> list[Caption]:
    """Read the caption that an element is, or those in the gallery that it is."""
    if suspect.why == CAPTION:
        return [Caption(_caption_text(suspect.element), suspect.place)]
    if suspect.why not in GALLERIES and suspect.element.tag != "figure":
        return []
    return [
        Caption(_caption_text(e), suspect.place)
        for e in islice(elements(suspect.element, "figcaption"), MOST_CAPTIONS)
    ]


def _caption_text(element: Element) -> str:
    """Read a caption; the picture's credit, glued to its end by the page, is set apart."""
    return GLUED.sub(" ", text_of(element)[:LONGEST_CAPTION])


def _contents(root: Element) -> Contents:
    """Count what stands in runs as long as prose has, outside links, and find what holds a story or a headline."""
    prose: Counter[Element] = Counter()
    for text in LONG_RUNS(root):
        holder = text.getparent().getparent() if text.is_tail else text.getparent()
        prose[holder] += len(text)
    sum_up(prose)
    return Contents(prose, holders(STORY(root)), holders(elements(root, "h1")))


def _suspects(root: Element, innocent: frozenset[str], inside: Contents) -> list[Suspect]:
    """Find the outermost elements that look like furniture."""
    found: list[Suspect] = []
    waiting = [root]
    while waiting:
        place = waiting.pop()
        for child in place:
            why = _suspicion(child)
            if why is None or why in innocent:
                waiting.append(child)
                continue
            prose = inside.prose[child]
            if prose > _kept_share(why) * inside.prose[root] or _holds_article(child, why, inside):
                waiting.append(child)
            else:
                found.append(Suspect(child, place, why, prose))
    return found


def _suspicion(element: Element) -> str | None:
    """Say by which tag or word an element looks like furniture."""
    tag = element.tag
    if tag == "figcaption":
        return CAPTION
    if tag in SIDE_TAGS:
        return str(tag)
    if tag in FRAMES:
        return None
    if _is_hidden(element):
        return "hidden"
    why = _named_so(*names_of(element))
    if why == "dateline" and next(element.iterancestors("p"), None) is not None:
        return None  # the place that opens a wire story
    return None if tag == "p" and why not in SURE_WORDS else why


def _is_hidden(element: Element) -> bool:
    style = element.get("style")
    return element.get("hidden") is not None or (style is not None and HIDDEN.search(style) is not None)


@lru_cache(maxsize=16_384)
def _named_so(classes: str, name: str) -> str | None:
    """Find the word of furniture in class and id, unless another class says that this is the article's text."""
    tokens = tokens_of(classes, name)
    if any(token >= UNSEEN for token in tokens):
        return "hidden"
    why = next((word for token in tokens if (word := _side_word(token))), None)
    return (
        None
        if why and any(len(token & STORY_WORDS) > 1 and not token & SIDE_WORDS for token in tokens)
        else why
    )


def _side_word(token: frozenset[str]) -> str | None:
    sure, side = token & SURE_WORDS, token & SIDE_WORDS
    if sure & CAPTION_WORDS:
        return CAPTION
    if sure:
        return min(sure)
    return min(side) if side and not token & MAIN_WORDS else None


def _kept_share(why: str) -> float:
    if why in COMMENTS:
        return 1.0
    return SURE_SHARE if why in LARGE else KEPT_SHARE


def _holds_article(element: Element, why: str, inside: Contents) -> bool:
    """Tell whether an element with a suspicious name is or holds the story itself."""
    return element in inside.story or (why in COMMENTS and element in inside.headed)
