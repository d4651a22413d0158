"""Errors: in a notebook a sentence, not a traceback."""

from __future__ import annotations

import nbformat
import pytest
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

from newskit.errors import nearest

CALLS = {
    "nk.read('nowhere/')": "SourceError: ",
    "nk.Codebook.load('korea-japann')": "CodebookError: ",
    "nk.Codebook.from_text(\"topics: {a: {any: ['(b']}}\", 'mine.yaml')": "CodebookError: mine.yaml, line 1",
    "nk.Corpus.open('nowhere')": "CorpusError: 'nowhere' does not exist",
}


@pytest.mark.parametrize("call", CALLS)
def test_a_wrong_call_in_a_notebook_is_answered_in_a_sentence(call: str) -> None:
    cell = nbformat.v4.new_code_cell(f"import newskit as nk\n{call}")
    notebook = nbformat.v4.new_notebook(cells=[cell])
    with pytest.raises(CellExecutionError):
        NotebookClient(notebook, kernel_name="python3").execute()
    (shown,) = notebook.cells[0].outputs
    assert shown.traceback[0].startswith(CALLS[call])
    assert "Traceback" not in "".join(shown.traceback)
    assert len(shown.traceback) == 1


def test_only_a_close_name_is_suggested() -> None:
    assert nearest("Fukushina", ["Fukushima", "forced labor"]) == " Did you mean 'Fukushima'?"
    assert nearest("weather", ["Fukushima", "forced labor"]) == ""
