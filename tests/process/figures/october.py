"""October 2026 at Acme in Paris, for the tests of figures: thirteen incidents, every figure computed by hand.

The period is [2026-09-30T22:00Z, 2026-10-31T23:00Z): the clocks go back on 25 October. `business` is Mon–Fri
09:00–17:00 in Paris. Times below are UTC.

     logged       accepted     resolved     what
A P3 01 08:00:00  08:20 1,200  12:00 14,400  vpn; an article helped; 4 h of business
B P3 02 09:00:00  09:05   300  09:05    300  by the desk at first contact
C P3 05 07:00:00  07:30 1,800  06 07:00 86,400  support → desk → network → support; another category; 8 h of business
D P3 07 08:00:00  08:30 1,800  08 10:00 93,600  resolved 09:00, reopened next day 08:00, accepted again 09:00; a workaround,
                                             so a problem; 1 h + 2 h of business
E P3 23 08:00:00  08:40 2,400  26 10:00 266,400  awaiting the requestor from Fri 09:00 to Mon 09:00, 259,200 s; 1 h + 1 h
F P2 12 08:00:00  09:00 3,600  18:00 36,000  accepted after 30 min and resolved after 8 h: both missed
G P1 14 06:00:00  06:05   300  08:00  7,200  major from 06:10; updates 06:20, 06:45 and, too late, 07:30
H    20 08:00:00  –            –             a double entry of K: canceled
I P3 31 22:59:59  –            –             the last second of October
J P3 31 23:00:00  –            –             the first of November
K P3 20 07:00:00  –            –             open, forgotten: response breached on the 20th, resolution on the 22nd
L P4 12 08:30:00  –            18:00         a child of F, resolved with it
M P3 21 08:00:00  –            –             canceled at 09:00
"""

from __future__ import annotations

from world import World

from itil_cli.process.clock import clocks
from itil_cli.process.figures import Answer, Clocks, Scope, Table, gather, updates
from itil_cli.process.figures.facts import Facts, facts, from_text, to_text
from itil_cli.process.incident import Record
from itil_cli.process.time.calendars import build
from itil_cli.process.time.instants import parse_instant
from itil_cli.process.time.period import parse_period

P1, P2, P3, P4 = (("critical", "critical"), ("high", "high"), ("medium", "high"), ("medium", "medium"))
NOW = parse_instant("2026-11-02T12:00:00Z")
ARTICLE = "KB-20260801-AAAAA"


