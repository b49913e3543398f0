"""What a mail comes to: a new incident, a contact on one, a note, or nothing. Pure.

- Which incident: that of our message which it answers, else of an earlier mail which it answers, else the one
  that the subject names.
- An automatic answer or a bounce is noted where it belongs, and never opens anything: it answers nothing, wakes
  nothing and owes no message. Our own message that comes back is dropped.
- Confirming and rejecting count only in an answer to our message about this very resolution, written to the
  requestor (its Message-ID says so); else the words are a contact for the desk.
- A long text is attached, and its beginning recorded.
- Of an answer only what it says itself is recorded; of a first mail the quoted text, too: it may be the matter.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

from itil_cli.intake.mail.kinds import AUTO_REPLY, AUTOMATIC, BOUNCE
from itil_cli.intake.mail.message import Mail
from itil_cli.process.attachments import stored_name
from itil_cli.process.incident import CLOSED, RESOLVED, Incident
from itil_cli.process.lifecycle import Command
from itil_cli.process.masking.texts import in_words, kinds_in, masked_bytes
from itil_cli.process.messages.names import Token, whom
from itil_cli.process.settings.mailing import MIB, MOST_FILES, MailPolicy

NOBODY = "unknown@invalid"  # who wrote a mail that names no sender
LONGEST_TITLE, LONGEST_TEXT = 200, 30_000
OF_MANY = 2_000  # characters of a bounce that is noted on many incidents
_DELAYED = re.compile(rb"(?im)^Action:[ \t]*delayed")
_ABOUT = ("resolved", "closing")
_PREFIX = re.compile(r"(?i)^(\s*(re|fwd?|aw|wg|tr|sv|antw)\s*:\s*)+")


class Taken(NamedTuple):
    """What to do (None: nothing), the files that go with it by stored name, and what it is in words."""

    command: Command | None
    files: Mapping[str, bytes]
    words: str


def take(mail: Mail, incident: Incident | None, token: Token | None, policy: MailPolicy) -> Taken:
    """What a mail comes to, on the incident that it is about and in answer to the message of `token`."""
    address = policy.address.casefold()
    if mail.sender == address or address in (one.casefold() for one in mail.loops):
        return Taken(None, {}, "our own message came back")
    if mail.kind in (BOUNCE, AUTO_REPLY):
        return _noted(mail, incident, policy)
    files, left_out = _files(mail, policy)
    options: dict[str, object] = {
        "channel": "email",
        "message_id": mail.message_id[:500],
        "attachments": list(files),
        "automatic": mail.kind == AUTOMATIC,
    }
    if incident is None:
        text = "\n\n".join(part for part in (mail.said.text, mail.said.quoted, left_out) if part)
        text = _short(text, files, options, policy)
        facts = {"title": title(mail), "requestor": _writer(mail), "description": text}
        return Taken(Command("log", (), options | facts), files, "a new incident")
    answer = _answer(mail, incident, token, policy)
    if answer and incident.status == CLOSED:
        return Taken(_note(mail, incident, f"{_writer(mail)} confirms once more."), {}, "noted: it is closed already")
    message = "\n\n".join(part for part in (mail.said.text or mail.text or title(mail), left_out) if part)
    message = _short(message, files, options, policy)
    command = Command("contact", (incident.id,), options | answer | {"from": _writer(mail), "message": message})
    return Taken(command, files, "confirmed" if "confirms" in answer else "rejected" if answer else "a contact")


def title(mail: Mail) -> str:
    """The subject without `Re:`, else the first line of the text."""
    subject = _PREFIX.sub("", mail.subject) or next(iter(mail.text.split("\n")), "").strip()
    return subject[:LONGEST_TITLE].strip() or "(no subject)"


def without_answer(command: Command) -> Command:
    """The same contact, where the process does not take it as a confirmation or rejection."""
    rest = {name: value for name, value in command.options.items() if name not in ("confirms", "rejects")}
    return Command(command.verb, command.ids, rest)


def _writer(mail: Mail) -> str:
    return mail.sender or NOBODY


def _noted(mail: Mail, incident: Incident | None, policy: MailPolicy) -> Taken:
    what = "bounce" if mail.kind == BOUNCE else "automatic answer"
    if incident is None:
        return Taken(
            None, {}, f"an {what} to nothing of ours" if what[0] in "aeiou" else f"a {what} of nothing of ours"
        )
    said = _failure(mail) if mail.kind == BOUNCE else "Automatic answer"
    return Taken(_note(mail, incident, f"{said} ({_writer(mail)}):\n\n{_cut(mail.text)}"), {}, f"noted: {what}")


def noted_on(mail: Mail, to: str, incident_ids: tuple[str, ...]) -> Taken:
    """What a bounced digest to this address comes to: a note on each incident that it told of."""
    text = f"{_failure(mail)}: a digest to {to} that told of this one ({_writer(mail)}):\n\n{_cut(mail.text, OF_MANY)}"
    command = Command("note", incident_ids, {"message": text, "message_id": mail.message_id[:500]})
    return Taken(command, {}, "noted: bounce" if len(incident_ids) == 1 else f"noted on {len(incident_ids)}: bounce")


def _failure(mail: Mail) -> str:
    """RFC 3464: a server that still tries says `Action: delayed`."""
    return "Mail is delayed" if _DELAYED.search(mail.raw) else "Mail could not be delivered"


def _note(mail: Mail, incident: Incident, text: str) -> Command:
    return Command("note", (incident.id,), {"message": text, "message_id": mail.message_id[:500]})


def _answer(mail: Mail, incident: Incident, token: Token | None, policy: MailPolicy) -> dict[str, object]:
    """`confirms` or `rejects`, where the mail answers our message about the present resolution."""
    is_about_it = token is not None and token.what in _ABOUT and token.n == incident.resolved_n
    to_requestor = token is not None and token.whom == whom(incident.requestor or "")
    ends = incident.status in (RESOLVED, CLOSED) and incident.major != "accepted"
    if not (is_about_it and to_requestor and ends and mail.kind != AUTOMATIC):
        return {}
    first = mail.said.text.lstrip("\"'* ").casefold()
    for flag, words in (("confirms", policy.confirms), ("rejects", policy.rejects)):
        if any(re.match(rf"{re.escape(word.casefold())}\b", first) for word in words):
            return {flag: True} if flag == "confirms" or incident.status == RESOLVED else {}
    return {}


def _files(mail: Mail, policy: MailPolicy) -> tuple[dict[str, bytes], str]:
    """The attachments that are kept, by stored name, without secrets; and a sentence about what is not kept."""
    kept: dict[str, bytes] = {}
    left_out, hidden = [], []
    for one in mail.attached:
        if not one.data or len(one.data) > policy.max_attachment or len(kept) >= MOST_FILES:
            left_out.append(f"{one.name} ({len(one.data):,} bytes)")
            continue
        data, kinds = masked_bytes(one.data)
        kept[stored_name(one.name, data)] = data
        hidden += [f"{one.name}: {in_words(kinds)}"] if kinds else []
    if policy.keep_raw:
        if hidden or kinds_in((mail.subject, mail.text)) or masked_bytes(mail.raw)[1]:
            hidden.append("the mail as it came is not kept")
        else:
            kept[stored_name("mail.eml", mail.raw)] = mail.raw
    limit = f"larger than {policy.max_attachment // MIB} MiB, too many, or empty"
    told_of = [f"(Left out, {limit}: {', '.join(left_out)})"] if left_out else []
    told_of += [f"(Masked as ***, {'; '.join(hidden)})"] if hidden else []
    return kept, "\n".join(told_of)


def _short(text: str, files: dict[str, bytes], options: dict[str, object], policy: MailPolicy) -> str:
    """The text, or the beginning of a long one, which becomes an attachment: a record has room for many mails."""
    data, _ = masked_bytes(text.encode("utf-8", "replace"))
    if len(text) <= LONGEST_TEXT or len(data) > policy.max_attachment:
        return _cut(text)
    name = stored_name("mail.txt", data)
    files[name] = data
    options["attachments"] = list(files)
    return f"{text[:LONGEST_TEXT]}\n\n(Cut here: {len(text):,} characters; all of them are attached, mail.txt.)"


def _cut(text: str, most: int = LONGEST_TEXT) -> str:
    if len(text) <= most:
        return text
    return f"{text[:most]}\n\n(Cut here: {len(text):,} characters.)"
