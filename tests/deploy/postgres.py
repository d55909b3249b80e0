"""A Postgres server from Debian's packages, as the compose file would start it, for the time of a test."""

import getpass
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from tests.deploy.compose import PROJECT

USER = "ecrec"


class Server(NamedTuple):
    """A running server. `user` is also its superuser, as in the image."""

    port: int
    password: str

    def query(self, database: str, sql: str, *values: Any) -> list[tuple]:
        """The rows of one statement."""
        import psycopg2

        connection = psycopg2.connect(
            host="127.0.0.1", port=self.port, user=USER, password=self.password, dbname=database
        )
        try:
            connection.autocommit = True
            with connection.cursor() as cursor:
                cursor.execute(sql, values or None)
                return cursor.fetchall() if cursor.description else []
        finally:
            connection.close()


def binaries() -> Path | None:
    """The newest server's programs; None when Debian's package is not installed."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    return found[-1].parent if found else None


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def postgres(password: str) -> Iterator[Server]:
    """A new, empty server on a free port, with the databases that the compose file makes. The server refuses root."""
    programs = binaries()
    assert programs is not None
    owner = "postgres" if os.geteuid() == 0 else getpass.getuser()
    account = pwd.getpwnam(owner)
    folder = Path(tempfile.mkdtemp(prefix="ecrec-postgres-", dir="/tmp"))
    os.chown(folder, account.pw_uid, account.pw_gid)
    data, secret, port = folder / "data", folder / "password", free_port()
    secret.write_text(password)
    os.chown(secret, account.pw_uid, account.pw_gid)

    def as_owner(program: str, *arguments: str) -> None:
        subprocess.run(
            [programs / program, *arguments],
            user=owner if os.geteuid() == 0 else None,
            cwd=folder,
            check=True,
            stdout=subprocess.DEVNULL,
            timeout=60,
        )

    options = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={folder} -c fsync=off"
    try:
        as_owner("initdb", f"--pgdata={data}", f"--username={USER}", "--auth=scram-sha-256", f"--pwfile={secret}")
        as_owner("pg_ctl", "start", "--wait", f"--pgdata={data}", f"--options={options}", f"--log={folder}/log")
        try:
            server = Server(port, password)
            server.query("postgres", "CREATE DATABASE dagster")
            server.query("dagster", (PROJECT / "deploy" / "databases.sql").read_text())
            yield server
        finally:
            as_owner("pg_ctl", "stop", "--wait", "--mode=immediate", f"--pgdata={data}")
    finally:
        shutil.rmtree(folder)
