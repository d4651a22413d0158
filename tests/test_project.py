"""What holds for the project as a whole: the line of imports, sizes, one door for HTML, notebooks, packaging."""

from __future__ import annotations

import ast
import itertools
import re
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from graphlib import CycleError, TopologicalSorter
from importlib.metadata import packages_distributions
from pathlib import Path

import nbformat
import pytest
from ruamel.yaml import YAML

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "newskit"
LINE = [
    *[
        "errors",
        "article",
        "seen",
        "sources",
        "parse",
        "parts",
        "store",
        "cache",
        "words",
        "query",
        "index",
        "versions",
        "catalog",
        "corpus",
        "workers",
        "outcome",
        "unchanged",
        "reading",
        "rereading",
        "copies",
        "ledger",
        "changes",
        "codebook",
    ],
    *[
        "tag",
        "kwic",
        "rules",
        "nearby",
        "measure",
        "together",
        "compare",
        "chart",
        "export",
        "sample",
        "view",
        "widgets",
        "cli",
    ],
]
MODULE_LINES = 420
FUNCTION_LINES = 60
PUBLIC_PARAMETERS = 5
PARAMETERS = 7
NOTEBOOK_LINES = 40

Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class Module:
    """One source file of newskit, with its dotted name."""

    path: Path

    @cached_property
    def name(self) -> str:
        parts = self.path.relative_to(ROOT).with_suffix("").parts
        return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)

    @cached_property
    def text(self) -> str:
        return self.path.read_text(encoding="utf-8")

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.text)

    @property
    def station(self) -> str:
        """The name on the line: a package counts as one place."""
        return self.name.split(".")[1] if "." in self.name else ""

    def functions(self) -> Iterator[Function]:
        return (n for n in ast.walk(self.tree) if isinstance(n, Function))

    def imports(self, nodes: Iterator[ast.AST]) -> Iterator[str]:
        """Dotted names that may be modules: `from a import b` gives a and a.b."""
        for node in nodes:
            if isinstance(node, ast.Import):
                yield from (alias.name for alias in node.names)
            elif isinstance(node, ast.ImportFrom):
                base = self._base(node)
                yield base
                yield from (f"{base}.{alias.name}" for alias in node.names)

    def _base(self, node: ast.ImportFrom) -> str:
        if not node.level:
            return node.module or ""
        package = self.name.split(".") + ([""] if self.path.stem == "__init__" else [])
        return ".".join([*package[: -node.level], *filter(None, [node.module])])


MODULES = [Module(p) for p in sorted(PACKAGE.rglob("*.py"))]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))


def each_module(test):
    return pytest.mark.parametrize("module", MODULES, ids=lambda m: m.name)(test)


def each_notebook(test):
    return pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda p: p.stem)(test)


def run(*command: str | Path, timeout: int = 60) -> str:
    """Run a command in the checkout and give what it printed; fail with all of it."""
    done = subprocess.run(
        [str(c) for c in command], cwd=ROOT, capture_output=True, text=True, check=False, timeout=timeout
    )
    assert done.returncode == 0, f"{command} -> {done.returncode}\n{done.stdout}\n{done.stderr}"
    return done.stdout


# The line


@each_module
def test_module_has_its_place_on_the_line(module):
    assert not module.station or module.station in LINE, f"{module.name} stands nowhere on the line {LINE}"


@each_module
def test_imports_go_leftwards(module):
    if module.station not in LINE:
        return
    place = LINE.index(module.station)
    seen = {n.split(".")[1] for n in module.imports(ast.walk(module.tree)) if n.startswith("newskit.")}
    right = sorted(s for s in seen if s in LINE and LINE.index(s) > place)
    assert not right, f"{module.name} imports from {right}, which stand to its right"


def test_modules_import_each_other_in_no_circle():
    names = {m.name for m in MODULES} - {"newskit"}
    graph = {m.name: (set(m.imports(iter(m.tree.body))) & names) - {m.name} for m in MODULES}
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        pytest.fail("a circle of imports: " + " -> ".join(error.args[1]))


# Sizes


@each_module
def test_module_fits_its_name(module):
    lines = len(module.text.splitlines())
    assert lines <= MODULE_LINES, f"{module.name} has {lines} lines: split it by what it is about"


@each_module
def test_functions_are_short(module):
    long = [
        f"{f.name} ({n})" for f in module.functions() if (n := f.end_lineno - f.lineno + 1) > FUNCTION_LINES
    ]
    assert not long, f"{module.name}: {long} have more than {FUNCTION_LINES} lines"


def parameters(function: Function) -> list[str]:
    named = function.args.posonlyargs + function.args.args + function.args.kwonlyargs
    return [a.arg for a in named if a.arg not in {"self", "cls"}]


@each_module
def test_functions_take_few_parameters(module):
    many = [
        f"{f.name} ({n})"
        for f in module.functions()
        if (n := len(parameters(f))) > (PARAMETERS if f.name.startswith("_") else PUBLIC_PARAMETERS)
    ]
    assert not many, f"{module.name}: {many} take too many parameters"


