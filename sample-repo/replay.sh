#!/bin/sh
# Play the company's story into a new store: every command of scenario.itil, each by its person at its time.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
store=$1
export ITIL_SEED=larch-finch
git -c init.defaultBranch=main init -q "$store"
git -C "$store" config user.name "Ines Ito"
git -C "$store" config user.email ines@larchfinch.example
cp "$here/itil.yaml" "$here/people.yaml" "$here/services.yaml" "$store/"
itil -q --now 2026-07-01T06:00:00Z init "$store"
cp -R "$here/models" "$store/"
git -C "$store" add models
GIT_AUTHOR_DATE=2026-07-01T06:05:00Z GIT_COMMITTER_DATE=2026-07-01T06:05:00Z \
    git -C "$store" commit -q -m "Take in models"
itil -q -C "$store" batch "$here/scenario.itil"
