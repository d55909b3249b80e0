"""Debian's chromium over its DevTools protocol: open a page, ask it, press keys, and see what it did meanwhile."""

from __future__ import annotations

import json
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from websockets.sync.client import ClientConnection, connect

FLAGS = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"),
    *("--disable-background-networking", "--disable-component-update", "--remote-debugging-port=0"),
)
MISSING = not shutil.which("chromium")


class Tab:
    """One page. `console` are errors and warnings of its script and policy, `asked` all addresses it asked for."""

    def __init__(self, socket: ClientConnection, session: str) -> None:
        self.socket, self.session, self.number = socket, session, 0
        self.console: list[str] = []
        self._requests: dict[str, str] = {}
        self.events: list[str] = []
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.call(f"{domain}.enable")
        self.call("Network.setCacheDisabled", cacheDisabled=True)

    def call(self, method: str, **params: Any) -> dict[str, Any]:
        """One command and its answer; what happens meanwhile is kept."""
        self.number += 1
        message = {"id": self.number, "sessionId": self.session, "method": method, "params": params}
        self.socket.send(json.dumps(message))
        while (answer := self._next()).get("id") != self.number:
            pass
        assert "error" not in answer, answer
        return answer["result"]

    def open(self, url: str, *, seconds: float = 60) -> None:
        """Goes there, with empty notes, and waits for its load event."""
        self.console, self._requests, self.events = [], {}, []
        self.call("Page.navigate", url=url)
        self.wait_for("Page.loadEventFired", seconds)

    def wait_for(self, event: str, seconds: float = 20) -> None:
        end = time.monotonic() + seconds
        while event not in self.events:
            self._next(max(0.01, end - time.monotonic()))
        self.events.remove(event)

    def ask(self, script: str) -> Any:
        """The JSON value of an expression in the page."""
        found = self.call("Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in found, found["exceptionDetails"]
        return found["result"].get("value")

    def follow(self, selector: str) -> str:
        """Clicks what the selector finds; the address one arrives at."""
        self.events = []
        self.ask(f"document.querySelector({json.dumps(selector)}).click()")
        self.wait_for("Page.loadEventFired")
        return self.ask("location.href")

    def press(self, key: str) -> None:
        for kind in ("rawKeyDown", "keyUp"):
            self.call("Input.dispatchKeyEvent", type=kind, key=key, code=key, windowsVirtualKeyCode=CODES.get(key, 0))

    def size(self, width: int, height: int = 800) -> None:
        self.call(
            "Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=width < 600
        )

    @property
    def asked(self) -> list[str]:
        return list(self._requests.values())

    @property
    def hosts(self) -> set[str]:
        return {urlsplit(url).hostname or "" for url in self.asked}

    def _next(self, seconds: float = 60) -> dict[str, Any]:
        message = json.loads(self.socket.recv(timeout=seconds))
        method, params = message.get("method", ""), message.get("params", {})
        self.events.append(method)
        if method == "Network.requestWillBeSent":
            self._requests[params["requestId"]] = params["request"]["url"]
        if method == "Network.loadingFailed" and params.get("blockedReason") == "csp":
            self._requests.pop(params["requestId"], None)  # announced, but stopped before it was sent
        if method == "Runtime.exceptionThrown":
            self.console.append(str(params["exceptionDetails"]))
        if method == "Log.entryAdded" and params["entry"]["level"] in ("error", "warning"):
            self.console.append(params["entry"]["text"])
        return message


CODES = {"ArrowLeft": 37, "ArrowUp": 38, "ArrowRight": 39, "ArrowDown": 40, "Enter": 13, "Tab": 9}


@contextmanager
def browser(scratch: Path) -> Iterator[Tab]:
    """A fresh browser with one tab, gone afterwards."""
    profile = scratch / "profile"
    command = ["chromium", *FLAGS, f"--user-data-dir={profile}", "about:blank"]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        with connect(_address(profile), max_size=None, open_timeout=30) as socket:
            yield Tab(socket, _session(socket))
    finally:
        process.terminate()
        process.wait(20)


def _address(profile: Path) -> str:
    """Chromium writes its port and path into a file once it listens."""
    file, end = profile / "DevToolsActivePort", time.monotonic() + 60
    while not (file.exists() and len(lines := file.read_text().split()) == 2):
        assert time.monotonic() < end, "chromium did not start"
        time.sleep(0.05)
    return f"ws://127.0.0.1:{lines[0]}{lines[1]}"


def _session(socket: ClientConnection) -> str:
    def call(number: int, method: str, **params: Any) -> dict[str, Any]:
        socket.send(json.dumps({"id": number, "method": method, "params": params}))
        while (answer := json.loads(socket.recv(timeout=60))).get("id") != number:
            pass
        return answer["result"]

    target = call(-1, "Target.createTarget", url="about:blank")["targetId"]
    return str(call(-2, "Target.attachToTarget", targetId=target, flatten=True)["sessionId"])
