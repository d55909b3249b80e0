"""How a run ends, and how one that was stopped goes on."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress

from ecrec_assets.track.tracking import Tracking, connect

LONGEST_ERROR = 5_000  # characters


class Stopped(Exception):
    """Raised inside a run that ends on purpose before its end: it is marked KILLED and not FAILED."""


@contextmanager
def until_its_end(tracking: Tracking, run_id: str) -> Iterator[None]:
    """FINISHED when the block is left, KILLED on Ctrl-C or `Stopped`, FAILED on any other error, kept as a tag."""
    try:
        yield
    except BaseException as error:
        _close_failed(tracking, run_id, error)
        raise
    connect(tracking).set_terminated(run_id, "FINISHED")


def reopened(tracking: Tracking, run_id: str | None) -> bool:
    """Whether the run is there, and then it is marked as running again. A run that somebody deleted is not."""
    if run_id is None:
        return False
    client = connect(tracking)
    from mlflow.exceptions import MlflowException

    try:
        found = client.get_run(run_id)
    except MlflowException as error:
        if error.error_code != "RESOURCE_DOES_NOT_EXIST":
            raise
        return False
    if found.info.lifecycle_stage != "active":
        return False
    client.update_run(run_id, status="RUNNING")
    if "error" in found.data.tags:
        client.delete_tag(run_id, "error")
    return True


def _close_failed(tracking: Tracking, run_id: str, error: BaseException) -> None:
    """Marks the run; a store that cannot be reached at this moment must not hide the error itself."""
    client = connect(tracking)
    from mlflow.exceptions import MlflowException

    stopped = isinstance(error, KeyboardInterrupt | Stopped)
    with suppress(MlflowException):
        client.set_tag(run_id, "error", f"{type(error).__name__}: {error}"[:LONGEST_ERROR])
        client.set_terminated(run_id, "KILLED" if stopped else "FAILED")
