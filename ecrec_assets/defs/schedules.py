import dagster as dg

from ecrec_assets.defs.jobs import collect_weeks, refresh


@dg.schedule(cron_schedule="0 4 * * *", job=collect_weeks, execution_timezone="America/New_York")
def newest_week_daily(context: dg.ScheduleEvaluationContext) -> dg.RunRequest:
    """The newest complete week, each morning, so that late lines still come in."""
    from ecrec_assets.components.partitions import newest_week

    return dg.RunRequest(
        run_key=f"{context.scheduled_execution_time:%Y-%m-%d}",
        partition_key=newest_week(context.scheduled_execution_time),
    )


refresh_daily = dg.ScheduleDefinition(
    name="refresh_daily",
    job=refresh,
    cron_schedule="0 5 * * *",
    execution_timezone="America/New_York",
    description="Everything that reads the tables, an hour later. What has not changed is not computed again.",
)
