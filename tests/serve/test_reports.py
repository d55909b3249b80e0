"""The report server gives out the site and nothing else."""

from __future__ import annotations

import http.client
from collections.abc import Iterator
from pathlib import Path

import pytest

from ecrec_assets.serve.reports import HEADERS, ReportServer, serve_reports


@pytest.fixture
def site(tmp_path: Path) -> Path:
    site = tmp_path / "gx" / "site"
    (site / "verdicts" / "raw").mkdir(parents=True)
    (site / "index.html").write_text("<h1>index</h1>")
    (site / "verdicts" / "raw" / "latest.html").write_text("<h1>latest</h1>")
    (site / "static").mkdir()
    (site / "static" / "report.css").write_text("h1 { color: red }")
    (site / ".lock").write_text("hidden")
    (tmp_path / "gx" / "secret.html").write_text("secret")
    (tmp_path / "gx" / "site-of-another").mkdir()
    (tmp_path / "gx" / "site-of-another" / "secret.html").write_text("secret")
    return site


@pytest.fixture
def server(site: Path) -> Iterator[ReportServer]:
    with serve_reports(site, "127.0.0.1", 0) as running:
        yield running


def ask(
    server: ReportServer, path: str, *, method: str = "GET", host: str | None = None
) -> tuple[int, str, http.client.HTTPMessage]:
    """One request with the path exactly as written; status, body, headers."""
    address = server.url.removeprefix("http://")
    connection = http.client.HTTPConnection(address, timeout=10)
    connection.putrequest(method, path, skip_host=True)
    connection.putheader("Host", host or address)
    connection.endheaders()
    answer = connection.getresponse()
    return answer.status, answer.read().decode(), answer.headers


def test_pages_and_styles_are_served(server: ReportServer) -> None:
    assert ask(server, "/")[:2] == (200, "<h1>index</h1>")
    assert ask(server, "/verdicts/raw/latest.html?x=1")[:2] == (200, "<h1>latest</h1>")
    status, _, headers = ask(server, "/static/report.css")
    assert (status, headers["Content-Type"]) == (200, "text/css")
    assert ask(server, "/", method="HEAD")[:2] == (200, "")


@pytest.mark.parametrize(
    "path",
    [
        "/../secret.html",
        "/verdicts/../../secret.html",
        "/%2e%2e/secret.html",
        "/..%2fsecret.html",
        "/%2e%2e%2fsecret.html",
        "/..%5csecret.html",
        "/../site-of-another/secret.html",
        "//etc/passwd",
        "/verdicts/raw/../../../../../../../../etc/passwd",
        "/static/report.css/../../../secret.html",
        "/%00",
        "/.lock",
        "/verdicts/",
        "/verdicts/raw/",
        "/static/",
    ],
)
def test_nothing_outside_hidden_or_listed_is_served(server: ReportServer, path: str) -> None:
    status, body, _ = ask(server, path)
    assert status == 404
    assert not {"secret", "hidden", "root:", "latest.html", "report.css</a>"} & set(body.split())
    assert "secret.html" not in body


def test_a_link_out_of_the_site_is_refused_and_one_inside_followed(server: ReportServer, site: Path) -> None:
    (site / "out.html").symlink_to(site.parent / "secret.html")
    (site / "folder").symlink_to(site.parent / "site-of-another")
    (site / "in.html").symlink_to(site / "index.html")
    assert ask(server, "/out.html")[0] == 404
    assert ask(server, "/folder/secret.html")[0] == 404
    assert ask(server, "/in.html")[:2] == (200, "<h1>index</h1>")


@pytest.mark.parametrize("path", ["/", "/static/report.css", "/missing", "/../secret.html"])
def test_every_answer_has_the_security_headers(server: ReportServer, path: str) -> None:
    headers = ask(server, path)[2]
    assert {name: headers[name] for name in HEADERS} == HEADERS
    assert headers["Content-Security-Policy"].startswith("default-src 'none'; script-src 'self'; style-src 'self'")
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert "Python" not in headers["Server"]


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS"])
def test_only_reading_is_possible(server: ReportServer, method: str) -> None:
    assert ask(server, "/index.html", method=method)[0] == 501


def test_another_site_that_points_its_name_here_is_refused(server: ReportServer) -> None:
    assert ask(server, "/", host="evil.example:80")[0] == 421
    assert ask(server, "/", host="localhost:8090")[0] == 200


def test_a_server_for_everyone_answers_to_any_name(site: Path) -> None:
    with serve_reports(site, "0.0.0.0", 0) as server:
        server_port = int(server.url.rpartition(":")[2])
        connection = http.client.HTTPConnection("127.0.0.1", server_port, timeout=10)
        connection.request("GET", "/", headers={"Host": "reports.internal"})
        assert connection.getresponse().status == 200


def test_a_site_that_does_not_exist_yet_says_so_and_appears_when_written(tmp_path: Path) -> None:
    with serve_reports(tmp_path / "later", "127.0.0.1", 0) as server:
        status, body, _ = ask(server, "/")
        assert (status, "run the main job first" in body) == (404, True)
        (tmp_path / "later").mkdir()
        (tmp_path / "later" / "index.html").write_text("here")
        assert ask(server, "/")[:2] == (200, "here")


def test_a_stopped_server_frees_its_port(site: Path) -> None:
    server = serve_reports(site, "127.0.0.1", 0)
    port = int(server.url.rpartition(":")[2])
    with pytest.raises(OSError):
        serve_reports(site, "127.0.0.1", port)
    server.stop()
    with serve_reports(site, "127.0.0.1", port) as again:
        assert ask(again, "/")[0] == 200
