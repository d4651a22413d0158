"""What a user points at: files, folders and patterns become a list of files, each once."""

from __future__ import annotations

import glob
import os
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from operator import attrgetter
from pathlib import Path, PurePath

from newskit.errors import SourceError, nearest

__all__ = ["Files", "is_hidden", "listed", "saved_parts"]

_SYSTEM = {"thumbs.db", "desktop.ini", "__macosx", "ehthumbs.db", "$recycle.bin"}
_SAVED = ("_files", "-files", "_file", "-dateien", "_fichiers", "_archivos", "_bestanden", ".files")
_PAGES = (".html", ".htm", ".xhtml")
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")


@dataclass(frozen=True)
class Files:
    """Files with the names a reader sees, and how many were passed over, by why."""

    names: dict[Path, str] = field(default_factory=dict)
    passed_over: Counter[str] = field(default_factory=Counter)


def listed(paths: str | Path | Iterable[str | Path]) -> Files:
    """List the files under paths, sorted by path, each once; raises SourceError for what is not there or empty."""
    asked = [paths] if isinstance(paths, str | Path) else list(paths)
    if not asked:
        raise SourceError("No path was given. Give a file, a folder or a pattern such as 'pages/*.html'.")
    files, seen = Files(), set[str]()
    folders: dict[
        tuple[Path, Path], tuple[str, str]
    ] = {}  # what holds for all files of a folder is asked once
    for one in asked:
        for root, path in _under(one, files.passed_over):
            where = (root, path.parent)
            if where not in folders:
                folders[where] = (os.path.realpath(path.parent), _prefix(root, path))
            real = f"{folders[where][0]}/{path.name}" if not path.is_symlink() else os.path.realpath(path)
            if real in seen:
                files.passed_over["files named twice"] += 1
                continue
            seen.add(real)
            files.names[path] = folders[where][1] + _label(path.name)
    return Files(_apart(files.names), files.passed_over)


def _prefix(root: Path, path: Path) -> str:
    """Give what a reader sees of the folder of a file: from the folder on that was named."""
    if root == path:
        return ""
    folder = _label(str(path.parent.relative_to(root.parent).as_posix()))
    return "" if folder == "." else f"{folder}/"


def _apart(names: dict[Path, str]) -> dict[Path, str]:
    """Sort, and tell files of the same name apart by their whole path."""
    often = Counter(names.values())
    ordered = sorted(names, key=attrgetter("parts"))  # as paths are ordered, but ten times as fast
    return {path: names[path] if often[names[path]] == 1 else _label(path.as_posix()) for path in ordered}


def _label(name: str) -> str:
    text = name if name.isascii() else os.fsencode(name).decode("utf-8", "replace")
    return _UNPRINTABLE.sub("\ufffd", text)


def _under(asked: str | Path, passed: Counter[str]) -> Iterator[tuple[Path, Path]]:
    """Give (root, file) for one path that was asked for."""
    path = Path(asked).expanduser()
    if os.path.lexists(path):
        found = [(path, path)] if not path.is_dir() else [(path, inner) for inner in _walk(path, passed)]
        if not found:
            raise SourceError(
                f"The folder {str(asked)!r} holds no files to read{_told(passed)}. Is it the right one?"
            )
    elif glob.has_magic(str(asked)):
        found = list(_matches(str(path), passed))
        if not found:
            raise SourceError(f"No file matches {str(asked)!r}.{_nearby(_fixed(str(path)) / 'x')}")
    else:
        raise SourceError(_missing(str(asked), path))
    yield from found


def _told(passed: Counter[str]) -> str:
    return f" (passed over: {', '.join(f'{n} {why}' for why, n in passed.items())})" if passed else ""


def _missing(asked: str, path: Path) -> str:
    if re.match(r"\w{2,10}:/", asked):
        return (
            f"{asked!r} is an address of a kind that newskit does not fetch: it must begin with http:// or https://, "
            "and be a text, not a Path. Or save the page, and give its file."
        )
    return f"No file or folder {asked!r}.{_nearby(path)}"


