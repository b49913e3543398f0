"""An audit as text, JSON, SARIF 2.1.0 (for code hosts) and Markdown (for a report)."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from hashlib import sha256
from typing import Any
from urllib.parse import quote

from itil_cli import __version__
from itil_cli.process.auditing.codes import CODES, sentence
from itil_cli.process.time import zones
from itil_cli.render.machine import document, dumps, findings_document
from itil_cli.render.text import one_line

POLICY = "itil.yaml"  # where a code host shows what is about no file
_LEVELS = ("claimed", "signed", "attested")
_SARIF = {"error": "error", "warning": "warning", "note": "note"}


def render(audit: Any, form: str, *, evidence: bool, quiet: bool) -> str:
    """The audit in a form; `evidence` shows the sample instead of the findings."""
    return _FORMS[form](audit, evidence, quiet)


def _json(audit: Any, evidence: bool, quiet: bool) -> str:
    if evidence:
        said = document("evidence", population=audit.population, sample=len(audit.evidence), evidence=audit.evidence)
        return dumps(said)
    more = {
        "tip": audit.tip,
        "since": audit.since,
        "commits": audit.tally.commits,
        "events": audit.tally.events,
        "levels": {name: audit.tally.levels[name] for name in _LEVELS},
        "settings": audit.tally.settings,
    }
    return dumps(findings_document(audit.findings) | more)


def _text(audit: Any, evidence: bool, quiet: bool) -> str:
    if evidence:
        rows = [*map(_sampled, audit.evidence), _drawn(audit)]
        return "\n".join(map(one_line, rows))
    lines = [_line(one) for one in audit.findings]
    return "\n".join(lines if quiet else [*lines, *_settings(audit), _total(audit)])


def _drawn(audit: Any) -> str:
    """How many of how many, and how to draw the same again."""
    asked = audit.asked
    seed = f", drawn with --seed {asked.seed}" if asked.sample is not None else ""
    where = f" in {asked.path}" if asked.path else ""
    return f"{len(audit.evidence):,} of {audit.population:,} events under {asked.rule}{where}{seed}."


def _sampled(one: Any) -> str:
    """One event as an auditor reads it: where it stands, what was done and why, what was said, what was found."""
    said = "".join((f" ({one['reason']})" if one["reason"] else "", f' "{one["message"]}"' if one["message"] else ""))
    where = f"{one['commit'][:10]}  {one['at']}  {one['person']}  {one['path']} #{one['event']}"
    return f"{where} {one['do']}{said}: {one['result']}"


def _line(finding: Any) -> str:
    where = " ".join(part for part in ((finding.commit or "")[:10], finding.path) if part)
    return one_line(f"{where or 'store'}: {finding.severity}[{finding.code}]: {finding.text}")


def _settings(audit: Any) -> Iterator[str]:
    if audit.tally.settings:
        yield "Settings were changed by:"
    for one in audit.tally.settings:
        version = f" (version {one['version']})" if one["version"] is not None else ""
        by = "" if one["person"] == one["committer"] else f", committed by {one['committer']}"
        yield one_line(f"  {one['commit'][:10]}  {one['at']}  {one['person']}{by}  {', '.join(one['files'])}{version}")


def _total(audit: Any) -> str:
    counts = {level: sum(one.severity == level for one in audit.findings) for level in _SARIF}
    said = ", ".join(f"{count:,} {level}s" for level, count in counts.items() if count) or "no findings"
    believed = ", ".join(f"{audit.tally.levels[name]:,} {name}" for name in _LEVELS if audit.tally.levels[name])
    since = f" since {audit.since[:10]}" if audit.since else ""
    said += f" under {audit.asked.rule}" if audit.asked.rule else ""
    said += f" in {audit.asked.path}" if audit.asked.path else ""
    return f"{audit.tally.commits:,} commits{since} ({believed or 'none'}), {audit.tally.events:,} events: {said}."


def _markdown(audit: Any, evidence: bool, quiet: bool) -> str:
    lines = [f"# Audit of {audit.tip[:10]}", "", *_scope(audit), "", _drawn(audit) if evidence else _total(audit), ""]
    if evidence:
        lines += ["| commit | at | person | file | event | reason | message | result |", "|" + "---|" * 8]
        lines += [_row(one["commit"][:10], one["at"], one["person"], one["path"], f"{one['event']} {one['do']}",
                       one["reason"], one["message"], one["result"]) for one in audit.evidence]  # fmt: skip
        return "\n".join(lines)
    if audit.findings:
        lines += ["| code | severity | commit | file | event | person | text |", "|---|---|---|---|---|---|---|"]
    for one in audit.findings:
        parts = (one.code, one.severity, (one.commit or "")[:10], one.path, one.event, one.person, one.text)
        lines.append(_row(*parts))
    if audit.tally.settings:
        lines += ["", "## Who changed the settings", "", "| commit | at | person | committer | files | version |",
                  "|---|---|---|---|---|---|"]  # fmt: skip
    for said in audit.tally.settings:
        files = ", ".join(said["files"])
        lines.append(_row(said["commit"][:10], said["at"], said["person"], said["committer"], files, said["version"]))
    return "\n".join(lines)


def _scope(audit: Any) -> Iterator[str]:
    """What was judged, and by what: what this page can be made again from."""
    asked = audit.asked
    since = f", since {audit.since}" if audit.since else ""
    yield f"- Judged: {asked.range or 'the whole history'}, up to commit {audit.tip}{since}."
    versions = f"itil {__version__}, tzdata {zones.version()}"
    yield f"- By {versions}; each commit under the policy and people of its first parent."
    if asked.signed:
        yield "- Every commit had to be signed by its author's key of that time."
    if audit.tally.sandbox:
        yield "- The policy says sandbox: committer times may be any."


def _row(*cells: Any) -> str:
    shown = ("" if cell is None else one_line(str(cell)) for cell in cells)
    return "| " + " | ".join(cell.replace("|", "\\|").replace("<", "&lt;") for cell in shown) + " |"


def _sarif(audit: Any, evidence: bool, quiet: bool) -> str:
    used = dict.fromkeys(one.code for one in audit.findings)
    rules = [{"id": code, "shortDescription": {"text": sentence(code)}} for code in used]
    driver = {"name": "itil audit", "informationUri": "https://example.org/itil-cli", "rules": rules}
    run = {"tool": {"driver": driver}, "results": [_result(one) for one in audit.findings]}
    schema = "https://json.schemastore.org/sarif-2.1.0.json"
    return json.dumps({"$schema": schema, "version": "2.1.0", "runs": [run]}, ensure_ascii=False)


def _result(one: Any) -> dict[str, Any]:
    """A code host wants a place for each result, and knows it again by its fingerprint."""
    uri = quote(one.path or POLICY, safe="/", errors="surrogateescape")
    place = {"physicalLocation": {"artifactLocation": {"uri": uri}, "region": {"startLine": one.line or 1}}}
    known_by = "\n".join(part or "" for part in (one.code, one.commit, one.path, one.event, one.text))
    return {
        "ruleId": one.code,
        "level": _SARIF[one.severity],
        "message": {"text": one_line(one.text)},
        "locations": [place],
        "partialFingerprints": {"itilFinding/v1": sha256(known_by.encode("utf-8", "surrogateescape")).hexdigest()},
        "properties": {"commit": one.commit, "event": one.event, "person": one.person},
    }


_FORMS: dict[str, Callable[[Any, bool, bool], str]] = {
    "json": _json,
    "text": _text,
    "markdown": _markdown,
    "sarif": _sarif,
}
__all__ = ["CODES", "render"]
