"""A headless Chromium spoken to over its debugging pipe: what a page asks for, what it complains about, how it looks."""

from __future__ import annotations

import base64
import io
import json
import os
import select
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from PIL import Image

CHROMIUM = shutil.which("chromium")
FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
)  # fmt: skip
SECONDS = 60
# Chromium reads orders from descriptor 3 and writes answers to 4.
LAUNCH = """
import fcntl, os, sys
ends = [fcntl.fcntl(int(end), fcntl.F_DUPFD, 50) for end in sys.argv[1:3]]
os.dup2(ends[0], 3); os.dup2(ends[1], 4)
os.execvp(sys.argv[3], sys.argv[3:])
"""


class Browser:
    """One browser with one page. `requests` and `complaints` are gathered from the start."""

    def __init__(self, folder: Path) -> None:
        read_here, write_there = os.pipe()
        read_there, write_here = os.pipe()
        words = [str(CHROMIUM), *FLAGS, f"--user-data-dir={folder}", "--remote-debugging-pipe"]
        ends, quiet = (read_there, write_there), subprocess.DEVNULL
        self.process = subprocess.Popen(
            [sys.executable, "-c", LAUNCH, *map(str, ends), *words], pass_fds=ends, stdout=quiet, stderr=quiet
        )
        os.close(read_there)
        os.close(write_there)
        self._in, self._out, self._rest, self._count = read_here, write_here, b"", 0
        self._loaded = False
        self._session: str | None = None
        self.requests: list[str] = []
        self.complaints: list[str] = []
        target = self.say("Target.createTarget", url="about:blank")["targetId"]
        self._session = self.say("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Network", "Runtime", "Log", "Page"):
            self.say(f"{domain}.enable")

    def close(self) -> None:
        self.process.terminate()
        self.process.wait(SECONDS)

    def say(self, method: str, **params: Any) -> Any:
        """Ask, and wait for the answer."""
        self._count += 1
        asked = {"id": self._count, "method": method, "params": params}
        if self._session is not None:
            asked["sessionId"] = self._session
        os.write(self._out, json.dumps(asked).encode() + b"\0")
        while True:
            said = self._hear(time.monotonic() + SECONDS)
            if said.get("id") == self._count:
                assert "error" not in said, said
                return said["result"]

    def open(self, file: Path) -> None:
        """Go to a file and wait until it is loaded."""
        self._loaded = False
        self.say("Page.navigate", url=file.as_uri())
        until = time.monotonic() + SECONDS
        while not self._loaded:
            self._hear(until)
        self.value("new Promise(done => setTimeout(done, 300))")

    def value(self, script: str) -> Any:
        """What a script gives."""
        said = self.say("Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in said, said
        return said["result"].get("value")

    def screenshot(self, file: Path, of: str, *, dark: bool = False, width: int = 1100) -> None:
        """The elements from the page's top to the end of `of` (a selector) as a picture of 128 colours."""
        scheme = [{"name": "prefers-color-scheme", "value": "dark" if dark else "light"}]
        self.say("Emulation.setEmulatedMedia", features=scheme)
        self.say("Emulation.setDeviceMetricsOverride", width=width, height=900, deviceScaleFactor=1, mobile=False)
        end = self.value(f"document.querySelector('{of}').getBoundingClientRect().bottom + scrollY + 16")
        clip = {"x": 0, "y": 0, "width": width, "height": end, "scale": 1}
        said = self.say("Page.captureScreenshot", format="png", captureBeyondViewport=True, clip=clip)
        with Image.open(io.BytesIO(base64.b64decode(said["data"]))) as shot:
            shot.convert("RGB").quantize(128, dither=Image.Dither.NONE).save(file, optimize=True)

    def _hear(self, until: float) -> Any:
        while b"\0" not in self._rest:
            assert select.select([self._in], [], [], max(0, until - time.monotonic()))[0], "Chromium does not answer"
            got = os.read(self._in, 1 << 16)
            assert got, "Chromium went away"
            self._rest += got
        one, _, self._rest = self._rest.partition(b"\0")
        said = json.loads(one)
        self._note(said.get("method"), said.get("params"))
        return said

    def _note(self, method: str | None, params: Any) -> None:
        if method == "Network.requestWillBeSent":
            self.requests.append(params["request"]["url"])
        elif method in ("Runtime.exceptionThrown", "Runtime.consoleAPICalled"):
            self.complaints.append(json.dumps(params))
        elif method == "Log.entryAdded":
            self.complaints.append(params["entry"]["text"])
        elif method == "Page.loadEventFired":
            self._loaded = True
