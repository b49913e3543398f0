"""A message as the body of a webhook: as Slack, as Teams, or as anybody else takes it.

Text is quoted for the receiver, so that nobody's words become a link, a mention or a heading there."""

from __future__ import annotations

import json
import re
import urllib.error
import urllib.request
from collections.abc import Mapping
from http.client import HTTPException
from typing import Any

from itil_cli.deliver.sending import SECONDS, NotSent

LONGEST = 3000  # characters of text
WRONG_MESSAGE = (400, 413, 422)  # answers that are about what was posted


def body(shape: str, subject: str, text: str, facts: Mapping[str, str]) -> dict[str, Any]:
    """The JSON document for one message."""
    text = text[:LONGEST]
    if shape == "slack":
        return {"text": f"*{_slack(subject)}*\n{_slack(text)}"}
    if shape == "teams":
        title = {"type": "TextBlock", "text": _markdown(subject), "weight": "Bolder", "wrap": True}
        card = {
            "type": "AdaptiveCard",
            "version": "1.4",
            "body": [title, {"type": "TextBlock", "text": _markdown(text), "wrap": True}],
        }
        attached = {"contentType": "application/vnd.microsoft.card.adaptive", "content": card}
        return {"type": "message", "attachments": [attached]}
    return {"schema": "itil/1", "kind": "message", "subject": subject, "text": text, **facts}


def post(url: str, document: Mapping[str, Any], message_id: str) -> None:
    """Send it. Raises NotSent; for good where the other side calls the message wrong. What it says of us or of the
    address (a token that was changed, say) is ours to mend, and tried again."""
    headers = {"Content-Type": "application/json", "Idempotency-Key": message_id, "User-Agent": "itil"}
    request = urllib.request.Request(url, json.dumps(document).encode(), headers, method="POST")
    try:
        with urllib.request.build_opener(_NoRedirect).open(request, timeout=SECONDS):
            return
    except urllib.error.HTTPError as refused:
        said = f"the webhook answers {refused.code} {refused.reason}"
        raise NotSent(said, for_good=refused.code in WRONG_MESSAGE) from None
    except (OSError, HTTPException, ValueError) as trouble:  # what answers may be no webhook at all
        why = " ".join(str(getattr(trouble, "reason", trouble)).split())
        raise NotSent(f"the webhook: {why}") from None


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """A message goes where its sender said, nowhere else."""

    def redirect_request(self, *args: Any, **more: Any) -> None:
        """No."""
        return


def _slack(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _markdown(text: str) -> str:
    return re.sub(r"([\\`*_\[\]()#>~|])", r"\\\1", text)
