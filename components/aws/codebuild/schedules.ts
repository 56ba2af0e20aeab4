import { CronExpressionParser } from "cron-parser";

const days = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];

/** The five fields of a schedule, each the numbers that it stands for; undefined for any. */
function fieldsOf(schedule: string) {
  const { minute, hour, dayOfMonth, month, dayOfWeek } =
    CronExpressionParser.parse(schedule).fields;
  const valuesOf = ({ isWildcard, values }: { isWildcard: boolean; values: unknown }) =>
    isWildcard ? undefined : (values as number[]);
  return {
    minute: valuesOf(minute),
    hour: valuesOf(hour),
    dayOfMonth: valuesOf(dayOfMonth),
    month: valuesOf(month),
    dayOfWeek: valuesOf(dayOfWeek),
  };
}

/** Whether a schedule counts days from the end of a month, or weeks in it, for which EventBridge has another syntax. */
export function countsInMonth(schedule: string): boolean {
  return /[#L]/i.test(schedule.replace(/jul/gi, ""));
}

/** Whether a schedule names days of the month and days of the week; cron matches either, EventBridge only takes one of them. */
export function namesBothDays(schedule: string): boolean {
  const { dayOfMonth, dayOfWeek } = fieldsOf(schedule);
  return dayOfMonth !== undefined && dayOfWeek !== undefined;
}

/**
 * A schedule in cron's five fields, UTC, as an expression of EventBridge, which has six, counts the days of the week from 1, and
 * needs a `?` for the kind of day that is not set ("Cron expressions reference" of its user guide).
 */
export function eventSchedule(schedule: string): string {
  const { minute, hour, dayOfMonth, month, dayOfWeek } = fieldsOf(schedule);
  const week = dayOfWeek?.map((day) => days[day % 7] ?? "");
  const ofMonth = week === undefined ? ranges(dayOfMonth) : "?";
  const ofWeek = week === undefined ? "?" : [...new Set(week)].join(",");
  return `cron(${[ranges(minute), ranges(hour), ofMonth, ranges(month), ofWeek, "*"].join(" ")})`;
}

/** Values of a field, neighbours drawn together: `1-5,9`. An expression may have 256 characters. */
function ranges(values: readonly number[] | undefined): string {
  if (values === undefined) return "*";
  const runs: [first: number, last: number][] = [];
  for (const value of values) {
    const run = runs.at(-1);
    if (run !== undefined && run[1] === value - 1) run[1] = value;
    else runs.push([value, value]);
  }
  return runs.map(([first, last]) => (first === last ? `${first}` : `${first}-${last}`)).join(",");
}
