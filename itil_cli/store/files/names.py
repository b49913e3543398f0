"""The names of the files of settings, apart from what reads them."""

from __future__ import annotations

POLICY, PEOPLE, SERVICES = "itil.yaml", "people.yaml", "services.yaml"
