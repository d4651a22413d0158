"""README and the other documents: their Python runs, their commands exist, and no command is left out.

A block that is not to be run stands after a line `<!-- not run: why -->`.
"""

from __future__ import annotations

import doctest
import re
import shlex
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
BLOCK = re.compile(
    r"(?P<spared><!-- not run: [^\n]+ -->\n+)?^```(?P<language>\w+)[^\n]*\n(?P<text>.*?)^```\s*$",
    re.MULTILINE | re.DOTALL,
)
LINK = re.compile(r"\]\((?!\w+:|#)([^)#\s]+)")
# What a reader of a ```console block is asked to type, besides newskit and make.
KNOWN = {
    "cd",
    "conda",
    "git",
    "jupyter",
    "mamba",
    "pip",
    "pipx",
    "python",
    "python3",
    "uv",
    "xdg-open",
    "open",
    "ls",
    "cat",
}


@dataclass(frozen=True)
class Block:
    """A fenced block of a document."""

    path: Path
    line: int
    language: str
    text: str


def blocks(path: Path, language: str) -> list[Block]:
    text = path.read_text(encoding="utf-8")
    return [
        Block(path, text.count("\n", 0, m.start("text")) + 1, language, m["text"])
        for m in BLOCK.finditer(text)
        if m["language"] == language and not m["spared"]
    ]


def commands() -> list[tuple[str, list[str]]]:
    """Each `$ ...` line of a console block: where it stands, and its words."""
    return [
        (f"{block.path.name}:{block.line + i}", shlex.split(line.removeprefix("$ "), comments=True))
        for path in DOCUMENTS
        for block in blocks(path, "console")
        for i, line in enumerate(block.text.splitlines())
        if line.startswith("$ ")
    ]


def each_document(test):
    return pytest.mark.parametrize("path", DOCUMENTS, ids=lambda p: str(p.relative_to(ROOT)))(test)


def said(*command: str) -> str:
    """Give what a command prints; fail where it does."""
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, f"{command}: {done.stdout}{done.stderr}"
    return done.stdout


def newskit(*arguments: str) -> str:
    return said(sys.executable, "-m", "newskit.cli", *arguments)


@each_document
def test_python_of_a_document_runs(path, tmp_path, monkeypatch):
    """All blocks of a document are one session, in an empty folder; `>>>` blocks must print what they say."""
    monkeypatch.chdir(tmp_path)
    session: dict[str, object] = {"__name__": "__main__"}
    runner = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE)
    for block in blocks(path, "python"):
        if ">>>" in block.text:
            case = doctest.DocTestParser().get_doctest(block.text, session, path.name, str(path), block.line)
            output: list[str] = []
            runner.run(case, out=output.append, clear_globs=False)
            session.update(case.globs)
            assert runner.failures == 0, "".join(output)
        else:
            exec(compile("\n" * block.line + block.text, path, "exec"), session)


@each_document
def test_links_of_a_document_lead_somewhere(path):
    broken = [to for to in LINK.findall(path.read_text(encoding="utf-8")) if not (path.parent / to).exists()]
    assert not broken


@pytest.mark.parametrize(("where", "words"), commands(), ids=lambda v: v if isinstance(v, str) else "")
def test_command_of_a_document_exists(where, words):
    while words and re.fullmatch(r"[A-Z_]+=.*", words[0]):  # NAME=value before a command
        words = words[1:]
    command, *rest = words
    command = command.rpartition("/")[2]
    if command == "make":
        targets = re.findall(r"(?m)^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"))
        assert next(w for w in rest if "=" not in w) in targets, where
    elif command == "newskit":
        helped = newskit(*[w for w in rest[:1] if not w.startswith("-")], "--help")
        for option in (w.partition("=")[0] for w in rest if re.fullmatch(r"--?[a-z][\w-]*(=.*)?", w)):
            assert re.search(rf"(?<![\w-]){option}\b", helped), f"{where}: newskit {rest[0]} has no {option}"
    else:
        assert command in KNOWN, f"{where}: {command}"


def test_every_command_is_documented():
    text = "\n".join(path.read_text(encoding="utf-8") for path in DOCUMENTS)
    subcommands = re.findall(r"(?m)^    (\w+) ", newskit("--help"))
    targets = re.findall(r"(?m)^make (\w+) ", said("make", "help"))
    assert subcommands
    missing = [c for c in subcommands if f"newskit {c}" not in text]
    missing += [f"make {t}" for t in targets if t not in {"help", "format"} and f"make {t}" not in text]
    assert not missing, f"no document shows {missing}"