def _nearby(path: Path) -> str:
    """Suggest what is there: the nearest name in the folder, or that the folder itself is missing."""
    folder = path.parent
    if not folder.is_dir():
        return f" There is no folder {str(folder)!r} either; the notebook runs in {Path.cwd().name!r}."
    try:
        names = sorted(inner.name for inner in islice(folder.iterdir(), 10_000))
    except OSError:
        return ""
    return (
        nearest(path.name, names) or f" {str(folder)!r} holds {', '.join(map(repr, names[:5])) or 'nothing'}."
    )


def _fixed(pattern: str) -> Path:
    """Give the folder that a pattern starts from: what stands before its first wildcard."""
    parts = Path(pattern).parts
    wild = next((i for i, part in enumerate(parts) if glob.has_magic(part)), len(parts) - 1)
    return Path(*parts[:wild]) if wild else Path()


def _matches(pattern: str, passed: Counter[str]) -> Iterator[tuple[Path, Path]]:
    """Give (root, file) for a pattern; of a folder that matches, the files in it."""
    root = _fixed(pattern)
    hits = sorted(root.glob(str(PurePath(pattern).relative_to(root))))
    for hit in hits:
        if is_hidden(hit.relative_to(root)):
            passed["hidden files"] += hit.is_file()
        elif hit.is_dir():
            inner = [] if _is_saved_folder(hit) or "**" in pattern else list(_walk(hit, passed))
            yield from ((hit, path) for path in inner)
        elif _in_saved_folder(hit, root):
            passed["parts of saved pages"] += 1
        else:
            yield root, hit


def _in_saved_folder(path: Path, root: Path) -> bool:
    return any(_is_saved_folder(root / folder) for folder in path.relative_to(root).parents if folder.name)


def _is_saved_folder(folder: Path) -> bool:
    """Tell the folder that a browser puts beside a page which it saves complete."""
    stems = [folder.name[: -len(end)] for end in _SAVED if folder.name.lower().endswith(end)]
    return any(folder.with_name(stem + ending).exists() for stem in stems for ending in _PAGES)


def saved_parts(paths: Iterable[PurePath]) -> set[PurePath]:
    """Give those of the paths that lie in a folder which a browser saved beside a page that is among them."""
    paths = list(paths)
    pages = {path.parent / path.stem for path in paths if path.suffix.lower() in _PAGES}
    folders = {page.with_name(page.name + end) for page in pages for end in _SAVED}
    return {path for path in paths if any(PurePath(parent) in folders for parent in path.parents)}


def is_hidden(path: PurePath) -> bool:
    """Tell hidden files and what operating systems leave in folders."""
    return any(map(_is_hidden, path.parts))


def _is_hidden(name: str) -> bool:
    return name.lower() in _SYSTEM or bool(name.startswith(".") and name.strip("."))


def _walk(folder: Path, passed: Counter[str]) -> Iterator[Path]:
    """Give the files in a folder and below, sorted; links to folders are not followed, for they can go round."""
    unreadable: list[OSError] = []
    for here, folders, names in os.walk(folder, onerror=unreadable.append):
        shown = [name for name in names if not _is_hidden(name)]
        passed["hidden files"] += len(names) - len(shown)
        passed["links to folders"] += sum(Path(here, name).is_symlink() for name in folders)
        kept = []
        for name in sorted(folders):
            if _is_hidden(name):
                passed["hidden folders"] += 1
            elif _is_saved_folder(Path(here, name)):
                passed["parts of saved pages"] += sum(len(files) for _, _, files in os.walk(Path(here, name)))
            else:
                kept.append(name)
        folders[:] = kept
        folder = Path(here)
        yield from (folder / name for name in sorted(shown))
    yield from (Path(os.fsdecode(error.filename)) for error in unreadable)