@each_module
def test_functions_name_every_parameter(module):
    open_ended = [f.name for f in module.functions() if f.args.kwarg]
    assert not open_ended, f"{module.name}: {open_ended} take any keyword at all"


def catches_everything(handler: ast.AST) -> bool:
    """Whether it takes any error and keeps it; one that tidies up and raises it again is fine."""
    if not isinstance(handler, ast.ExceptHandler):
        return False
    named = (
        {n.id for n in ast.walk(handler.type) if isinstance(n, ast.Name)}
        if handler.type
        else {"BaseException"}
    )
    last = handler.body[-1]
    raised_again = isinstance(last, ast.Raise) and last.exc is None
    return bool(named & {"Exception", "BaseException"}) and not raised_again


# A fault of the parser costs one page, never the reading; one of the explorer is shown where the reader looks.
CATCH_ALL = {"newskit.outcome": 1, "newskit.widgets.explorer": 1}


@each_module
def test_errors_are_caught_by_name(module):
    lines = [node.lineno for node in ast.walk(module.tree) if catches_everything(node)]
    allowed = CATCH_ALL.get(module.name, 0)
    assert len(lines) <= allowed, f"{module.name} catches everything in lines {lines}"


# One door: text from pages becomes HTML in one module, which escapes it


DOOR = PACKAGE / "widgets" / "page.py"


def opens_the_door(node: ast.AST) -> bool:
    if isinstance(node, ast.Call):
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        unescaped = any(
            k.arg == "escape" and isinstance(k.value, ast.Constant) and k.value.value is False
            for k in node.keywords
        )
        return unescaped or name in {"HTML", "HTMLMath", "Markdown", "display_html"}
    return isinstance(node, ast.Attribute) and node.attr in {"style", "_repr_html_"}


@each_module
def test_html_is_made_behind_one_door(module):
    if module.path == DOOR:
        return
    lines = [n.lineno for n in ast.walk(module.tree) if opens_the_door(n)]
    defined = [f.lineno for f in module.functions() if f.name == "_repr_html_"]
    assert not lines + defined, f"{module.name} makes HTML in lines {lines + defined}: only {DOOR.name} may"


# Notebooks


def cells(path: Path, kind: str) -> list[nbformat.NotebookNode]:
    return [c for c in nbformat.read(path, as_version=4).cells if c.cell_type == kind]


@each_notebook
def test_notebook_opens_with_its_question(path):
    first = nbformat.read(path, as_version=4).cells[0]
    assert first.cell_type == "markdown"
    assert re.match(r"# .*\?\s*(\n|\Z)", first.source), (
        f"the first cell is no question: {first.source[:80]!r}"
    )


@each_notebook
def test_notebook_states_its_parameters_second(path):
    second = nbformat.read(path, as_version=4).cells[1]
    assert second.cell_type == "code"
    assert "parameters" in second.metadata.get("tags", ()), "tag the second cell `parameters`"


@each_notebook
def test_notebook_ends_with_what_it_does_not_show(path):
    last = nbformat.read(path, as_version=4).cells[-1]
    assert last.cell_type == "markdown"
    assert re.search(r"\b(not|no|nor|nothing|cannot)\b", last.source), f"the last cell: {last.source[:80]!r}"


@each_notebook
def test_notebook_is_short(path):
    code = [line for c in cells(path, "code") for line in c.source.splitlines()]
    lines = [line for line in code if line.strip() and not line.lstrip().startswith("#")]
    assert len(lines) <= NOTEBOOK_LINES, f"{len(lines)} lines of code: what is missing in newskit?"
    assert not [line for line in lines if re.match(r"\s*(async\s+def|def|class|lambda)\b|%%", line)]


@each_notebook
def test_notebook_is_committed_without_outputs(path):
    notebook = nbformat.read(path, as_version=4)
    assert "widgets" not in notebook.metadata, (
        "it holds widget state: Kernel, Restart and Clear Outputs, then save"
    )
    for cell in cells(path, "code"):
        assert cell.outputs == [], cell.source
        assert cell.execution_count is None, cell.source


@each_notebook
def test_notebook_names_its_kernel(path):
    """Without it JupyterLab asks for one before the first cell can run."""
    assert nbformat.read(path, as_version=4).metadata.get("kernelspec", {}).get("name") == "python3"


# Files that are committed


def committed() -> list[Path]:
    """Everything git holds or would take; in an unpacked archive the files that are text."""
    try:
        listed = run("git", "ls-files", "--cached", "--others", "--exclude-standard", "-z").split("\0")
    except (AssertionError, FileNotFoundError):
        return [p for p in ROOT.rglob("*") if p.suffix in {".py", ".md", ".toml", ".lock", ".yml", ".ipynb"}]
    return [path for name in listed if name and (path := ROOT / name).is_file()]