class October(World):
    """The thirteen incidents by their letters."""

    def __init__(self) -> None:
        super().__init__(goals={"sla_resolution": "90%", "reopen_rate": "5%", "mtta": "1h", "created": "3"})
        self.named: dict[str, str] = {}
        fields = {"title": "Reset the token", "status": "published"}
        self.records[ARTICLE] = Record(ARTICLE, fields, ())
        for letter in "abcdefgikhlmj":
            getattr(self, f"_{letter}")()

    def on(self, when: str) -> None:
        """`05 07:00` of October, in UTC."""
        self.at(f"2026-10-{when[:2]}T{when[3:]}{'' if len(when) > 8 else ':00'}Z")

    def log(self, letter: str, when: str, level: tuple[str, str] = P3, **more: str) -> str:
        """Dana logs it."""
        self.on(when)
        self.named[letter] = self.logged(impact=level[0], urgency=level[1], **more)
        return self.named[letter]

    def assigned(self, letter: str, when: str, group: str = "support") -> None:
        self.on(when)
        self.do("dana", "assign", self.named[letter], group=group)

    def act(self, letter: str, when: str, who: str, verb: str, **more: object) -> None:
        self.on(when)
        self.do(who, verb, self.named[letter], **more)

    def fix(self, letter: str, when: str, who: str = "bob", **more: object) -> None:
        self.act(letter, when, who, "resolve", **{"code": "fixed", "message": "Done.", **more})

    def _a(self) -> None:
        self.log("A", "01 08:00", service="vpn")
        self.assigned("A", "01 08:10")
        self.act("A", "01 08:20", "bob", "accept")
        self.act("A", "01 08:30", "bob", "apply", record=ARTICLE)
        self.fix("A", "01 12:00")

    def _b(self) -> None:
        self.log("B", "02 09:00")
        self.fix("B", "02 09:05", "dana")

    def _c(self) -> None:
        self.log("C", "05 07:00")
        self.assigned("C", "05 07:05")
        self.act("C", "05 07:30", "bob", "accept")
        self.act("C", "05 08:00", "bob", "return", message="Not ours.")
        self.assigned("C", "05 08:10", "network")
        self.act("C", "05 08:30", "nora", "accept")
        self.act("C", "05 09:00", "nora", "assign", group="support", agreed_with="bob@example.com", message="Yours.")
        self.act("C", "05 09:10", "bob", "accept")
        self.fix("C", "06 07:00", category="network")

    def _d(self) -> None:
        self.log("D", "07 08:00")
        self.assigned("D", "07 08:05")
        self.act("D", "07 08:30", "bob", "accept")
        self.fix("D", "07 09:00")
        self.act("D", "08 08:00", "dana", "reopen", message="Again.", requested_by="alice")
        self.act("D", "08 09:00", "bob", "accept")
        self.fix("D", "08 10:00", code="workaround")

    def _e(self) -> None:
        self.log("E", "23 08:00", service="vpn")
        self.assigned("E", "23 08:10")
        self.act("E", "23 08:40", "bob", "accept")
        self.act("E", "23 09:00", "bob", "pend", reason="awaiting-requestor", message="Which one?")
        self.act("E", "26 09:00", "bob", "resume")
        self.fix("E", "26 10:00")

    def _f(self) -> None:
        self.log("F", "12 08:00", P2)
        self.assigned("F", "12 08:05")
        self.log("L", "12 08:30", P4, requestor="carl")
        self.act("L", "12 08:31", "dana", "link", relation="child-of", target=self.named["F"])
        self.act("F", "12 09:00", "bob", "accept")
        self.fix("F", "12 18:00")

    def _g(self) -> None:
        self.log("G", "14 06:00", P1)
        self.assigned("G", "14 06:02")
        self.act("G", "14 06:05", "bob", "accept")
        self.act("G", "14 06:10", "max", "major accept", message="Nobody can pay.")
        for at in ("06:20", "06:45", "07:30"):
            self.act("G", f"14 {at}", "max", "major update", message="We are on it.", status="ongoing")
        self.fix("G", "14 08:00", "max")

    def _h(self) -> None:
        self.log("H", "20 08:00")
        self.act("H", "20 08:01", "dana", "link", relation="duplicate-of", target=self.named["K"])

    def _i(self) -> None:
        self.log("I", "31 22:59:59")

    def _j(self) -> None:
        self.log("J", "31 23:00")

    def _k(self) -> None:
        self.log("K", "20 07:00")

    def _l(self) -> None:
        """Logged with its parent."""

    def _m(self) -> None:
        self.log("M", "21 08:00")
        self.act("M", "21 09:00", "dana", "cancel", reason="withdrawn", message="Found it.")

    def report(self, *figures: str, period: str = "2026-10", now: int = NOW, tables: tuple[Table, ...] = ()) -> Answer:
        """Figures over all of them."""
        return gather(self.found(now), self.scope(period, now), figures, tables)

    def scope(self, period: str = "2026-10", now: int = NOW) -> Scope:
        """The scope of a report."""
        return Scope(parse_period(period, "Europe/Paris", now), now, self.policy, build(self.policy))

    def found(self, now: int = NOW) -> list[tuple[Facts, Clocks]]:
        """All of them with their clocks; the facts go through the text that an index keeps."""
        calendars = build(self.policy)
        found: list[tuple[Facts, Clocks]] = []
        for record_id in self.records:
            if record_id.startswith("INC-"):
                incident = self.see(record_id)
                one = from_text(to_text(facts(incident)))
                if one.was_major:
                    one = one._replace(updates=updates(incident, self.policy, calendars, now))
                found.append((one, clocks(incident, calendars, now)))
        return found
