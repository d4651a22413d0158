"""Mistakes: what is wrong with a file that YAML cannot read, or would read otherwise than it was meant."""

from __future__ import annotations

import re
import unicodedata

from ruamel.yaml.error import MarkedYAMLError
from ruamel.yaml.events import ScalarEvent

from newskit.errors import CodebookError

__all__ = ["OURS", "check_characters", "check_comment", "not_yaml", "quoted"]

OURS = ("codebook", "version", "topics", "any", "none", "about")
_UNREADABLE = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_UNSEEN = "\xa0\u1680\u2000-\u200f\u2028-\u202f\u205f\u2060\u3000\ufeff"
_UNSEEN_LAYOUT = re.compile(
    rf"^ *+(?:([{_UNSEEN}])[ {_UNSEEN}]*+(?:-[ {_UNSEEN}]|[\w >]+:(?:[ {_UNSEEN}]|$))|-([{_UNSEEN}])"
    rf"|[\w >]+:([{_UNSEEN}])[ {_UNSEEN}]*$)",
    re.MULTILINE,
)  # around what YAML is made of: before a '-' or a name, behind a '-' or a ':'
_KEY = re.compile(r"( *)([^\s#'\"-][^:#]*?) *:(?:\s|$)")


def quoted(rule: str) -> str:
    """Write a rule so that YAML and Python take it whole; a straight apostrophe is read as the round one."""
    return "'" + rule.strip().replace("'", "’") + "'"


def check_characters(text: str, source: str) -> None:
    """Refuse what YAML cannot read, and spaces that are none to it where they would change what stands under what."""
    if found := _UNREADABLE.search(text):
        raise _wrong(
            text, source, found.start(), f"the character {_name(found[0])} cannot be read. Take it away."
        )
    if not text.isascii() and (found := _UNSEEN_LAYOUT.search(text)):
        at = next(found.start(n) for n in (1, 2, 3) if found[n])
        what = f"{_name(text[at])} is no space to YAML. Write spaces in its place."
        raise _wrong(text, source, at, what)


def check_comment(event: ScalarEvent, text: str, source: str) -> None:
    """Refuse a rule without quotes that a # without a space behind it cuts short: '- climate #strike'."""
    if not event.implicit[0]:  # it stands in quotes
        return
    rest = text[event.end_mark.index : event.end_mark.index + 200].split("\n", 1)[0]
    if not (found := re.match(r"[ \t]+(#\s*\w.*)", rest)) or (event.value and not re.match(r"#\w", found[1])):
        return
    whole = quoted(f"{event.value} {found[1].removeprefix('# ')}")
    what = f"# begins a comment, so that {found[1]!r} is not read. Write {whole}"
    what += ", or a space behind the # if it is a comment." if event.value else "."
    raise _wrong(text, source, event.start_mark.index, what)


def not_yaml(wrong: MarkedYAMLError, text: str, source: str) -> CodebookError:
    """Make the error for a file that is not YAML."""
    mark = wrong.problem_mark or wrong.context_mark
    if not mark:
        return CodebookError(f"{source}: not YAML: {wrong.problem}.")
    lines = text.splitlines()
    hint = _hint(wrong, lines, min(mark.line, len(lines) - 1))
    return CodebookError(f"{_where(lines, source, mark.line)}: not YAML: {wrong.problem}.{hint}")


def _hint(wrong: MarkedYAMLError, lines: list[str], at: int) -> str:
    problem, line = str(wrong.problem), lines[at]
    before = next((n for n in range(at - 1, -1, -1) if lines[n].strip()), at)
    if "'\\t'" in problem:
        return " Indent with spaces, not tabs."
    for n in (before, at):
        if hint := _broken(lines[n], n):
            return hint
    if (
        ("mapping values" in problem or "expected ':'" in problem)
        and before != at
        and (hint := _misplaced(line, lines[before], before))
    ):
        return hint
    if "start>'" in problem and (like := _like(lines, at)):
        return f" It is indented by {_indent(line)} spaces, {like}. Begin both in the same column."
    if "',' or" in problem:
        return " A bracket is not closed, or a rule between brackets needs quotes around all of it: ['\"a b\" OR c', d]."
    return _quotes(line)


def _like(lines: list[str], at: int) -> str:
    """Find what a line that is indented as none above it was to stand beside: the last of its kind."""
    kind = _kind(lines[at])
    for n in range(at - 1, -1, -1):
        if kind and _kind(lines[n]) == kind:
            return f"line {n + 1} by {_indent(lines[n])}" if _indent(lines[n]) != _indent(lines[at]) else ""
    return ""


def _kind(line: str) -> str:
    if line.lstrip().startswith("- "):
        return "rule"
    found = _KEY.match(line)
    return "" if not found else "entry" if found[2] in OURS[3:] else "topic"


def _broken(line: str, at: int) -> str:
    """Say what is wrong with one line by itself."""
    if re.match(rf"\s*(?:- +)?(?:{'|'.join(OURS)}|[^:\"']+(?=：\s*$))：", line):
        return f" Line {at + 1} has a full-width colon. Write ': ' in its place."
    if re.match(r"\s*-[^\s-]", line):
        return f" Line {at + 1} has no space behind its '-'. Write '- '."
    return ""


def _misplaced(line: str, before: str, at: int) -> str:
    """Explain a name that stands where none can, by the line before it."""
    name = line.strip().split(":")[0]
    if before.lstrip().startswith("- ") and _indent(line) > _indent(before) and name in OURS:
        return f" '{name}:' is indented so far that it belongs to the rule above. Begin it in the same column as 'any:'."
    if ":" not in before and not before.lstrip().startswith("- ") and _indent(line) > _indent(before):
        return f" Line {at + 1} lacks its colon. Write '{before.strip()}:'."
    return ""


def _quotes(line: str) -> str:
    """Write anew a line whose text needs quotes around all of it."""
    dash, _, rule = line.partition("- ")
    if not dash.strip() and rule:
        whole = rule
    elif found := _KEY.match(line):
        whole = line[found.end() :]
    else:
        return ""
    if not whole.strip() or whole.lstrip()[0] in "'[{":
        return " A rule with quotation marks, a colon or a leading * needs quotes around all of it: '\"a b\" OR c'."
    return f" A text with quotation marks, a colon or a leading sign needs quotes around all of it. Write {quoted(whole)}."


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" "))


def _name(character: str) -> str:
    named = unicodedata.name(character, "a control character").lower()
    return f"U+{ord(character):04X} ({named})"


def _wrong(text: str, source: str, at: int, what: str) -> CodebookError:
    line = text.count("\n", 0, at)
    return CodebookError(f"{_where(text.split(chr(10)), source, line)}: {what}")


def _where(lines: list[str], source: str, at: int) -> str:
    topic = _topic(lines, at)
    return f"{source}, line {at + 1}" + (f", topic {topic!r}" if topic else "")


def _topic(lines: list[str], at: int) -> str:
    """Find the topic that a line belongs to by the names above it that are indented less."""
    names: list[str] = []
    indent = _indent(lines[at].lstrip("\ufeff")) if at < len(lines) else 0
    for line in reversed(lines[:at]):
        found = _KEY.match(line)
        if found and len(found[1]) < indent:
            indent = len(found[1])
            if found[2] not in OURS:
                names.append(found[2])
    return " > ".join(reversed(names))
