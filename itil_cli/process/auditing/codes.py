"""The audit's own finding codes, each with a sentence; all others are rules of the process (`itil rules`)."""

from __future__ import annotations

from collections.abc import Iterable

from itil_cli.errors import NotFound, did_you_mean
from itil_cli.process.rules import RULES

# What only the server's gate says, before anything is read.
GATE: dict[str, str] = {
    "ref": "Another ref than the protected branch, a deletion, a tag, or not a move forward.",
    "root": "An empty branch takes the root that it was told to trust, and no other root ever.",
    "server": "The repository is not prepared as `itil server setup` does it, or the gate failed and stays shut.",
    "size": "Too many commits in one push, or an object that is larger than a record may be.",
}
CODES: dict[str, str] = {
    "alternates": "Objects are borrowed from another repository (a warning).",
    "anchor": "The tip that was audited last is no ancestor: history was written anew.",
    "as": "Commits were made by somebody else than their author (a note).",
    "attachment": "An attachment that no event brought, or that was changed or taken away without a redaction.",
    "author": "An event is by somebody else than the commit's author.",
    "author-time": "The commit's author time is not the time of its last event.",
    "calendar-past": "A calendar was changed for days that have begun already (S5).",
    "commit-form": "The commit object is not as it should be: people, dates, encoding, parents.",
    "commit-time": "The committer time lies more than ten minutes before a parent's.",
    "description-changed": "The description was changed without an `edited` event.",
    "event-changed": "An event was changed after it had been written.",
    "event-inserted": "An event was put before older ones, and is no late arrival.",
    "event-moved": "Older events stand in another order than before.",
    "event-removed": "An event was taken out.",
    "delivery": "A line of deliveries/ is none, or says no longer that a message was sent.",
    "file-changed": "A kept report, an attachment or what is known of a mail was changed.",
    "file-deleted": "A record or settings were deleted or moved; (a warning) a kept file, by the incident manager.",
    "file-mode": "A file is a link, a submodule, executable, or of another odd mode.",
    "file-path": "A name or content that no store has: control characters, `.mailmap`, merge=union, a case twin.",
    "file-role": "A file was changed by somebody who may not; of a record also what no event says.",
    "future": "An event, or a commit's time, is more than ten minutes ahead of the clock that received it.",
    "import": "An imported event outside of the import that created the file.",
    "key": "A file under keys/ or mail/ does not point at what its commit does to an incident.",
    "late": "An event arrived late, within `offline-limit`; with the verdicts that it changed (a warning).",
    "late-verdict": "A late arrival improved a verdict, and the incident manager has not countersigned it.",
    "merge-added": "A merge holds something that none of its parents has.",
    "merge-lost": "A merge drops what one of its parents had.",
    "policy-version": "The policy's version went back; or (a warning) stayed though the policy says something else.",
    "replace-ref": "A ref under refs/replace would show other objects; it is ignored.",
    "sandbox": "The store is a sandbox, whose committer times may be any (a note).",
    "secret": "A new text holds what looks like a password, key or token (a warning; the gate refuses it).",
    "settings-role": "Policy, people or services were changed by somebody who is no incident manager.",
    "signature": "A signature is not of this commit.",
    "signer": "A commit is signed by a key that is not its author's, as people.yaml was then.",
    "text-changed": "A work-log entry was changed or taken out.",
    "too-late": "An event arrived later than `offline-limit` allows.",
    "unsigned": "A commit is not signed by an SSH key.",
}


# What to do about a push that the gate refuses, by the code of what it found.
_WAYS: dict[str, str] = {
    "late-verdict": "Give these commits to the incident manager (`git bundle create late.bundle @{upstream}..HEAD`): "
    "he pulls them, accepts what came late, and syncs.",
    "ref": "Merge it into the protected branch, and push that.",
    "secret": "Write the commit anew without it (`git rebase -i @{upstream}`), and change what others may have read.",
    **dict.fromkeys(("anchor", "root", "server", "size"), ""),
}
_DROP = "Take the commit out (`git rebase -i @{upstream}`, drop its line) and do it with itil's verbs."


def ways_out(codes: Iterable[str]) -> str:
    """What whoever was refused does now, a sentence for each kind of finding."""
    return " ".join(dict.fromkeys(way for code in codes if (way := _WAYS.get(code, _DROP))))


def rule(code: str) -> str:
    """A rule or a finding's code as it is written, however it is typed. Raises NotFound.

    The codes that come from reading a file have a hyphen and stand in no list."""
    known = {one.casefold(): one for one in (*RULES, *CODES, *GATE)}
    found = known.get(code.casefold())
    if found is None and "-" not in code:
        remedy = did_you_mean(code.upper(), RULES) or "`itil rules` lists them, docs/audit.md the codes of findings."
        raise NotFound(f"There is no rule {code!r}.", remedy=remedy)
    return found or code.casefold()


def sentence(code: str) -> str:
    """What a code means."""
    return CODES.get(code) or (RULES[code].text if code in RULES else "The file cannot be read.")
