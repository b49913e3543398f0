#!/bin/sh
# Write the sample store's records anew from scenario.itil (`make sample`); the ids follow from the seed.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
sh "$here/replay.sh" "$scratch/shop"
for folder in incidents problems known-errors knowledge keys; do
    rm -rf "${here:?}/$folder"
    cp -R "$scratch/shop/$folder" "$here/$folder"
done
echo "$(find "$here/incidents" -name '*.md' | wc -l | tr -d ' ') incidents written."
