import { CronExpressionParser } from "cron-parser";

/** Whether a text is a schedule in cron's five fields. */
export function isSchedule(schedule: string): boolean {
  if (schedule.trim().split(/\s+/).length !== 5) return false;
  try {
    CronExpressionParser.parse(schedule);
    return true;
  } catch {
    return false;
  }
}

/** Runs that are looked at to tell how far apart they are: those of a week of hours, or of five months of Sundays. */
const manyRuns = 24;

/** The longest time between two runs of a schedule that follow each other, in seconds; undefined without one. */
export function longestPause(schedule: string | undefined): number | undefined {
  if (schedule === undefined) return undefined;
  const runs = CronExpressionParser.parse(schedule, { currentDate: new Date(0), tz: "UTC" });
  const times = runs.take(manyRuns).map((run) => run.getTime() / 1000);
  return Math.max(...times.slice(1).map((time, index) => time - (times[index] ?? 0)));
}
