"""The notebooks as a person meets them: `newskit lab`, a browser, Run All Cells, then the mouse."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import nbformat
import pytest
from lab import Lab, Notebook
from playwright.sync_api import Page, Request, expect

pytestmark = pytest.mark.browser

OpenNotebook = Callable[[str], Notebook]
NOTEBOOKS = ["01_load_articles", "02_topics_over_time", "03_evidence", "04_codebook"]
SHOWN = "() => document.querySelector('.nk-chart .js-plotly-plot').data.map((t) => [t.name, t.x.length])"
PAYLOADS = [
    "<script>window.ran = 1</script>",
    "<img src=x onerror='window.ran=1'>",
    "\"><svg onload='window.ran=1'>",
    "<a href='javascript:window.ran=1'>x</a>",
    "</style><script>window.ran=1</script>",
    "<img src='https://tracker.example/x.png'>",
    "<iframe srcdoc='<script>parent.ran=1</script>'></iframe>",
]


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_notebook_runs_from_top_to_bottom(open_notebook: OpenNotebook, name: str) -> None:
    notebook = open_notebook(name)
    notebook.run_all()
    errors, in_order = notebook.errors(), notebook.ran_in_order()
    notebook.screenshot()  # afterwards Lab may draw fewer cells than there are
    assert errors == []
    assert in_order


def test_the_loader_answers_the_keyboard(open_notebook: OpenNotebook) -> None:
    notebook = open_notebook("01_load_articles")
    notebook.run_all()
    page = notebook.page
    assert page.locator(".nk-table caption").all_inner_texts()[:4] == [
        "What is there: 657 files",
        "How the columns of tables are read",
        "Everything ever read into corpora/demonstration",
        "Set aside: 7 of 841 inputs, by reason",
    ]
    page.get_by_label("Path", exact=True).focus()
    for key in ("Tab", "Tab", "Tab", "Enter"):
        page.keyboard.press(key)
    expect(page.locator(".nk-note")).to_have_text("657 inputs found; nothing read yet.")
    for key in ("Tab", "Enter"):
        page.keyboard.press(key)
    expect(page.locator(".nk-note")).to_contain_text("841 read before")


def test_the_explorer_answers_the_mouse_and_outlives_a_reload(open_notebook: OpenNotebook) -> None:
    notebook = open_notebook("02_topics_over_time")
    notebook.run_all()
    page = notebook.page
    width, room = (
        page.locator(f".nk-chart {part}").first.bounding_box() for part in (".main-svg", ">> xpath=.")
    )
    assert width
    assert room
    assert width["width"] > 0.95 * room["width"], "the chart does not fill its box"

    titles = page.locator(".modebar-btn").evaluate_all("all => all.map(b => b.getAttribute('data-title'))")
    assert titles
    assert not [title for title in titles if "Share" in title], "a button that uploads the chart"
    click_a_point(page)
    expect(page.locator(".nk-article mark").first).to_be_visible()
    expect(page.locator(".nk-article .nk-rule").first).to_contain_text("by rule ")
    notebook.screenshot("evidence")

    page.get_by_label("Period", exact=True).first.select_option(label="year")
    expect(page.locator(".nk .nk-busy")).to_have_count(0)
    page.wait_for_function(
        "() => document.querySelector('.nk-chart .js-plotly-plot')?.data[1]?.x.length < 10"
    )
    before = page.evaluate(SHOWN)
    page.locator('[data-command="docmanager:save"]').first.click()
    page.wait_for_timeout(2000)
    page.goto(page.url.split("?")[0])
    page.locator(".nk-chart .js-plotly-plot .legend").first.wait_for(timeout=60_000)
    assert page.evaluate(SHOWN) == before


def test_hostile_text_runs_nothing_and_fetches_nothing(
    open_notebook: OpenNotebook, lab: Lab, tmp_path: Path
) -> None:
    rows = [
        {
            "title": p,
            "text": f"{p} Fukushima {p}",
            "outlet": p,
            "section": p,
            "url": p,
            "date": f"2023-0{n}-01",
            "author": p,
        }
        for n, p in enumerate(PAYLOADS, 1)
    ]
    (tmp_path / f"{'<img src=x>'}.jsonl").write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    notebook = open_with(open_notebook, lab, pages=str(tmp_path), into=str(tmp_path / "corpus"))
    elsewhere: list[str] = []
    notebook.page.on(
        "request", lambda request: elsewhere.append(request.url) if is_elsewhere(request, lab) else None
    )
    notebook.run_all()
    page = notebook.page
    page.get_by_label("Split by", exact=True).first.select_option(label="outlet")
    page.wait_for_timeout(3000)
    click_a_point(page)
    page.locator(".nk-article summary").first.click()
    for tab in ("Numbers", "Code", "Method", "Evidence"):
        page.locator(f'.nk .lm-TabBar-tabLabel:text-is("{tab}")').click()
        page.wait_for_timeout(300)
    notebook.screenshot("hostile")
    assert notebook.errors() == []
    assert page.evaluate("() => window.ran") is None
    assert elsewhere == []


def click_a_point(page: Page) -> None:
    """Click the highest point of the last line; plotly wants the mouse to rest on it first."""
    points = page.locator(".nk-chart .scatterlayer .points path")
    boxes = [box for box in (points.nth(i).bounding_box() for i in range(points.count())) if box]
    top = min(boxes, key=lambda box: box["y"])
    x, y = top["x"] + top["width"] / 2, top["y"] + top["height"] / 2
    page.mouse.move(x - 15, y + 15)
    page.wait_for_timeout(300)
    page.mouse.move(x, y)
    page.wait_for_timeout(500)
    page.mouse.click(x, y, delay=80)
    page.locator(".nk-article, .nk-error").first.wait_for(timeout=20_000)
    assert page.locator(".nk-error").all_inner_texts() == []


def open_with(open_notebook: OpenNotebook, lab: Lab, **parameters: str) -> Notebook:
    """Open the second notebook with parameters of its own, as a person would write them into its cell."""
    name = "with_parameters"
    notebook = nbformat.read(lab.notebooks / "02_topics_over_time.ipynb", as_version=4)
    notebook.cells[1].source += "".join(f"\n{key} = {value!r}" for key, value in parameters.items())
    nbformat.write(notebook, lab.folder / f"{name}.ipynb")
    return open_notebook(name)


def is_elsewhere(request: Request, lab: Lab) -> bool:
    return not request.url.startswith((lab.url, lab.url.replace("http", "ws"), "data:", "blob:"))
