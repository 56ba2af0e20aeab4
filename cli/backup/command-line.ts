import { type Command, InvalidArgumentError, Option } from "commander";
import { timers } from "./timers";

/** A count of backups. */
function count(text: string): number {
  if (/^\d{1,4}$/.test(text)) return Number(text);
  throw new InvalidArgumentError("A whole number from 0 to 9999.");
}

/** Hours as a person writes them. */
function hours(text: string): number {
  const number = Number(text);
  if (text.trim() !== "" && number > 0) return number;
  throw new InvalidArgumentError("Hours are a number above 0.");
}

/** The beginning of a backup's id, which is hexadecimal. */
function snapshotId(text: string): string {
  if (/^[0-9a-f]{4,32}$/.test(text)) return text;
  throw new InvalidArgumentError("An id has 4 to 32 digits of 0 to 9 and a to f.");
}

const notes = `
Without --to and --from the place is that of wharf:backup. A place is a directory, s3://bucket/prefix, gs://bucket/prefix or azblob://container/prefix, with the credentials that the clouds'
own tools read from their variables. The password is that of WHARF_BACKUP_PASSWORD_FILE or WHARF_BACKUP_PASSWORD, else one that
the first backup generates.`;

const examples = (lines: string[]) =>
  `\nExamples:\n${lines.map((line) => `  ${line}`).join("\n")}\n${notes}`;

/**
 * Adds `wharf backup` with `list` and `schedule`, `wharf restore` and `wharf drill`.
 * @param stackName reads a stack's name, and refuses what can be none
 */
export function registerBackups(program: Command, stackName: (name: string) => string): void {
  const common = (command: Command, description: string) =>
    command
      .description(description)
      .option("-s, --stack <name>", "stack that the backups are of", stackName, "dev")
      .option("--registry <host>", "registry that is not of a stack, by its host")
      .option("--json", "print one JSON value on standard output");
  const backup = common(
    program.command("backup"),
    "Save images, users, certificates and the stack's state, encrypted, while the registry serves.",
  )
    .option("--to <place>", "where backups are kept")
    .option(
      "--keep-last <number>",
      "the newest backups stay; 3 where wharf:backup.keep does not say",
      count,
    )
    .option("--keep-daily <number>", "and the last one of so many days; 7", count)
    .option("--keep-weekly <number>", "and the last one of so many weeks; 4", count)
    .option("--keep-monthly <number>", "and the last one of so many months; 6", count)
    .option(
      "--metrics <place>",
      "path of a .prom file, or URL of a Pushgateway, that is told of it",
    )
    .addHelpText(
      "after",
      examples([
        "npx wharf backup --to /mnt/backup",
        "npx wharf backup --stack prod --to s3://acme-backups/registry --keep-daily 14",
        "npx wharf backup list --stack prod --from s3://acme-backups/registry",
      ]),
    )
    .action(async (options) => (await import("../commands/backup")).backup(options));

  // Its other options are those of `backup`, which reads them first.
  backup
    .command("list")
    .description("List backups, the newest first.")
    .option("--from <place>", "where backups are kept")
    .action(async (_, command: Command) =>
      (await import("../commands/backup")).list(command.optsWithGlobals()),
    );

  backup
    .command("schedule")
    .description("Print or write the files of a timer that makes the backups of wharf:backup.")
    .addOption(
      new Option(
        "--for <timer>",
        "what runs it; defaults to kubernetes for a stack there, else to systemd",
      ).choices(timers),
    )
    .option("--image <reference>", "of a CronJob: image that holds this checkout")
    .option("--write <directory>", "where to write the files; they are printed where not given")
    .addHelpText(
      "after",
      "\nExamples:\n  npx wharf backup schedule --stack prod\n  npx wharf backup schedule --stack prod --for cron --write units\n  npx wharf backup schedule --stack prod --for kubernetes --image registry.example.com/wharf:1 | kubectl apply -f -",
    )
    .action(async (_, command: Command) =>
      (await import("../commands/backup-schedule")).schedule(command.optsWithGlobals()),
    );

  const read = (name: string, description: string, lines: string[]) =>
    common(program.command(name), description)
      .option("--from <place>", "where backups are kept")
      .option("--snapshot <id>", "backup, or how its id begins; defaults to the newest", snapshotId)
      .addHelpText("after", examples(lines));

  read("restore", "Write a backup into a registry, and bring a lost stack's state back.", [
    "npx wharf restore --from /mnt/backup",
    "npx wharf restore --from /mnt/backup --to gcp",
    "npx wharf restore --from /mnt/backup --snapshot 3f2a91c0 --to registry.example.com:5000 --replace",
  ])
    .option("--to <registry>", "stack or host that gets the images; defaults to the stack's own")
    .option("--replace", "move tags that the registry has with another digest")
    .action(async (options) => (await import("../commands/restore")).restore(options));

  read("drill", "Restore a backup into a registry of its own here, and compare every byte.", [
    "npx wharf drill --from /mnt/backup",
    "npx wharf drill --from /mnt/backup --max-age 26",
  ])
    .option("--max-age <hours>", "fail where the backup is older", hours)
    .action(async (options) => (await import("../commands/drill")).drill(options));
}
