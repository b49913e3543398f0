"""Several clones push to one branch: whoever is late tries again, for as long as it is others who are faster.

- Every lost race is somebody else's gain, and others have only so much to say: so all get through. It is given up
  only where the branch stands still and takes nothing, which is no race but a remote that is stuck.
- The pause is random, and as long as a few tries take here, so that many clones come to take turns, whatever the
  network and the server's hook cost. It does not grow with the races lost: who waits long is not behind.
"""

from __future__ import annotations

import random
import time

from itil_cli.errors import GitTrouble

PATIENCE = 60.0  # seconds in which the remote's branch has not moved, and took nothing
LEAST = 5  # tries in that time
PAUSE = 4  # tries that a pause may last
LONGEST = 10.0  # seconds of a pause


class Race:
    """The tries of one sync. `tries` counts from 1."""

    def __init__(self, remote: str) -> None:
        self.tries = 1
        self._remote = remote
        self._tip: str | None = None
        self._still = 0  # races lost on this tip
        self._since = self._started = time.monotonic()

    def lost(self, tip: str | None) -> None:
        """The push onto `tip` came too late: wait a little, and the next try begins.

        Raises GitTrouble (`stuck`) where nobody was faster for too long."""
        now = time.monotonic()
        if tip != self._tip or self.tries == 1:
            self._tip, self._still, self._since = tip, 0, now
        self._still += 1
        if self._still >= LEAST and now - self._since >= PATIENCE:
            raise GitTrouble(
                f"{self._remote} takes nothing, though nobody else has published for {now - self._since:.0f} s; "
                "nothing has changed here.",
                code="stuck",
                remedy="A lock may have been left behind on the server. Run it again later.",
            )
        time.sleep(random.uniform(0, min(LONGEST, PAUSE * (now - self._started))))
        self.tries += 1
        self._started = time.monotonic()
