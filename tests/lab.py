"""JupyterLab in a real browser: one server and one browser for all tests that ask for them.

The fixture `open_notebook` opens a notebook of the checkout (a copy of it: nothing there is written):

    notebook = open_notebook("02_topics_over_time")
    notebook.run_all()
    assert notebook.errors() == []
    notebook.page.locator(".some-widget button").click()      # Playwright's Page, for whatever else
    notebook.screenshot("after the click")                    # into NEWSKIT_SCREENSHOTS, where it is set
"""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.error import URLError

import nbformat
import pytest
from playwright.sync_api import Browser, Locator, Page, expect, sync_playwright

__all__ = ["Lab", "Notebook", "browser", "lab", "open_notebook"]

ROOT = Path(__file__).parent.parent
NEWSKIT_LAB = (str(Path(sys.executable).with_name("newskit")), "lab", "--folder")
BROWSERS = (
    *("chromium", "chromium-browser", "google-chrome"),
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
)
BROWSER_ARGS = [
    *["--no-sandbox", "--disable-gpu", "--enable-unsafe-swiftshader", "--disable-quic", "--no-first-run"],
    *["--disable-background-networking", "--disable-component-update", "--disable-sync"],
]
START_SECONDS = 180  # the demonstration corpus is made first
RUN_SECONDS = 240
ASK_AGAIN_SECONDS = 6.0
# Lab takes cells far outside the window out of the page: a tall window keeps them all in it.
WINDOW = {"width": 1440, "height": 4000}


@dataclass(frozen=True)
class Lab:
    """A running JupyterLab; it shows copies of the notebooks, made anew whenever one is opened."""

    url: str
    notebooks: Path
    folder: Path

    def renew(self, name: str) -> int:
        """Lay the notebook as it is committed, or as a test wrote it; give the number of its code cells."""
        committed, path = (folder / f"{name}.ipynb" for folder in (self.notebooks, self.folder))
        if committed.exists():
            shutil.copy(committed, path)
        return sum(cell.cell_type == "code" for cell in nbformat.read(path, as_version=4).cells)

    def end_kernels(self, page: Page) -> None:
        """Shut all kernels down, so that the next test starts with a new one."""
        cookies = {cookie["name"]: cookie["value"] for cookie in page.context.cookies()}
        headers = {"X-XSRFToken": cookies.get("_xsrf", "")}
        for session in page.request.get(f"{self.url}/api/sessions").json():
            ended = page.request.delete(f"{self.url}/api/sessions/{session['id']}", headers=headers)
            assert ended.status in {204, 404, 410}, ended.text()


@dataclass(frozen=True)
class Notebook:
    """A notebook that is open in the browser."""

    page: Page
    name: str
    code_cells: int
    screenshots: Path

    def run_all(self, seconds: int = RUN_SECONDS) -> None:
        """Run all cells; come back when each has its number, or when one has failed.

        Lab says Idle before its session stands, and loses all or some of what was asked for until then:
        where no cell runs and some have not run, it is asked again.
        """
        expect(self._prompts, "are all cells in the page? It may need a taller WINDOW").to_have_count(
            self.code_cells, timeout=20_000
        )
        asked = -ASK_AGAIN_SECONDS
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            prompts = self.prompts()
            if self.errors() or (self.ran_in_order() and len(prompts) == self.code_cells):
                self.page.wait_for_timeout(1000)  # what the last cell shows is still being drawn
                return
            if "[*]:" in prompts:
                asked = time.monotonic()
            elif time.monotonic() - asked > ASK_AGAIN_SECONDS:
                self.menu("Run", "Run All Cells")
                asked = time.monotonic()
            self.page.wait_for_timeout(250)
        self.screenshot("too slow")
        pytest.fail(f"{self.name} still runs after {seconds} seconds: cells are at {self.prompts()}")

    def prompts(self) -> list[str]:
        """What stands before each code cell: `[ ]:`, `[*]:` while it runs, `[3]:` once it has run."""
        return [text.strip() for text in self._prompts.all_inner_texts()]

    def ran_in_order(self) -> bool:
        """Whether every cell has run, each right after the one above it."""
        found = [re.fullmatch(r"\[(\d+)\]:", prompt) for prompt in self.prompts()]
        numbers = [int(match.group(1)) for match in found if match]
        return (
            bool(numbers)
            and len(numbers) == len(found)
            and numbers == list(range(numbers[0], numbers[0] + len(found)))
        )

    def errors(self) -> list[str]:
        """Tracebacks, widgets that could not be drawn, and what a widget of ours could not do."""
        return self.page.locator(
            '.jp-OutputArea-output[data-mime-type="application/vnd.jupyter.error"], '
            '.jp-OutputArea-output[data-mime-type="application/vnd.jupyter.stderr"]:has-text("Error"), '
            '.jp-OutputArea-output:has-text("Error displaying widget"), '
            '.jp-OutputArea-output:has-text("Error rendering output"), .nk-error'
        ).all_inner_texts()

    def screenshot(self, what: str = "run") -> Path:
        """Save the page down to its last cell as a picture."""
        self.screenshots.mkdir(parents=True, exist_ok=True)
        path = self.screenshots / f"{self.name} {what}.png".replace(" ", "-")
        last = self.page.locator(".jp-Notebook .jp-Cell").last.bounding_box()
        height = max(int(last["y"] + last["height"]) + 40, 400) if last else WINDOW["height"]
        if height > WINDOW["height"]:
            self.page.set_viewport_size(WINDOW | {"height": height + 100})
            self.page.wait_for_timeout(1000)  # what has come into the window is still being drawn
        self.page.screenshot(path=path, clip={"x": 0, "y": 0, "width": WINDOW["width"], "height": height})
        self.page.set_viewport_size(WINDOW)
        return path

    def menu(self, menu: str, item: str) -> None:
        """Choose an item of the menu bar."""
        asked = self.page.locator("dialog").all_inner_texts()
        assert not asked, f"JupyterLab asks: {asked}"
        self.page.locator(f'.lm-MenuBar-itemLabel:text-is("{menu}")').click()
        self.page.locator(f'.lm-Menu-itemLabel:text-is("{item}")').click()

    @property
    def _prompts(self) -> Locator:
        return self.page.locator(".jp-Notebook .jp-CodeCell .jp-InputPrompt")


