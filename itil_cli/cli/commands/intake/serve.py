"""Take in over HTTP: serve."""

from __future__ import annotations

import click

from itil_cli.cli.context import App
from itil_cli.cli.params import pass_app


@click.command()
@click.option("--bind", metavar="HOST:PORT", default="127.0.0.1:8080", show_default=True, help="Where to listen.")
@click.option(
    "--max-body",
    metavar="KIB",
    type=click.IntRange(1, 65536),
    default=1024,
    show_default=True,
    help="The largest body.",
)
@pass_app
def serve_command(app: App, bind: str, max_body: int) -> None:
    """Receive webhooks: POST /alertmanager, /github, /json/NAME; GET /health, /metrics. A bot acts.

    It answers 200 once the commit is safe. Tokens and secrets come from ITIL_SERVE_TOKEN and ITIL_SERVE_SECRET, or
    from git's configuration (itil.serve.token, itil.serve.secret; for one sender itil.github.secret and the like);
    without one it listens on loopback only. docs/monitoring.md has a snippet for each sender.

    Example: itil serve --bind 127.0.0.1:8080
    """
    from itil_cli.cli.answers.intake.serving import serve

    serve(app, bind, max_body * 1024)
