"""The registry of rules: a code, what it demands, and what to do when it refuses (`itil rules`).

The codes are those of the process guide (PROCESS.md) and of the semantics (SEMANTICS.md).
"""

from __future__ import annotations

from typing import NamedTuple


class Rule(NamedTuple):
    """One requirement of the process."""

    code: str
    text: str
    remedy: str


_RULES = (
    Rule("P01", "Every incident is recorded in the store, the single source of incident data.", "itil log"),
    Rule(
        "P02",
        "There is an escalation path with thresholds inside the SLA; what is due is found and recorded.",
        "itil sweep",
    ),
    Rule(
        "P03",
        "One parent for an issue, the others are its children: no cycles, no grandchildren.",
        "itil link ID child-of PARENT",
    ),
    Rule("P04", "Requestors' incidents enter at the service desk, which tracks them to closure.", "itil log"),
    Rule("P05", "Reports come at the configured frequency and can be made again.", "itil report"),
    Rule("P06", "Similar incidents and known errors are matched.", "itil similar ID; itil apply ID KE"),
    Rule(
        "P07",
        "The category is confirmed or changed at resolution; both are kept.",
        "itil resolve ID --category C",
    ),
    Rule(
        "P08",
        "Priority comes from impact and urgency by the matrix, never by hand; a change needs a reason.",
        'itil classify ID --impact I --urgency U -m "why"',
    ),
    Rule(
        "P09",
        "Another group takes a ticket only after agreeing; where the right one is unknown, back to the desk.",
        "itil assign ID --group G --agreed-with PERSON; itil return ID -m WHY",
    ),
    Rule(
        "P10",
        "Where no group is found or the team cannot resolve it, the desk escalates to the incident manager.",
        "itil escalate ID --up --reason unknown-group -m WHY",
    ),
    Rule(
        "P11",
        "Hierarchical escalation goes through the incident manager; P1 and P2 inform him at once.",
        "itil escalate ID --up; itil acknowledge ID",
    ),
    Rule(
        "P12",
        "Pending needs a justified reason and a message to the requestor.",
        'itil pend ID --reason R -m "message"',
    ),
    Rule(
        "P13",
        "A resolved incident closes after the agreed time unless it is reopened.",
        "itil sweep; itil reopen ID -m WHY",
    ),
    Rule(
        "P14",
        "A workaround proposes a problem record and informs the problem manager.",
        "itil resolve ID --code workaround [--problem PRB | --no-problem WHY]",
    ),
    Rule("D1", "A requestor reports by phone, e-mail or self-service.", "itil log --channel phone"),
    Rule("D2", "Monitoring opens its tickets with the support team by itself.", "itil log --dedup-key K"),
    Rule("D3", "The desk validates the details and completes the mandatory ones.", "itil edit ID"),
    Rule("D4", "An existing record is looked for before a new one is made.", "itil search TEXT"),
    Rule("D5", "A repeat call updates the existing record.", "itil contact ID -m TEXT"),
    Rule("D6", "A repeat or escalation call invokes the escalation.", "itil contact ID --escalate -m TEXT"),
    Rule("D7", "Otherwise a new incident is created.", "itil log -t TITLE"),
    Rule("D8", "A support group logs a disruption that it finds itself.", "itil log --group G [--potential]"),
    Rule("C1", "The operational category is given.", "itil classify ID --category C"),
    Rule("C2", "It is an incident at all; else it is refused or rerouted, on record.", "itil cancel ID"),
    Rule("C3", "Impact and urgency give the priority.", "itil classify ID --impact I --urgency U"),
    Rule("C4", "The affected service and configuration items are linked.", "itil classify ID --service S"),
    Rule("C5", "The desk gives initial support.", "itil resolve ID"),
    Rule("C6", "Resolved at first contact, or assigned to a support group.", "itil assign ID --group G"),
    Rule("C7", "A wrongly routed ticket comes back and is routed again.", "itil return ID -m WHY"),
    Rule("C8", "Reassignments are counted.", "itil show ID"),
    Rule("I1", "The analyst accepts the ticket, which meets the response target.", "itil accept ID"),
    Rule("I2", "It is asked whether it qualifies as a major incident.", "itil major propose ID"),
    Rule("I3", "Knowledge is consulted, and which is recorded.", "itil apply ID KE|KB"),
    Rule("I4", "A workaround found is applied.", "itil apply ID KE"),
    Rule("I5", "Otherwise it is investigated further.", "itil note ID -m TEXT"),
    Rule("I6", "Vendor and the vendor's ticket are recorded.", "itil vendor ID --opened V --ticket X"),
    Rule("I7", "The requestor is contacted for more information.", "itil tell ID -m TEXT"),
    Rule("I8", "Everything goes in the work log, internal or public.", "itil note ID -m TEXT"),
    Rule("R1", "Resolution tasks are carried out.", "itil task ID"),
    Rule("R2", "Resolved or not: only work under way is resolved.", "itil accept ID; itil resolve ID"),
    Rule("R3", "Functional escalation to a higher support level when not.", "itil escalate ID --to G"),
    Rule(
        "R4",
        "The work log is complete before Resolved: closure code and notes.",
        'itil resolve ID --code C -m "cause and fix"',
    ),
    Rule("F1", "The requestor is asked to confirm.", "itil resolve ID"),
    Rule("F2", "Accepted: closed, with the confirmation.", "itil close ID --confirmed-by PERSON"),
    Rule("F3", "Rejected: reopened with a reason, reassigned, counted.", "itil reopen ID -m WHY"),
    Rule("F4", "No answer within the agreed time: closed by the clock.", "itil sweep"),
    Rule("F5", "A resolved incident can be added to the knowledge base.", "itil article new --from ID"),
    Rule("M1", "A major incident is declared with the criteria it meets.", "itil major propose ID"),
    Rule("M2", "The major incident manager accepts or rejects it, and then owns it.", "itil major accept ID"),
    Rule("M3", "A bridge is opened and the first communication sent.", "itil major bridge ID --open URL"),
    Rule("M4", "Support groups are involved.", "itil major inform ID GROUP"),
    Rule("M5", "Stakeholders and a communication plan are determined.", "itil major stakeholder ID"),
    Rule("M6", "Status is sent at the plan's interval; a missed one shows.", "itil major update ID -m TEXT"),
    Rule("M7", "The resolution is coordinated.", "itil major ID"),
    Rule("M8", "A review is held and a report produced.", "itil major review ID finish -m TEXT"),
    Rule("M9", "Lessons learned have actions that are tracked to done.", "itil action ID add"),
    Rule("M10", "A synopsis goes to the problem manager after closure.", "itil major handover ID PRB"),
    Rule("M11", "Shorter targets hold from acceptance on.", "itil sla ID --explain"),
    Rule("S1", "Time is whole seconds in UTC and does not run backwards in a record.", "--now TIME"),
    Rule("S2", "The state is the fold of the events; the summary is that, written out.", "itil check --fix"),
    Rule("S4", "Pending needs what its reason needs.", "itil pend ID --reason R"),
    Rule("S5", "Targets are promised in events; only the incident manager corrects.", "itil correct ID"),
    Rule(
        "S9",
        "Canceling is for what the requestor no longer wants, where the policy allows it.",
        "itil cancel",
    ),
    Rule("S10", "Every verb has roles that may do it.", "itil rules S10; itil people"),
    Rule("S11", "Same requestor: contact. Another: child. A double entry: duplicate.", "itil link ID …"),
    Rule("S12", "Major: none, proposed, accepted or rejected, demoted; not for a child.", "itil major"),
    Rule("S13", "Escalation goes up the ladder or the chain, with a reason.", "itil escalate ID --up"),
    Rule("S16", "Two histories merge into one; what does not fit is void.", "itil show ID"),
    Rule("S17", "Every commit is judged; imports are marked.", "itil audit"),
    Rule("S19", "Routing, bots and unknown requestors follow the policy.", "itil policy show --all"),
)

RULES: dict[str, Rule] = {rule.code: rule for rule in _RULES}


def remedy(code: str) -> str:
    """What to do about a refusal under this code; empty for an unknown code."""
    rule = RULES.get(code)
    return rule.remedy if rule else ""
