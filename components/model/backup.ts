import path from "node:path";
import { z } from "zod";
import { keyOf, removeCommand } from "../core/messages";
import type { Rule } from "../core/rule";
import type { Target } from "./environment";
import { isSchedule } from "./schedule";
import { imagesDirectory, type StorageSettings } from "./storage";

/** At night, and not at the full hour, when everybody's jobs begin. */
export const nightlyBackup = "41 2 * * *";

/** How many backups stay where a description does not say: what restic's and kopia's users keep, half a year in twenty backups. */
export const keptBackups = { last: 3, daily: 7, weekly: 4, monthly: 6 } as const;

const kept = (of: keyof typeof keptBackups, what: string) =>
  z
    .int()
    .min(0)
    .max(9999)
    .default(keptBackups[of])
    .meta({ description: `${what} Defaults to ${keptBackups[of]}.` });

const isPlace = (text: string) =>
  path.isAbsolute(text) || /^(s3|gs|azblob):\/\/[a-z0-9][a-z0-9._-]{1,61}[a-z0-9](\/|$)/.test(text);

const isMetricsPlace = (text: string) =>
  (path.isAbsolute(text) && text.endsWith(".prom")) ||
  (/^https?:\/\//.test(text) && URL.canParse(text) && new URL(text).password === "");

/** Stack config `wharf:backup`: where `npx wharf backup` keeps what it saves, how often it is to run, and what it tells Prometheus. */
export const backupSettings = z.strictObject({
  to: z
    .string()
    .refine(
      isPlace,
      "is not a place of backups: an absolute directory, s3://bucket/prefix, gs://bucket/prefix or azblob://container/prefix",
    )
    .meta({
      description:
        "Where backups are kept: an absolute directory, `s3://bucket/prefix`, `gs://bucket/prefix` or `azblob://container/prefix`. Required.",
    }),
  schedule: z
    .string()
    .refine(
      isSchedule,
      `is not a schedule in cron's five fields, as in ${nightlyBackup} for every night at 2:41`,
    )
    .default(nightlyBackup)
    .meta({
      description: `When a timer runs \`npx wharf backup\`, in cron's five fields; by it the alerts tell that a backup is too old. Defaults to \`${nightlyBackup}\`.`,
    }),
  keep: z
    .strictObject({
      last: kept("last", "The newest backups stay."),
      daily: kept("daily", "The last one of so many days stays as well."),
      weekly: kept("weekly", "The last one of so many weeks stays as well."),
      monthly: kept("monthly", "The last one of so many months stays as well."),
    })
    .prefault({})
    .meta({ description: "Which backups stay; each run removes the others of its stack." }),
  metrics: z
    .string()
    .refine(
      isMetricsPlace,
      "is neither an absolute path that ends in .prom, in the directory of the node exporter's textfile collector, nor the URL of a Pushgateway",
    )
    .optional()
    .meta({
      description:
        "Where each backup says that it was made: an absolute path that ends in `.prom`, in the directory of the node exporter's textfile collector, or the URL of a Pushgateway. With it there are alerts for backups that are missing or too old. Defaults to none.",
    }),
});

/** How a stack is backed up. */
export type BackupSettings = z.output<typeof backupSettings>;

interface Described {
  target: Target;
  backup?: BackupSettings;
  storage: StorageSettings;
}

/** Rules of the block `wharf:backup`. */
export const backupRules: Rule<Described>[] = [
  {
    needs: ["backup"],
    find: ({ backup }) =>
      backup === undefined || Object.values(backup.keep).some((count) => count > 0)
        ? []
        : [
            {
              key: keyOf(["backup", "keep"]),
              message: "keeps no backup: last, daily, weekly and monthly are all 0",
              fix: removeCommand(["backup", "keep"]),
            },
          ],
  },
  {
    needs: ["backup", "storage"],
    find: ({ backup, storage }) => {
      const images = imagesDirectory(storage);
      if (backup === undefined || images === undefined || !path.isAbsolute(backup.to)) return [];
      const inside = path.relative(images, backup.to);
      return inside.startsWith("..") || path.isAbsolute(inside)
        ? []
        : [
            {
              key: keyOf(["backup", "to"]),
              message: `${backup.to} is in the directory of the images, ${images} (wharf:storage.path), and would be lost with them; name a place on another disk`,
            },
          ];
    },
  },
];
