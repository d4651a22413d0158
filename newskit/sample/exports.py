"""Exports of whole outlets: one article a row, as JSON lines and as CSV."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable

from newskit.sample.story import Story, furniture

__all__ = ["BROKEN_LINE", "csv_table", "json_lines"]

BROKEN_LINE = '{"id": "kf-broken", "title": "A line that was cut while it was wri'


def json_lines(stories: Iterable[Story], broken: int) -> str:
    """Write stories as JSON lines; the line with the number *broken* is a torn one."""
    lines = [json.dumps(_record(story), ensure_ascii=False) for story in stories]
    lines.insert(broken - 1, BROKEN_LINE)
    return "\n".join(lines) + "\n"


def _record(story: Story) -> dict[str, object]:
    return {
        "id": f"kf-{story.number:04}",
        "url": story.url,
        "outlet": story.outlet.name,
        "language": story.outlet.language,
        "section": story.section,
        "title": story.title,
        "byline": story.byline[0] if story.byline else "",
        "agency": story.agency,
        "published": story.published.isoformat(),
        "updated": story.updated.isoformat() if story.updated else None,
        "text": "\n\n".join(story.paragraphs),
        "note": furniture(story.outlet.language)["invented"],
    }


def csv_table(stories: Iterable[Story]) -> str:
    """Write stories as a CSV table with local times."""
    columns = ["date", "title", "outlet", "section", "author", "agency", "url", "language", "text", "note"]
    out = io.StringIO()
    table = csv.DictWriter(out, columns, lineterminator="\n")
    table.writeheader()
    for story in stories:
        table.writerow(_row(story))
    return out.getvalue()


def _row(story: Story) -> dict[str, str]:
    return {
        "date": f"{story.published:%Y-%m-%d %H:%M}",
        "title": story.title,
        "outlet": story.outlet.name,
        "section": story.section,
        "author": story.byline[0],
        "agency": story.agency or "",
        "url": story.url or "",
        "language": story.outlet.language,
        "text": "\n\n".join(story.paragraphs),
        "note": furniture(story.outlet.language)["invented"],
    }
