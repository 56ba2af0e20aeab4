import { mkdirSync } from "node:fs";
import path from "node:path";
import type { Problem } from "../../components/core/problems";
import type { BackupSettings } from "../../components/model/backup";
import { selfHosted } from "../../components/model/environment";
import { writeWhole } from "../../offline/whole-file";
import { refuse } from "../backup/sources";
import { isPlainSchedule, timerFiles } from "../backup/timer-files";
import type { Timer } from "../backup/timers";
import { partOf } from "../stack/description";
import { describingFile } from "../stack/stack";
import { Session, type CommonOptions } from "../ui/session";

/** Options of `wharf backup schedule`. */
export interface ScheduleOptions extends CommonOptions {
  /** What runs the backups; by the stack's target where not given. */
  for?: Timer;
  /** Image of a CronJob. */
  image?: string;
  /** Directory that the files are written to. */
  write?: string;
  /** Host of a registry that is not of a stack. */
  registry?: string;
}

/** What is started with the files once they are where they belong. */
const next: Record<Timer, (files: string[]) => string> = {
  systemd: (files) =>
    `In /etc/systemd/system they start by:\n  systemctl daemon-reload && systemctl enable --now ${files.filter((file) => file.endsWith(".timer")).join(" ")}`,
  cron: () => "cron reads it in /etc/cron.d, where it has to be root's.",
  kubernetes: (files) =>
    `Once its Secret exists, as it says:\n  kubectl apply -f ${files.join(" ")}`,
};

/**
 * `wharf backup schedule`: prints the files of a timer that makes the stack's backups by `wharf:backup.schedule`, or writes them. Place and
 * numbers are not in the command of the timer, which reads them at each run.
 */
export function schedule(options: ScheduleOptions): void {
  const session = new Session(options, { asks: true });
  const { stack, registry, image = "", write } = options;
  if (registry !== undefined) {
    refuse("This schedule", [
      {
        key: "--registry",
        message: "is a registry without a description; a schedule is that of a stack",
      },
    ]);
  }
  const { config } = describingFile(stack);
  const target = partOf(config, ["target"])?.target ?? "docker";
  const backup = partOf(config, ["backup"])?.backup;
  const timer = options.for ?? (target === "kubernetes" ? "kubernetes" : "systemd");
  refuse("This schedule", problemsOf({ target, timer, image, backup }));
  if (backup === undefined) return;
  const files = timerFiles(timer, { stack, backup, image });
  if (write === undefined) {
    for (const [name, text] of Object.entries(files)) session.print(`# ${name}\n${text}`);
    return session.answer(files);
  }
  mkdirSync(write, { recursive: true });
  for (const [name, text] of Object.entries(files)) {
    writeWhole(path.join(write, name), text, 0o644);
    session.print(`Wrote ${path.join(write, name)}`);
  }
  const names = Object.keys(files);
  session.print(
    next[timer](timer === "systemd" ? names : names.map((one) => path.join(write, one))),
  );
  session.answer(files);
}

interface Asked {
  target: string;
  timer: Timer;
  image: string;
  backup: BackupSettings | undefined;
}

/** What is wrong with a schedule before any file is written. */
function problemsOf({ target, timer, image, backup }: Asked): Problem[] {
  if (!(selfHosted as readonly string[]).includes(target)) {
    return [
      {
        key: "wharf:target",
        message: `${target} keeps images itself, and has no volume to lose; docker and kubernetes have backups`,
      },
    ];
  }
  if (backup === undefined) {
    return [
      {
        key: "wharf:backup",
        message: "is missing, or not right: it says where backups go and when",
        fix: "pulumi config set --path 'wharf:backup.to' s3://bucket/prefix",
      },
    ];
  }
  const { metrics, schedule, to } = backup;
  const inPod = timer === "kubernetes";
  return [
    ...(isPlainSchedule(schedule)
      ? []
      : [
          {
            key: "wharf:backup.schedule",
            message: `"${schedule}" has more than numbers, names, ranges, lists and steps, which is all that every timer knows`,
          },
        ]),
    ...(inPod && image === ""
      ? [
          {
            key: "--image",
            message:
              "is missing: an image that holds this checkout, as pipelines/backup/README.md says",
            fix: "--image registry.example.com/wharf:1",
          },
        ]
      : []),
    ...(inPod && path.isAbsolute(to)
      ? [
          {
            key: "wharf:backup.to",
            message: `${to} is a directory, which a CronJob's pod loses at its end; name a bucket, or let a host do it by --for systemd`,
          },
        ]
      : []),
    ...(inPod && metrics !== undefined && path.isAbsolute(metrics)
      ? [
          {
            key: "wharf:backup.metrics",
            message: `${metrics} is a file, which a CronJob's pod loses at its end; name a Pushgateway`,
          },
        ]
      : []),
  ];
}