@pytest.fixture(scope="session")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """`newskit lab` on a copy of notebooks/, with its own settings, data and workspaces."""
    home = tmp_path_factory.mktemp("lab")
    with serving(NEWSKIT_LAB, ROOT / "notebooks", home) as running:
        yield running


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """The machine's Chromium, driven by Playwright, whose event loop must end before a test starts its own."""
    path = next(filter(None, map(shutil.which, BROWSERS)), None)
    if path is None:
        (pytest.fail if os.environ.get("CI") else pytest.skip)(
            "no browser: `make test` installs one, or install Chromium"
        )
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=path, args=BROWSER_ARGS)
        yield running
        running.close()


@pytest.fixture
def open_notebook(lab: Lab, browser: Browser, tmp_path: Path) -> Iterator[Callable[[str], Notebook]]:
    """A function: the name of a notebook (its stem) -> the notebook, open in a fresh page."""
    screenshots = Path(os.environ.get("NEWSKIT_SCREENSHOTS", tmp_path))
    context = browser.new_context(viewport=WINDOW)
    pages: list[Page] = []

    def opened(name: str) -> Notebook:
        code_cells = lab.renew(name)
        pages.append(context.new_page())
        pages[-1].goto(f"{lab.url}/lab/tree/{name}.ipynb?reset", wait_until="domcontentloaded")
        pages[-1].locator(".jp-Notebook .jp-CodeCell").first.wait_for(timeout=60_000)
        return Notebook(pages[-1], name, code_cells, screenshots)

    yield opened
    if pages:
        lab.end_kernels(pages[-1])
    context.close()


@contextmanager
def serving(command: tuple[str, ...], notebooks: Path, home: Path) -> Iterator[Lab]:
    """Run a Lab on a copy of a folder, everything that it keeps below `home`; end it afterwards."""
    folder = shutil.copytree(notebooks, home / "notebooks")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    options = f"--no-browser --allow-root --ip=127.0.0.1 --port={port} --ServerApp.port_retries=0".split()
    own = {
        "IPYTHONDIR": home / "ipython",
        "JUPYTER_CONFIG_DIR": home / "config",
        "JUPYTER_DATA_DIR": home / "data",
        "JUPYTER_RUNTIME_DIR": home / "runtime",
        "JUPYTERLAB_SETTINGS_DIR": home / "settings",
        "JUPYTERLAB_WORKSPACES_DIR": home / "workspaces",
    }
    log = home / "lab.log"
    with log.open("wb") as out:
        server = subprocess.Popen(
            [*command, str(folder), *options, "--IdentityProvider.token="],
            cwd=home,
            env=os.environ | {name: str(path) for name, path in own.items()},
            stdout=out,
            stderr=subprocess.STDOUT,
        )
    try:
        url = f"http://127.0.0.1:{port}"
        _wait_for(f"{url}/api/status", server, log)
        yield Lab(url, notebooks, folder)
    finally:
        server.terminate()
        try:
            server.wait(20)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


def _wait_for(url: str, server: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until and server.poll() is None:
        try:
            with urllib.request.urlopen(url, timeout=5):
                return
        except (URLError, OSError):
            time.sleep(0.25)
    text = log.read_text(encoding="utf-8", errors="replace")
    pytest.fail(f"JupyterLab is not there ({server.poll()=}); it said:\n{text[-4000:]}")
