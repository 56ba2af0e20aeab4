import { existsSync, readFileSync } from "node:fs";
import { homedir, userInfo } from "node:os";
import path from "node:path";
import { CronExpressionParser } from "cron-parser";
import { parseAllDocuments } from "yaml";
import type { BackupSettings } from "../../components/model/backup";
import { longestPause } from "../../components/model/schedule";
import { backupPasswords, checkout } from "../checkout";
import type { Timer } from "./timers";

/** A stack whose backups are made by a timer. */
export interface Scheduled {
  stack: string;
  backup: BackupSettings;
  /** Image of a CronJob, which holds this checkout; empty elsewhere. */
  image: string;
}

/** Contents by file name, made of the ready files in pipelines/backup. */
export function timerFiles(timer: Timer, scheduled: Scheduled): Record<string, string> {
  return files[timer](scheduled);
}

const files: Record<Timer, (scheduled: Scheduled) => Record<string, string>> = {
  systemd: (scheduled) => ({
    [`wharf-backup@${scheduled.stack}.service`]: backupService(scheduled),
    [`wharf-backup@${scheduled.stack}.timer`]: backupTimer(scheduled),
    [`wharf-drill@${scheduled.stack}.service`]: drillService(scheduled),
    [`wharf-drill@${scheduled.stack}.timer`]: drillTimer(scheduled),
  }),
  // Debian's cron reads no file whose name has a dot.
  cron: (scheduled) => ({
    [`wharf-backup-${scheduled.stack.replaceAll(".", "_")}`]: crontab(scheduled),
  }),
  kubernetes: (scheduled) => ({ [`wharf-backup-${scheduled.stack}.yaml`]: cronJob(scheduled) }),
};

/**
 * Whether every timer knows the schedule: numbers, names, ranges, lists and steps. cron-parser knows more, such as L for the last day.
 */
export function isPlainSchedule(schedule: string): boolean {
  return schedule
    .trim()
    .split(/[\s,/-]+/)
    .every((part) => /^(\*|\d+|[a-z]{3})$/i.test(part));
}

const ready = (file: string) => readFileSync(path.join(checkout, "pipelines/backup", file), "utf8");

/** A ready file with its lines in the form of this stack. */
function filled(text: string, lines: [was: RegExp, is: string][]): string {
  return lines.reduce((done, [was, is]) => {
    if (!was.test(done)) throw new Error(`pipelines/backup has no line like ${String(was)}`);
    return done.replace(was, () => is);
  }, text);
}

/** Which backups stay, as a comment says it: the command reads it at each run. */
function saidOf({ to, keep }: BackupSettings): string {
  const { last, daily, weekly, monthly } = keep;
  return `wharf:backup: to ${to}, keeps the last ${last} and those of ${daily} days, ${weekly} weeks and ${monthly} months; read at each run.`;
}

function passwordFile(stack: string): string {
  const generated = path.join(backupPasswords, stack);
  return existsSync(generated) ? generated : "/etc/wharf/backup-password";
}

/** A word of a unit file: % begins a specifier and $ a variable there. */
const unitPath = (text: string) => text.replaceAll("%", "%%");
const unitWord = (text: string) =>
  /^[\w./@:+-]+$/.test(text)
    ? text
    : `"${unitPath(text).replaceAll("$", "$$$$").replace(/["\\]/g, "\\$&")}"`;

