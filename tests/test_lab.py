"""The notebooks as a person meets them: `newskit lab`, a browser, Run All Cells."""

from __future__ import annotations

import pytest
from lab import browser, lab, open_notebook  # noqa: F401 - fixtures

pytestmark = pytest.mark.browser

NOTEBOOKS = ["01_load_articles", "02_topics_over_time", "03_evidence"]


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_notebook_runs_from_top_to_bottom(open_notebook, name):  # noqa: F811
    notebook = open_notebook(name)
    notebook.run_all()
    notebook.screenshot()
    assert notebook.errors() == []
    assert notebook.ran_in_order()
