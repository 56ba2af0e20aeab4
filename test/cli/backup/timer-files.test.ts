import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parseAllDocuments, stringify } from "yaml";
import { calendar } from "../../../cli/backup/timer-files";
import { announce } from "../../support/announce";
import { copyCheckout } from "../../support/copied-checkout";
import { kubeconform } from "../../support/lint/kubeconform";

const ready = resolve(__dirname, "../../../pipelines/backup");

describe("wharf backup schedule", () => {
  let copy: string;
  beforeAll(() => {
    copy = mkdtempSync(join(tmpdir(), "wharf-schedule-"));
    copyCheckout(copy, ["pipelines"]);
  });
  afterAll(() => rmSync(copy, { recursive: true }));

  const schedule = (config: Record<string, unknown>, ...words: string[]) => {
    const keys = Object.entries(config).map(([key, value]) => [`wharf:${key}`, value]);
    const text = stringify({ config: Object.fromEntries(keys) as Record<string, unknown> });
    writeFileSync(join(copy, "Pulumi.prod.yaml"), text);
    const command = ["cli/wharf.js", "backup", "schedule", "--stack", "prod", ...words];
    return execa("node", command, { cwd: copy, all: true, reject: false });
  };
  const files = async (config: Record<string, unknown>, ...words: string[]) => {
    const { stdout, exitCode, all } = await schedule(config, ...words, "--json");
    expect(exitCode, all).toBe(0);
    return JSON.parse(stdout) as Record<string, string>;
  };
  const lineOf = (text: string | undefined, begin: string) =>
    text?.split("\n").filter((line) => line.startsWith(begin));

  it("writes a service and a timer, in which a place of this host may be written", async () => {
    const into = join(copy, "units");
    const backup = { to: "/mnt/backup", schedule: "15 3 * * 1-5", metrics: "/var/lib/n/w.prom" };
    const run = await schedule({ backup }, "--write", into);
    expect(run.exitCode, run.all).toBe(0);
    expect(run.all).toContain(
      "systemctl enable --now wharf-backup@prod.timer wharf-drill@prod.timer",
    );
    const written = ["wharf-backup", "wharf-drill"].flatMap((unit) => [
      `${unit}@prod.service`,
      `${unit}@prod.timer`,
    ]);
    expect(readdirSync(into).sort()).toEqual(written);
    const unit = (name: string) => readFileSync(join(into, name), "utf8");
    const timer = unit("wharf-backup@prod.timer");
    expect(lineOf(timer, "OnCalendar")).toEqual(["OnCalendar=Mon,Tue,Wed,Thu,Fri *-*-* 03:15"]);
    expect(lineOf(unit("wharf-drill@prod.timer"), "OnCalendar")).toEqual([
      "OnCalendar=Sun *-*-* 05:41",
    ]);
    // From Friday to Monday no backup is made.
    for (const [name, command] of [
      ["backup", "backup --stack %i"],
      ["drill", "drill --stack %i --max-age 74"],
    ]) {
      const service = unit(`wharf-${name}@prod.service`);
      expect(lineOf(service, "ExecStart")).toEqual([
        `ExecStart=${process.execPath} cli/wharf.js ${command}`,
      ]);
      expect(service).toContain(`wharf-${name}@prod.timer`);
      expect(lineOf(service, "WorkingDirectory")).toEqual([`WorkingDirectory=${copy}`]);
      expect(lineOf(service, "ReadWritePaths")?.join()).toMatch(/ -\/mnt\/backup -\/var\/lib\/n$/);
      expect(service).not.toMatch(/PLACE|@STACK|one stack/);
    }
    expect(unit("wharf-backup@prod.service")).toContain(
      "keeps the last 3 and those of 7 days, 4 weeks and 6 months",
    );
  });

  it("prints lines of a crontab, whose drill bears the schedule's longest pause", async () => {
    const backup = { to: "s3://acme/backups", schedule: "0 */6 * * *" };
    const { "wharf-backup-prod": crontab, ...others } = await files({ backup }, "--for", "cron");
    expect(others).toEqual({});
    expect(crontab?.match(/^0 \*\/6 \* \* \* \S+ cd "\$WHARF".*$/m)?.[0]).toMatch(
      / wharf backup --stack prod$/,
    );
    expect(crontab).toMatch(/ wharf drill --stack prod --max-age 8$/m);
    expect(crontab).not.toContain("PLACE");
  });

  it("prints the ready CronJobs for a stack on Kubernetes, with its own names, schedule and image", async () => {
    const config = {
      target: "kubernetes",
      backup: { to: "s3://acme/backups", schedule: "0 */6 * * *" },
    };
    const { "wharf-backup-prod.yaml": text = "" } = await files(config, "--image", "acme/wharf:2");
    const inOrder = (yaml: string) => parseAllDocuments(yaml).map((one) => one.toJS() as unknown);
    const expected = readFileSync(join(ready, "cronjob.yaml"), "utf8")
      .replaceAll(/registry-(backup|drill)/g, "registry-$1-prod")
      .replaceAll("registry.example.com/wharf:0.1.0", "acme/wharf:2")
      .replace("41 2 * * *", "0 */6 * * *")
      .replace("--max-age=26", "--max-age=8")
      .replaceAll(/^ +- --(to|from)=.*\n/gm, "");
    expect(inOrder(text)).toEqual(inOrder(expected));
    expect(inOrder(text)).toHaveLength(3);
    const findings = await kubeconform([join(ready, "cronjob.yaml")], [], announce);
    expect(findings).toEqual([]);
    expect(text).toContain("# wharf:backup: to s3://acme/backups, keeps");
  });

  const to = "s3://acme/backups";
  it.each([
    [
      "no place",
      { target: "docker" },
      [],
      "wharf:backup   is missing, or not right: it says where backups go and when",
    ],
    [
      "a cloud",
      { target: "aws", backup: { to } },
      [],
      "wharf:target   aws keeps images itself, and has no volume to lose; docker and kubernetes have backups",
    ],
    [
      "a CronJob without an image",
      { target: "kubernetes", backup: { to } },
      [],
      "--image   is missing: an image that holds this checkout, as pipelines/backup/README.md says",
    ],
    [
      "a directory of a pod",
      { backup: { to: "/mnt/backup" } },
      ["--for", "kubernetes", "--image", "a/b:1"],
      "wharf:backup.to   /mnt/backup is a directory, which a CronJob's pod loses at its end; name a bucket, or let a host do it by --for systemd",
    ],
    [
      "metrics in a file of a pod",
      { backup: { to, metrics: "/n/w.prom" } },
      ["--for", "kubernetes", "--image", "a/b:1"],
      "wharf:backup.metrics   /n/w.prom is a file, which a CronJob's pod loses at its end; name a Pushgateway",
    ],
    [
      "the last day of a month",
      { backup: { to, schedule: "0 3 L * *" } },
      [],
      'wharf:backup.schedule   "0 3 L * *" has more than numbers, names, ranges, lists and steps, which is all that every timer knows',
    ],
    [
      "a registry by its host",
      { backup: { to } },
      ["--registry", "localhost:1"],
      "--registry   is a registry without a description; a schedule is that of a stack",
    ],
    [
      "another timer",
      { backup: { to } },
      ["--for", "launchd"],
      "error: option '--for <timer>' argument 'launchd' is invalid. Allowed choices are systemd, cron, kubernetes.",
    ],
  ])("refuses %s", async (_, config, words, message) => {
    const run = await schedule(config, "--write", join(copy, "none"), ...words);
    expect(run.exitCode, run.all).toBe(2);
    expect(run.all).toContain(message);
    expect(readdirSync(copy)).not.toContain("none");
  });
});

it("has for systemd the times that cron has", () => {
  expect(calendar("41 2 * * *")).toEqual(["*-*-* 02:41"]);
  expect(calendar("*/20 8-10 * jan,JUL *")).toEqual(["*-01,07-* 08,09,10:00,20,40"]);
  expect(calendar("0 3 * * 7")).toEqual(["Sun *-*-* 03:00"]);
  // On the first and on Sundays, as cron does, and not on Sundays that are the first.
  expect(calendar("0 3 1 * sun")).toEqual(["*-*-01 03:00", "Sun *-*-* 03:00"]);
});
