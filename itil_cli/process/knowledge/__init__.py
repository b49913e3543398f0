"""Problems, known errors and articles: records of the same make, with small life cycles of their own (S10, P14).

`steps.py` is the table; `deciding.py` and `drafting.py` are its verbs; `candidates.py` finds problems to be.
"""

from __future__ import annotations

from itil_cli.process.knowledge.drafting import draft_article, drafted_from, propose_after_workaround, propose_problem

__all__ = ["draft_article", "drafted_from", "propose_after_workaround", "propose_problem"]