# This file names them to find them, and is left out.
ELSEWHERE = {
    "the host of a package registry": r"(pypi|npmjs|pythonhosted|anaconda)\.(org|com)|--(extra-)?index-url",
    "a path of one machine": r"(?<![\w.~-])/(root|home/[a-z]\w*|Users/[a-zA-Z]\w*)/[\w.]",
    "a conflict of a merge": r"(?m)^(<{7} |>{7} )",
}


@pytest.mark.parametrize("what", ELSEWHERE)
def test_committed_files_name_nothing_of_one_machine(what):
    pattern = re.compile(ELSEWHERE[what].encode())
    found = {
        str(path.relative_to(ROOT)): match.group().decode()
        for path in committed()
        if path != Path(__file__) and (match := pattern.search(path.read_bytes()))
    }
    assert not found, f"{what}: {found}"


def test_every_shell_script_is_one():
    run("bash", "-n", ".ci/run")
    assert (ROOT / ".ci/run").stat().st_mode & 0o100


# Packaging


PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def canonical(requirement: str) -> str:
    """`Readability_lxml>=0.9` -> readability-lxml"""
    return re.sub(r"[-_.]+", "-", re.match(r"[\w.-]+", requirement).group()).lower()


def pins(name: str) -> dict[str, list[str]]:
    """Package -> its pins in a lock file (two where versions depend on the Python)."""
    text = (ROOT / name).read_text(encoding="utf-8")
    found: dict[str, list[str]] = {}
    for package, version in re.findall(r"(?m)^([\w.-]+)==([^\s;\\]+)", text):
        found.setdefault(canonical(package), []).append(version)
    return found


def test_every_import_is_a_dependency():
    homes = packages_distributions()
    declared = {canonical(d) for d in PROJECT["project"]["dependencies"]}
    names = {n.split(".")[0] for m in MODULES for n in m.imports(ast.walk(m.tree)) if n}
    others = names - set(sys.stdlib_module_names) - {"newskit"}
    missing = {n for n in others if not {canonical(home) for home in homes.get(n, [n])} & declared}
    assert not missing, f"{missing} are imported but stand in no line of pyproject.toml"


def test_locks_hold_every_dependency():
    groups = PROJECT["dependency-groups"]
    lab = {canonical(d) for d in PROJECT["project"]["dependencies"] + groups["build"]}
    assert lab <= set(pins("requirements.lock")), "make lock"
    assert lab | {canonical(d) for d in groups["test"]} <= set(pins("requirements-test.lock")), "make lock"


def test_locks_agree():
    lab, test = pins("requirements.lock"), pins("requirements-test.lock")
    assert lab == {package: test.get(package) for package in lab}, "make lock"


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-test.lock"])
def test_every_pin_has_a_hash(name):
    text = (ROOT / name).read_text(encoding="utf-8")
    for pin in re.split(r"(?m)^(?=[\w.-]+==)", text)[1:]:
        assert "--hash=sha256:" in pin, pin.splitlines()[0]


def test_make_help_lists_every_target():
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.search(r"(?m)^\.PHONY: (.*)", makefile).group(1).split())
    assert targets - {"browser"} == set(re.findall(r"(?m)^make (\w+) ", run("make", "help")))


def test_wheel_holds_what_newskit_reads(tmp_path):
    run(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", tmp_path)
    (wheel,) = tmp_path.glob("*.whl")
    names = set(zipfile.ZipFile(wheel).namelist())
    data = (p for p in PACKAGE.rglob("*") if p.is_file() and "__pycache__" not in p.parts)
    beside = itertools.chain((ROOT / "codebooks").glob("*.yaml"), NOTEBOOKS)
    wanted = {p.relative_to(ROOT).as_posix() for p in data} | {
        f"newskit/{p.relative_to(ROOT).as_posix()}" for p in beside
    }
    assert wanted <= names, sorted(wanted - names)


# conda


def test_conda_environment_is_thin():
    environment = YAML(typ="safe").load(ROOT / "environment.yml")
    *conda, pip = environment["dependencies"]
    assert conda == [f"python {PROJECT['project']['requires-python']}", "pip"]
    assert pip == {"pip": ["-e ."]}, "versions stand in pyproject.toml"


@pytest.mark.slow
def test_conda_environment_installs_into_a_fresh_venv(tmp_path):
    """What environment.yml names is installed as conda would have pip do it.

    The versions are held to the locked ones, so that a release elsewhere fails no change here.
    """
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    held = tmp_path / "held.txt"
    held.write_text("\n".join(re.findall(r"(?m)^[\w.-]+==[^\\\n]+", lock)), encoding="utf-8")
    wanted = YAML(typ="safe").load(ROOT / "environment.yml")["dependencies"][-1]["pip"]
    run(sys.executable, "-m", "venv", tmp_path / "env")
    python = tmp_path / "env" / "bin" / "python"
    for line in wanted:
        run(python, "-m", "pip", "install", "--quiet", "-c", held, *line.split(), timeout=600)
    where = run(python, "-P", "-c", "import newskit; print(newskit.__file__)")
    assert Path(where.strip()).parent == PACKAGE
    run(tmp_path / "env" / "bin" / "newskit", "--help")
