"""`knit packs check PATH [--json] [--lgsl FILE]`: exit 0 sound, 1 findings, 2 bad arguments."""

from __future__ import annotations

import argparse
import csv
import json
from pathlib import Path
from typing import NoReturn, TextIO

from typing_extensions import override

from desktop.domain.errors import InvalidInput
from desktop.packs.checks import check_path
from desktop.packs.documents import Finding

MOST_LIST = 5_000_000
"""Bytes of a list of services."""
OK, FINDINGS, BAD_ARGUMENTS = 0, 1, 2


class _Parser(argparse.ArgumentParser):
    """A parser whose complaint is an error of ours, not an exit."""

    @override
    def error(self, message: str) -> NoReturn:
        raise InvalidInput(f"{self.prog}: {message}.", self.format_usage().strip(), key="packs.arguments")


def packs_command(argv: list[str], out: TextIO, err: TextIO) -> int:
    """Runs the command; gives its exit code."""
    try:
        options = _build_parser().parse_args(argv)
        findings = check_path(Path(options.path), lgsl=load_lgsl(Path(options.lgsl)) if options.lgsl else None)
    except SystemExit as asked:  # --help
        return asked.code if isinstance(asked.code, int) else BAD_ARGUMENTS
    except InvalidInput as error:
        err.write(f"{error}\n")
        return BAD_ARGUMENTS
    _report(findings, out, as_json=options.json)
    return FINDINGS if findings else OK


def load_lgsl(file: Path) -> frozenset[int]:
    """Numbers of a Local Government Services List: a CSV file with a column `lgsl` or `LGSL`.

    Raises:
        InvalidInput: it is not there, or no such list.
    """
    try:
        if file.stat().st_size > MOST_LIST:
            raise ValueError("too large")
        rows = list(csv.reader(file.read_text(encoding="utf-8-sig").splitlines()))
        column = [name.strip().lower() for name in rows[0]].index("lgsl")
        return frozenset(int(row[column]) for row in rows[1:] if row)
    except (OSError, ValueError, IndexError, csv.Error) as error:
        raise InvalidInput(
            "The list of services cannot be read.",
            f"It is CSV with a column “lgsl”: {file}",
            key="packs.lgsl",
            field="lgsl",
        ) from error


def _build_parser() -> argparse.ArgumentParser:
    parser = _Parser(prog="knit packs", description="Service packs: whether they are sound.")
    commands = parser.add_subparsers(dest="command", required=True, parser_class=_Parser)
    check = commands.add_parser("check", help="every finding with file, line and field; exit 1 where there are any")
    check.add_argument("path", metavar="PATH", help="a pack, a council's overrides, a folder of them, or one file")
    check.add_argument("--json", action="store_true", help="findings as a JSON list")
    check.add_argument("--lgsl", default="", metavar="FILE", help="the Local Government Services List as CSV")
    return parser


def _report(findings: list[Finding], out: TextIO, *, as_json: bool) -> None:
    if as_json:
        rows = [{"file": str(f.file), "line": f.line, "field": f.field, "message": f.message} for f in findings]
        out.write(json.dumps(rows, ensure_ascii=False, indent=2) + "\n")
        return
    for finding in findings:
        field = f" {finding.field}:" if finding.field else ""
        out.write(f"{finding.file}:{finding.line}:{field} {finding.message}\n")
    out.write(f"{len(findings) or 'No'} finding{'' if len(findings) == 1 else 's'}.\n")
