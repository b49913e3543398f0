#!/bin/sh
# The main job on the sample store, end to end (`make demo`). The story's clock stands at 24 November 2026, 09:00 UTC.
set -eu
exec </dev/null # nothing asks in the middle of the story
here=$(cd "$(dirname "$0")" && pwd)
store=$here/../demo
cd "$here/.."
rm -rf demo

title() { printf '\n\033[1m%s\033[0m\n' "── $* ──" | if [ -t 1 ] && [ -z "${NO_COLOR:-}" ]; then cat; else sed 's/\x1b\[[0-9;]*m//g'; fi; }
say() { printf '%s\n' "$*"; }
run() { # print the command as it is typed, then what it answers
    printf '\n$ itil'
    for word in "$@"; do case $word in *' '* | '') printf ' "%s"' "$word" ;; *) printf ' %s' "$word" ;; esac; done
    printf '\n'
    itil -C "$store" --now "$now" "$@" 2>&1 || say "(exit $?)"
}

title "Larch & Finch, a chain of bookshops: three months of incidents become a git history"
sh "$here/replay.sh" "$store"
say "$(git -C "$store" rev-list --count HEAD) commits, the first and the last:"
git -C "$store" log --reverse --format='  %ad  %an: %s' --date=format:'%d %b %H:%M' | sed -n '3,6p'
git -C "$store" log -2 --format='  %ad  %an: %s' --date=format:'%d %b %H:%M'

now=2026-11-24T09:00:00Z
title "Tuesday morning: what waits for Dana at the service desk, and what is open"
run --as dana
run list

title "A call comes in: Dana logs it; the matrix gives the priority, and the desk's rules apply"
run --as dana log -t "Till 2 in Nice does not print" --requestor carl --channel phone --service tills --ci till-nice-1
id=$(itil -C "$store" --json search "Till 2 in Nice" | sed -n 's/.*"id": "\(INC-[0-9A-Z-]*\)".*/\1/p' | head -1)
now=2026-11-24T09:01:00Z
run --as bob accept "$id"
run --as dana classify "$id" --impact low --urgency high --category hardware/printer
now=2026-11-24T09:02:00Z
run --as dana assign "$id" --group support
now=2026-11-24T09:05:00Z
run --as bob accept "$id"
now=2026-11-24T09:10:00Z
run --as bob pend "$id" --reason awaiting-requestor
run --as bob pend "$id" --reason awaiting-requestor -m "Does the test page come out?"
now=2026-11-24T09:25:00Z
run --as carl contact "$id" -m "Yes, but no receipts."
now=2026-11-24T09:40:00Z
run --as bob resolve "$id" --code fixed -m "Receipt printing was switched off in the till's menu."
now=2026-11-24T09:50:00Z
run --as dana close "$id" --confirmed-by carl
run show "$id"

title "Its clocks, interval by interval: what counted, what did not, and which event made it so"
run sla "$id" --explain

title "October for the manager: each figure with what it is made of, beside September and the goals"
run report summary --period 2026-10 --compare
run report summary --period 2026-10 --format html --output demo/october.html

title "The ledger: every step is a commit by its person, and every file is what its events say"
run history "$id"
run check
say ""
say "October with its charts: demo/october.html, one file for any browser."
say "The store is in ./demo: look around with 'git log -p', or go on with 'itil -C demo --now $now …'."
