"""Serves the report's pages, and nothing beside them."""

from __future__ import annotations

import logging
import threading
from http import HTTPStatus
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, BinaryIO
from urllib.parse import urlsplit

logger = logging.getLogger(__name__)

HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-cache",
}
NO_PAGE = "There is no such page. A contract has pages once it was audited: run the main job first."


class ReportServer:
    """A running server; `stop` it, or use it in a `with`."""

    def __init__(self, site: Path, host: str, port: int) -> None:
        self.site = site.absolute()
        self._server = _Server((host, port), _handler(self.site, host))
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.1,), name="reports", daemon=True)
        self._thread.start()

    @property
    def url(self) -> str:
        host, port = self._server.server_address[:2]
        return f"http://{host!s}:{port}"

    def stop(self) -> None:
        """Returns when the port is free again."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def __enter__(self) -> ReportServer:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()


def serve_reports(site: Path, host: str, port: int) -> ReportServer:
    """Serves the folder `site` in a thread of this process, also when it does not exist yet; port 0 takes a free one.

    Raises OSError when the port is taken.
    """
    return ReportServer(site, host, port)


class _Server(ThreadingHTTPServer):
    daemon_threads = True


def _handler(site: Path, host: str) -> type[SimpleHTTPRequestHandler]:
    return type("ReportHandler", (_ReportHandler,), {"site": site, "names": _names(host)})


def _names(host: str) -> frozenset[str] | None:
    """What a browser may call a loopback server; a page of another name that resolves to it is refused."""
    loopback = host == "localhost" or host.startswith("127.")
    return frozenset({host, "localhost", "127.0.0.1"}) if loopback else None


class _ReportHandler(SimpleHTTPRequestHandler):
    """GET and HEAD of files that really lie below the site."""

    site: Path
    names: frozenset[str] | None
    timeout = 30
    server_version = "ecrec"
    sys_version = ""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, directory=str(self.site), **kwargs)

    def send_head(self) -> BinaryIO | None:
        if not self._called_by_a_known_name():
            self.send_error(HTTPStatus.MISDIRECTED_REQUEST)
            return None
        if not self._may_be_read(Path(self.translate_path(self.path))):
            self.send_error(HTTPStatus.NOT_FOUND, explain=NO_PAGE)
            return None
        return super().send_head()

    def _called_by_a_known_name(self) -> bool:
        return self.names is None or urlsplit(f"//{self.headers.get('Host', '')}").hostname in self.names

    def _may_be_read(self, asked: Path) -> bool:
        """An existing file or folder, not hidden, and no link that leads out of the site."""
        if not asked.is_relative_to(self.site) or not asked.exists():
            return False
        hidden = any(part.startswith(".") for part in asked.relative_to(self.site).parts)
        return not hidden and asked.resolve().is_relative_to(self.site.resolve())

    def list_directory(self, path: Any) -> None:  # noqa: ARG002
        """Folders are not listed."""
        self.send_error(HTTPStatus.NOT_FOUND, explain=NO_PAGE)

    def end_headers(self) -> None:
        for name, value in HEADERS.items():
            self.send_header(name, value)
        super().end_headers()

    def log_message(self, format: str, *args: Any) -> None:
        logger.debug(format, *args)


def main() -> None:
    """Serves the report of the settings until the process is asked to end."""
    from ecrec_assets.contracts.report_links import site_of
    from ecrec_assets.settings import get_settings

    settings = get_settings()
    with serve_reports(site_of(settings.reports), settings.host, settings.report_port):
        threading.Event().wait()


if __name__ == "__main__":
    main()
