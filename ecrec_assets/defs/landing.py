import dagster as dg

from ecrec_assets.defs.jobs import collect_weeks, refresh


@dg.sensor(jobs=[collect_weeks, refresh], minimum_interval_seconds=30, default_status=dg.DefaultSensorStatus.STOPPED)
def landing_folder(context: dg.SensorEvaluationContext) -> dg.SensorResult:
    """Files that arrive in the landing folder are collected through the gate."""
    from ecrec_assets.components.landing import run_requests, snapshot

    now = snapshot()
    requests = run_requests(context.cursor, now)
    return dg.SensorResult(run_requests=requests, cursor=now.to_cursor())
