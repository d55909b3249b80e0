"""Processor, memory, disk and network while a run lasts, in the run itself (`system/…`)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from ecrec_assets.track.tracking import Tracking


@contextmanager
def system_metrics(tracking: Tracking, run_id: str, *, seconds: float = 5) -> Iterator[None]:
    """Samples every `seconds`, and once at a good end so that a short run has figures too."""
    from mlflow.system_metrics.system_metrics_monitor import SystemMetricsMonitor

    monitor = SystemMetricsMonitor(run_id, sampling_interval=seconds, tracking_uri=tracking.uri)
    monitor.start()
    try:
        yield
    finally:
        monitor.finish()
    monitor.collect_metrics()
    monitor.publish_metrics(monitor.aggregate_metrics())
    monitor.mlflow_logger.flush()
