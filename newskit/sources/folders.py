"""What a user points at: files, folders and patterns become a list of files, each once."""

from __future__ import annotations

import glob
import json
import os
import re
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain, groupby, islice
from operator import itemgetter
from pathlib import Path, PurePath

from newskit.errors import SourceError, nearest
from newskit.seen import Seen, digest_of

__all__ = ["Files", "is_hidden", "listed", "saved_parts"]

_SYSTEM = {"thumbs.db", "desktop.ini", "__macosx", "ehthumbs.db", "$recycle.bin"}
_SAVED = ("_files", "-files", "_file", "-dateien", "_fichiers", "_archivos", "_bestanden", ".files")
_PAGES = (".html", ".htm", ".xhtml")
_PACK = 1_000  # files that are packed together
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")

_Place = tuple[Path, Path, str]  # what was asked for, the folder of a file under it, and the name of the file


class Files:
    """Paths of files with the names a reader sees, and how many were passed over, by why.

    They are kept packed: a path as an object takes 50 times as much, and there may be millions.
    """

    def __init__(
        self, names: Iterable[tuple[str, str]] = (), passed_over: Mapping[str, int] | None = None
    ) -> None:
        self.passed_over = passed_over or {}
        rest = iter(names)
        packs = iter(lambda: list(islice(rest, _PACK)), [])
        self._packs = [(len(pack), zlib.compress(json.dumps(pack).encode(), 1)) for pack in packs]

    def __len__(self) -> int:
        return sum(size for size, _ in self._packs)

    def __iter__(self) -> Iterator[tuple[str, str]]:
        for _, pack in self._packs:
            yield from json.loads(zlib.decompress(pack))

    def inside(self, folder: Path) -> str | None:
        """Give the first file that lies in a folder, by itself or by what it is a link to; None where none does."""
        apart = set[str]()  # folders that do not: a hundred thousand pages lie in few
        for path, _ in self:
            here = os.path.dirname(path)  # noqa: PTH120 - a Path takes longer than all else here
            if here not in apart and not _holds(folder, here):
                apart.add(here)
            if here not in apart or (os.path.islink(path) and _holds(folder, path)):  # noqa: PTH114
                return path
        return None


def listed(paths: str | Path | Iterable[str | Path]) -> Files:
    """List the files under paths, sorted by path, each once; raises SourceError for what is not there or empty."""
    asked = [paths] if isinstance(paths, str | Path) else list(paths)
    if not asked:
        raise SourceError("No path was given. Give a file, a folder or a pattern such as 'pages/*.html'.")
    passed_over = Counter[str]()
    found = sorted(_each_once(asked, passed_over))
    return Files(_apart(found), passed_over)


def _each_once(asked: Iterable[str | Path], passed: Counter[str]) -> Iterator[str]:
    seen = Seen()
    for real, line in chain.from_iterable(_lines(one, passed) for one in asked):
        if real in seen:
            passed["files named twice"] += 1
        else:
            seen.add(real)
            yield line


def _holds(folder: Path, path: str) -> bool:
    real = Path(os.path.realpath(path))  # where links go round, too
    return folder == real or folder in real.parents


def _lines(asked: str | Path, passed: Counter[str]) -> Iterator[tuple[bytes, str]]:
    """Give of each file under a path a digest of where it really lies, and one text of its path and name.

    The parts of the path end in what no part holds: so these texts sort as paths do, in a third of the memory.
    """
    for (root, folder), files in groupby(_under(asked, passed), itemgetter(0, 1)):
        real, parts, shown = os.path.realpath(folder), _parts(folder), _shown(root, folder)
        for *_, name in files:
            path = os.path.join(folder, name)  # noqa: PTH118 - a Path takes longer than all else here
            file = os.path.realpath(path) if os.path.islink(path) else f"{real}/{name}"  # noqa: PTH114
            yield digest_of(file), f"{parts}{name}\0\0{shown}{_label(name)}"


def _parts(folder: Path) -> str:
    return folder.anchor + "".join(f"{part}\0" for part in folder.parts[bool(folder.anchor) :])


def _shown(root: Path, folder: Path) -> str:
    """Give what a reader sees of a folder: from the folder on that was named."""
    shown = _label(folder.relative_to(root.parent).as_posix())
    return "" if shown == "." else f"{shown}/"


def _apart(lines: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Give paths and names; tell files of the same name apart by their whole path."""
    once, twice = Seen(), set[str]()
    for line in lines:
        name = line.rpartition("\0")[2]
        digest = digest_of(name)
        if digest in once:
            twice.add(name)
        once.add(digest)
    for line in lines:
        parts, _, name = line.partition("\0\0")
        path = parts.replace("\0", os.sep)
        yield path, _label(Path(path).as_posix()) if name in twice else name


def _label(name: str) -> str:
    text = name if name.isascii() else os.fsencode(name).decode("utf-8", "replace")
    return _UNPRINTABLE.sub("\ufffd", text)


def _under(asked: str | Path, passed: Counter[str]) -> Iterator[_Place]:
    """Give the places of the files under one path that was asked for."""
    path, found = Path(asked).expanduser(), False
    there = os.path.lexists(path)
    if not there and not glob.has_magic(str(asked)):
        raise SourceError(_missing(str(asked), path))
    for place in _there(path, passed) if there else _matches(str(path), passed):
        found = True
        yield place
    if not found and there:
        raise SourceError(
            f"The folder {str(asked)!r} holds no files to read{_told(passed)}. Is it the right one?"
        )
    if not found:
        raise SourceError(f"No file matches {str(asked)!r}.{_nearby(_fixed(str(path)) / 'x')}")


def _there(path: Path, passed: Counter[str]) -> Iterator[_Place]:
    return _walk(path, path, passed) if path.is_dir() else iter([(path, path.parent, path.name)])


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


def _matches(pattern: str, passed: Counter[str]) -> Iterator[_Place]:
    """Give the places of the files that a pattern matches; of a folder that matches, of those in it."""
    root = _fixed(pattern)
    hits = sorted(root.glob(str(PurePath(pattern).relative_to(root))))
    for hit in hits:
        if is_hidden(hit.relative_to(root)):
            passed["hidden files"] += hit.is_file()
        elif hit.is_dir():
            yield from () if _is_saved_folder(hit) or "**" in pattern else _walk(hit, hit, passed)
        elif _in_saved_folder(hit, root):
            passed["parts of saved pages"] += 1
        else:
            yield root, hit.parent, hit.name


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


def _walk(root: Path, folder: Path, passed: Counter[str]) -> Iterator[_Place]:
    """Give the places of the files in a folder and below; links to folders are not followed, for they can go round."""
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
        yield from ((root, folder, name) for name in sorted(shown))
    for error in unreadable:
        locked = Path(os.fsdecode(error.filename))
        yield root, locked.parent, locked.name
