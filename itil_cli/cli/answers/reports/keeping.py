"""Reports that are made at their frequency and kept (P05): `reports/PERIOD/NAME.md` and `.json`, in one commit.

- What is kept is what `itil report NAME --period P --as-of COMMIT --now TIME` gives; commit and time stand in it.
- The present is the end of the period, or the commit's time where that is later.
- The incident manager makes them; a bot may do it for him.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from itil_cli.cli.context import App
from itil_cli.cli.deciding import alone
from itil_cli.errors import NotYourRole
from itil_cli.process.auditing.findings import WARNING, Finding
from itil_cli.process.figures import REPORTS, Kept, overdue
from itil_cli.process.transitions import BOT, IM

if TYPE_CHECKING:
    from itil_cli.store.snapshot import Snapshot


def overdue_reports(snapshot: Snapshot, now: int) -> list[Kept]:
    """The reports that the policy wants for periods that have ended, and that are not kept; the oldest first."""
    policy = snapshot.policy
    plans = [plan for plan in policy.reports if plan.name in REPORTS]
    return overdue(plans, policy.zone, snapshot.index.first_opened(), now, lambda path: snapshot.has(path))


def findings(snapshot: Snapshot, now: int) -> list[Finding]:
    """The same as warnings of `itil check`; and plans for reports that there are not."""
    late = [
        Finding("P05", f"the report {one.name} of {one.period.name} is not kept: `itil report --due`.", WARNING)
        for one in overdue_reports(snapshot, now)
    ]
    unknown = [
        Finding("P05", f"`reports` wants a report {plan.name!r}, which there is not.", WARNING, path="itil.yaml")
        for plan in snapshot.policy.reports
        if plan.name not in REPORTS
    ]
    return [*unknown, *late]


def named(found: Sequence[Kept]) -> list[dict[str, str]]:
    """For JSON: the report, its period, and the file that keeps it."""
    return [{"name": one.name, "period": one.period.name, "path": one.path} for one in found]


def late_line(found: Sequence[Kept]) -> Iterator[str]:
    """What `itil` alone says of them, if there are any."""
    if found:
        what = "1 report is" if len(found) == 1 else f"{len(found)} reports are"
        first = f"{found[0].name} of {found[0].period.name}"
        yield f"{what} due ({first}{', …' if len(found) > 1 else ''}): `itil report --due`."


def answer_due(app: App, *, dry_run: bool) -> None:
    """Make what is overdue and commit it; with `dry_run` only say what."""
    found = _list(app) if dry_run else _keep(app)
    said = [f"{one.name} of {one.period.name}" for one in found]
    lines = [f"Due: {line}." for line in said] if dry_run else [f"Kept {one.path}." for one in found]
    lines += ["Nothing is written (--dry-run)."] if dry_run and found else []
    whole: dict[str, Any] = {"schema": "itil/1", "kind": "reports", "dry_run": dry_run, "reports": named(found)}
    app.emit(whole, "\n".join(lines) or "No report is due.")


def _list(app: App) -> list[Kept]:
    return overdue_reports(app.snapshot, app.now)


def _keep(app: App) -> list[Kept]:
    from itil_cli.store.transaction import Signing

    if not app.person.roles & {IM, BOT}:
        text = f"{app.actor} does not keep reports."
        raise NotYourRole(text, code="P05", who=(IM, BOT), remedy="The incident manager does: `itil people`.")
    with alone(app, "report --due") as transaction:
        found = overdue_reports(transaction, app.now)
        files = {path: data for one in found for path, data in _files(transaction, one).items()}
        if files:
            names = ", ".join(f"{one.name} {one.period.name}" for one in found)
            transaction.commit_files(
                files,
                subject=f"report --due: {names}",
                trailers=[*(("Report", f"{one.name} {one.period.name}") for one in found), ("Actor", app.actor)],
                signing=Signing(app.actor, app.now, app.clock()),
            )
    return found


def _files(snapshot: Snapshot, one: Kept) -> dict[str, bytes]:
    from itil_cli.cli.answers.reports.reporting import Wish, in_format, paper_of, report_of
    from itil_cli.store.index.query import Filter
    from itil_cli.store.ledger.history import committed_at

    now = max(one.period.end, committed_at(snapshot.git, snapshot.commit_id))
    paper = paper_of(snapshot, Wish(report_of(one.name), one.period.name), Filter(), now)
    stem = one.path.removesuffix(".md")
    return {f"{stem}.{ending}": in_format(paper, form).encode() for ending, form in _FORMS.items()}


_FORMS = {"md": "markdown", "json": "json"}
