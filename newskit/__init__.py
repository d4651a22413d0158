"""newskit: from pages of news as they come to a topic-over-time chart whose every point opens its sentences."""

from newskit import errors
from newskit.article import Article
from newskit.changes import changes
from newskit.chart import chart
from newskit.codebook import Codebook
from newskit.compare import Comparison, compare
from newskit.copies import copies
from newskit.corpus import Corpus
from newskit.errors import NewskitError, NotAnArticle
from newskit.export import export
from newskit.kwic import kwic
from newskit.ledger import ledger
from newskit.measure import Coverage, measure
from newskit.nearby import nearby
from newskit.parse import parse
from newskit.reading import read
from newskit.rules import by_rule
from newskit.sample import sample, sample_pages
from newskit.tag import Hits, tag
from newskit.together import together
from newskit.view import View
from newskit.widgets import explore, load, show_parse, show_table

__all__ = [
    "Article",
    "Codebook",
    "Comparison",
    "Corpus",
    "Coverage",
    "Hits",
    "NewskitError",
    "NotAnArticle",
    "View",
    "by_rule",
    "changes",
    "chart",
    "compare",
    "copies",
    "errors",
    "explore",
    "export",
    "kwic",
    "ledger",
    "load",
    "measure",
    "nearby",
    "parse",
    "read",
    "sample",
    "sample_pages",
    "show_parse",
    "show_table",
    "tag",
    "together",
]