/** Lines that the services of a backup and of its drill have in common. */
function serviceLines({ stack, backup }: Scheduled, command: string): [was: RegExp, is: string][] {
  const { to, metrics } = backup;
  const written = [
    ...(path.isAbsolute(to) ? [to] : []),
    ...(metrics !== undefined && path.isAbsolute(metrics) ? [path.dirname(metrics)] : []),
  ];
  const paths = [checkout, ...[homedir(), ...written].map((one) => `-${one}`)];
  return [
    [
      /^(#.*-)(backup|drill)@prod\.timer$/m,
      `#   systemctl daemon-reload && systemctl enable --now wharf-${command}@${stack}.timer`,
    ],
    [/^User=.*$/m, `User=${userInfo().username}`],
    [/^WorkingDirectory=.*$/m, `WorkingDirectory=${unitPath(checkout)}`],
    [/^# PLACE(, the| and the) credentials/m, "# The credentials"],
    [/^EnvironmentFile=(.*)$/m, "EnvironmentFile=-/etc/wharf/backup.env"],
    [/^# root's file, which.*$/m, "# Which only this service and the file's owner may read."],
    [/^LoadCredential=.*$/m, `LoadCredential=password:${unitPath(passwordFile(stack))}`],
    [/^ReadWritePaths=.*$/m, `ReadWritePaths=${paths.map(unitWord).join(" ")}`],
  ];
}

const runs = (command: string) => `ExecStart=${unitWord(process.execPath)} cli/wharf.js ${command}`;

function backupService(scheduled: Scheduled): string {
  const { stack, backup } = scheduled;
  return filled(ready("wharf-backup@.service"), [
    [
      /^# Saves one stack; .*$/m,
      `# Saves stack ${stack}; wharf-backup@${stack}.timer starts it. ${saidOf(backup)}\n# Both belong in /etc/systemd/system:`,
    ],
    [/^ExecStart=.*$/m, runs("backup --stack %i")],
    ...serviceLines(scheduled, "backup"),
  ]);
}

function drillService(scheduled: Scheduled): string {
  const { stack, backup } = scheduled;
  return filled(ready("wharf-drill@.service"), [
    [
      /^# Tries whether the newest backup of one stack /m,
      `# Tries whether the newest backup of stack ${stack} `,
    ],
    [/ wharf-drill@STACK\.timer /, ` wharf-drill@${stack}.timer `],
    [/^ExecStart=.*$/m, runs(`drill --stack %i --max-age ${oldest(backup)}`)],
    ...serviceLines(scheduled, "drill"),
  ]);
}

/** How old the newest backup is at most where none was missed, in hours; a run takes a while itself. */
const oldest = ({ schedule }: BackupSettings) =>
  Math.ceil((longestPause(schedule) ?? 0) / 3600) + 2;

/** How far runs of several hosts are spread: half an hour, and less where they follow each other closely. */
function spread(schedule: string): number {
  return Math.min(1800, Math.floor((longestPause(schedule) ?? 0) / 10));
}

function backupTimer({ stack, backup: { schedule } }: Scheduled): string {
  return filled(ready("wharf-backup@.timer"), [
    [
      /^# Starts .*$/m,
      `# Starts wharf-backup@${stack}.service by wharf:backup.schedule, ${schedule}, and after a boot at which a run was missed.`,
    ],
    [/^(Description=.*) every night$/m, `Description=Back up Wharf's stack %i`],
    [
      /^OnCalendar=.*$/m,
      calendar(schedule)
        .map((one) => `OnCalendar=${one}`)
        .join("\n"),
    ],
    [/^RandomizedDelaySec=.*$/m, `RandomizedDelaySec=${spread(schedule)}`],
  ]);
}

function drillTimer({ stack }: Scheduled): string {
  return filled(ready("wharf-drill@.timer"), [
    [/ wharf-drill@STACK\.service /, ` wharf-drill@${stack}.service `],
  ]);
}

const weekdays = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];

/**
 * A schedule of cron as systemd's times. Where a schedule names days of the month and of the week, cron runs on either, and systemd only
 * where both are so: then there are two.
 */
export function calendar(schedule: string): string[] {
  const { fields } = CronExpressionParser.parse(schedule);
  const listed = ({ isWildcard, values }: { isWildcard: boolean; values: readonly unknown[] }) =>
    isWildcard ? "*" : values.map((one) => String(one).padStart(2, "0")).join(",");
  const { minute, hour, dayOfMonth, month, dayOfWeek } = fields;
  const time = `${listed(hour)}:${listed(minute)}`;
  const onDates = (days: string) => `*-${listed(month)}-${days} ${time}`;
  const numbers = [...new Set(dayOfWeek.values.map((day) => Number(day) % 7))];
  const names = numbers.map((day) => weekdays[day]).join(",");
  const byDay = dayOfWeek.isWildcard ? [] : [`${names} ${onDates("*")}`];
  const byDate = dayOfMonth.isWildcard && byDay.length > 0 ? [] : [onDates(listed(dayOfMonth))];
  return [...byDate, ...byDay];
}

function crontab({ stack, backup }: Scheduled): string {
  const { schedule } = backup;
  const user = userInfo().username;
  return filled(ready("crontab"), [
    [
      /^# Saves stack prod every night, /,
      `# ${saidOf(backup)}\n# Saves stack ${stack} by wharf:backup.schedule, `,
    ],
    [/^WHARF=.*$/m, `WHARF=${checkout}`],
    [/^PLACE=.*\n/m, ""],
    [/^WHARF_BACKUP_PASSWORD_FILE=.*$/m, `WHARF_BACKUP_PASSWORD_FILE=${passwordFile(stack)}`],
    [/^PATH=/m, `PATH=${path.dirname(process.execPath)}:`],
    [/^41 2 \* \* \* wharf /m, `${schedule.trim()} ${user} `],
    [/^41 5 \* \* 0 wharf /m, `41 5 * * 0 ${user} `],
    [/ --stack prod --to "\$PLACE"$/m, ` --stack ${stack}`],
    [
      / --stack prod --from "\$PLACE" --max-age 26$/m,
      ` --stack ${stack} --max-age ${oldest(backup)}`,
    ],
  ]);
}

function cronJob({ stack, backup, image }: Scheduled): string {
  const slug = stack
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-|-$/g, "");
  // A CronJob's name has 52 characters at most.
  const named = (name: string) => `${name}-${slug}`.slice(0, 52).replace(/-$/, "");
  const name = named("registry-backup");
  const text = filled(ready("cronjob.yaml"), [
    [/^# Saves a stack /, `# ${saidOf(backup)}\n# Saves stack ${stack} `],
    [/^# +kubectl apply -f cronjob\.yaml$/m, `#   kubectl apply -f wharf-backup-${stack}.yaml`],
    [/ every night, and/, ", and"],
    [
      /^#( +kubectl create secret generic )registry-backup /m,
      `#   kubectl create secret generic ${name} `,
    ],
  ]);
  const command = ["npx", "--no-install", "wharf"];
  /** What each CronJob runs and when, by the name of its container. */
  const jobs: Record<string, { name: string; schedule?: string; command: string[] }> = {
    backup: { name, schedule: backup.schedule, command: ["backup", `--stack=${stack}`] },
    drill: {
      name: named("registry-drill"),
      command: ["drill", `--stack=${stack}`, `--max-age=${oldest(backup)}`],
    },
  };
  const pod = ["spec", "jobTemplate", "spec", "template", "spec"];
  const container = [...pod, "containers", 0];
  const documents = parseAllDocuments(text);
  for (const document of documents) {
    if (!("setIn" in document)) continue;
    const job = jobs[String(document.getIn([...container, "name"]))];
    document.setIn(["metadata", "name"], job?.name ?? name);
    if (job === undefined) continue;
    if (job.schedule !== undefined) document.setIn(["spec", "schedule"], job.schedule);
    document.setIn([...pod, "serviceAccountName"], name);
    document.setIn([...container, "image"], image);
    document.setIn([...container, "command"], [...command, ...job.command]);
    document.setIn([...container, "envFrom", 0, "secretRef", "name"], name);
  }
  return documents.map((one) => String(one)).join("");
}
