"""Know: articles, from draft to retirement."""

from __future__ import annotations

import click

from itil_cli.cli.groups import Family
from itil_cli.cli.knowing import edited_facts, facts, from_incident, lists, new, publish, step
from itil_cli.cli.params import message


@click.group(cls=Family)
def article_command() -> None:
    """Knowledge articles: drafted, reviewed, published, retired (F5).

    Example: itil article list
    """


new(
    article_command,
    "article new",
    """Draft one, by hand or from a resolved incident.

    Example: itil article new --from 7kq
    """,
    facts,
    from_incident,
)
lists(
    article_command,
    "KB",
    """Every article, newest first.

    Example: itil article list --status draft
    """,
    """One article.

    Example: itil article show 8dn
    """,
)
step(
    article_command,
    "article edit",
    """Change what it says; a reviewed one is a draft again; once it is published, the problem manager only.

    Example: itil article edit 8dn -t "An empty page instead of search results"
    """,
    edited_facts,
)
step(
    article_command,
    "article review",
    """You have read it and find it right.

    Example: itil article review 8dn
    """,
    message("Something to say with it."),
)
publish(article_command, "article publish", "KB", "itil article publish 8dn")
step(
    article_command,
    "article retire",
    """It is offered no more (problem manager).

    Example: itil article retire 8dn -m "The desk has a form for it now."
    """,
    message("Why."),
)
