"""Making a store: the files of a new one, in one commit that touches nothing else.

- A folder that does not exist, or is no repository, becomes one; a repository becomes a store; a store stays.
- Files that lie there already are taken as they lie, when they are good: so a prepared folder can be made a store.
- The person in git's `user.email` gets every role, so that a team of one can start at once.
"""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from itil_cli.errors import GitTrouble, Malformed, NotFound
from itil_cli.process.settings.table import initial_policy
from itil_cli.process.transitions import AUDITOR, BOT, REQUESTOR, ROLES
from itil_cli.store.checkout import worktree
from itil_cli.store.files.settings import PEOPLE, POLICY, SERVICES, load_people, load_policy, load_services
from itil_cli.store.git.process import GitProcess
from itil_cli.store.git.repository import Git, Identity
from itil_cli.store.store import Store
from itil_cli.store.sync.driver import ATTRIBUTES, FOLDERS, completed, set_up
from itil_cli.store.transaction import Signing, refuse_under_way
from itil_cli.store.yaml.yamlwrite import flow


class Made(NamedTuple):
    """Where the store is, and whether it was made just now."""

    root: Path
    is_new: bool


def init(folder: Path, name: str, zone: str, at: int, clock: int) -> Made:
    """Make `folder` a store called `name`, its people in `zone`. `at` is the time of the commit's author,
    `clock` the machine's (epoch seconds). Raises Malformed, GitTrouble or Broken; nothing is half made then."""
    _repository(folder)
    with Git(folder) as git:
        identity = git.identity()
        store = Store(git)
        if git.worktree is None:
            raise Malformed(f"{folder} is a bare repository.", remedy="Make the store in a clone, and push it.")
        if _is_store(git):
            return Made(git.worktree, False)
        refuse_under_way(git)
        files = _files(git.worktree, name, zone, identity)
        committed = at if load_policy(files[POLICY]).sandbox else clock
        with store.writing(new=True) as transaction:
            transaction.commit_files(
                files,
                subject="Make a store of incidents",
                trailers=[("Actor", identity.email)],
                signing=Signing(identity.email, at, committed),
            )
        set_up(git)
        for kind in FOLDERS:
            (git.worktree / kind).mkdir(exist_ok=True)
        return Made(git.worktree, True)


def _repository(folder: Path) -> None:
    """`folder` is a repository afterwards."""
    if (folder / ".git").exists():
        return
    if folder.exists() and not folder.is_dir():
        raise Malformed(f"{folder} is no folder.", remedy="Name a folder, new or empty.")
    if folder.is_dir() and any(folder.iterdir()):
        _refuse_inside(folder)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as wrong:
        raise GitTrouble(f"{folder}: {wrong.strerror}.", remedy="Nothing has changed.") from None
    git = GitProcess(folder)
    branch = () if git.start("config", "init.defaultBranch").wait() == 0 else ("--initial-branch", "main")
    git.run("init", "--quiet", *branch)


def _refuse_inside(folder: Path) -> None:
    """A part of another repository is no place for a store, which is a repository's root."""
    from itil_cli.store.git.discovery import discover

    try:
        place = discover(folder)
    except NotFound:
        return
    raise Malformed(
        f"{folder} lies in the repository {place.root or place.git_dir}.",
        remedy="A store is the root of a repository: name another folder, or that one.",
    )


def _is_store(git: Git) -> bool:
    return git.head().commit is not None and git.blob(f"HEAD:{POLICY}") is not None


def _files(root: Path, name: str, zone: str, identity: Identity) -> dict[str, bytes]:
    """Each file of a new store: as it lies there, checked, else ours."""
    policy = _lying(root, POLICY) or initial_policy(name, zone).encode()
    people = _lying(root, PEOPLE) or initial_people(identity).encode()
    services = _lying(root, SERVICES)
    load_policy(policy)
    load_people(people)
    load_services(services)
    files = {POLICY: policy, PEOPLE: people, ATTRIBUTES: completed(_lying(root, ATTRIBUTES) or b"")}
    return files if services is None else {**files, SERVICES: services}


def _lying(root: Path, path: str) -> bytes | None:
    return worktree.look(root, path).data


def initial_people(identity: Identity) -> str:
    """A `people.yaml` in which one person has every role and is in both groups."""
    roles = ", ".join(role for role in ROLES if role not in (REQUESTOR, AUDITOR, BOT))
    email, name = flow(identity.email), flow(identity.name)
    return f"""\
# Who is who, and who may do what (`itil rules S10`). One line a person:
#   email, name, aliases, roles, groups, tenant, keys, answers-for (bots), retired (a date), away, duty, vip.
people:
  - {{email: {email}, name: {name}, roles: [{roles}], groups: [service-desk, support]}}
"""
