import { z } from "zod";
import type { Problem } from "../../components/core/problems";
import { DescriptionError } from "../../components/core/problems";
import { backupProgram } from "../../offline/programs";
import { AskedProgram } from "../asked-program";
import type { CopiedRegistry } from "../copy/copier";
import { size } from "../copy/report";
import { ExitCode, Failure } from "../failure";
import { scratchDirectory } from "../scratch";
import type { Progress } from "../ui/progress";
import { shownPlace, type Place } from "./place";

const backupInfo = z.object({
  id: z.string(),
  /** When it was begun, ISO 8601. */
  time: z.string(),
  stack: z.string(),
  repositories: z.number(),
  images: z.number(),
  /** Of all that it holds. */
  bytes: z.number(),
  /** What was stored for it and no backup before it had. */
  newBytes: z.number(),
  seconds: z.number(),
});

/** A backup, as lists show it. */
export type BackupInfo = z.output<typeof backupInfo>;

const failure = z.object({
  repository: z.string().optional(),
  tag: z.string().optional(),
  /** Digest of the manifest or blob. */
  blob: z.string().optional(),
  kind: z.string(),
  text: z.string(),
});

/** Something of a backup or registry that is not as it should be. */
export type BackupFailure = z.output<typeof failure>;

const sent = z.object({
  images: z.number(),
  same: z.number(),
  moved: z.number(),
  blobs: z.number(),
  bytes: z.number(),
});

const event = z.object({
  event: z.enum(["progress", "done", "failed"]),
  text: z.string().default(""),
  kind: z.string().default(""),
  failures: z.array(failure).default([]),
  bytes: z.number().default(0),
  of: z.number().default(0),
  snapshots: z.array(backupInfo).default([]),
  documents: z.record(z.string(), z.string()).default({}),
  sent: sent.optional(),
  created: z.boolean().default(false),
  removed: z.number().default(0),
  gone: z.array(z.string()).default([]),
  restoreSeconds: z.number().default(0),
  verifySeconds: z.number().default(0),
});

/** What the program answers. */
export type BackupAnswer = z.output<typeof event>;

/** How many backups stay: the last ones, and the last one of so many days, weeks and months. */
export interface Keep {
  last: number;
  daily: number;
  weekly: number;
  monthly: number;
}

/** What the program is asked to do. */
export interface BackupRequest {
  action: "backup" | "list" | "documents" | "restore" | "drill";
  storage: Place;
  password: string;
  stack: string;
  registry?: CopiedRegistry;
  parallel?: number;
  documents?: Record<string, string>;
  keep?: Keep;
  /** Id of a backup, or how it begins; the newest one where not given. */
  snapshot?: string;
  replace?: boolean;
}

/**
 * Runs `offline/go/backup`, which answers one request.
 * @throws Failure where it cannot do what it was asked, DescriptionError where that is for the person to change
 */
export async function askProgram(
  request: BackupRequest,
  progress: Progress,
): Promise<BackupAnswer> {
  const path = await backupProgram(progress);
  progress.start(request.action, `opening ${shownPlace(request.storage)}`);
  const scratch = scratchDirectory("backup");
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.once(signal, () => process.exit(ExitCode.Interrupted));
  }
  const again = "what is stored is not stored again";
  const program = new AskedProgram(path, event, { name: "The backup program", again });
  try {
    const told = await program.ask({ parallel: 4, ...request, scratch }, "done", (one) =>
      progress.update(progressText(one)),
    );
    if (told.event === "failed") throw refused(told, request);
    return told;
  } finally {
    program.close();
    progress.clear();
  }
}

function progressText({ text, bytes, of }: BackupAnswer): string {
  if (bytes === 0) return text;
  return `${text}, ${size(bytes)}${of > bytes ? ` of ${size(of)}` : ""}`;
}

/** Most problems that are listed one by one. */
const mostTold = 20;

function refused(
  { kind, text, failures }: BackupAnswer,
  { action, storage, registry, stack }: BackupRequest,
): Error {
  const where = shownPlace(storage);
  const problem = (key: string, message: string, fix?: string) =>
    new DescriptionError(`This ${action === "documents" ? "restore" : action}`, [
      { key, message, ...(fix !== undefined && { fix }) },
    ]);
  const option = action === "backup" ? "--to" : "--from";
  switch (kind) {
    case "password":
      return problem(
        option,
        `${where} was made with another password`,
        "export WHARF_BACKUP_PASSWORD_FILE=<file that holds it>",
      );
    case "missing":
    case "none":
      return problem(option, `${where}: ${text}`);
    case "foreign":
      return problem(option, `${where}: ${text}; name an empty directory or prefix, or a new one`);
    case "snapshot":
      return problem(
        "--snapshot",
        text,
        `npx wharf backup list --from ${where}${stack === "dev" ? "" : ` --stack ${stack}`}`,
      );
    case "conflicts": {
      const problems: Problem[] = failures.slice(0, mostTold).map((one) => ({
        key: `${one.repository}:${one.tag}`,
        message: one.text,
        fix: "--replace moves such tags to the images of the backup",
      }));
      if (failures.length > mostTold) {
        problems.push({ key: "…", message: `and ${failures.length - mostTold} more like these` });
      }
      return new DescriptionError("This restore", problems);
    }
    case "registry":
      return new Failure(`The registry ${registry?.host ?? ""} cannot be worked on: ${text}`);
    default:
      return new Failure(`${where} cannot be used: ${text}`);
  }
}

/** What is wrong, a line each, with repository, tag and blob. */
export function failureLines(failures: readonly BackupFailure[]): string[] {
  const lines = failures.slice(0, mostTold).map(({ repository, tag, blob, text }) => {
    const name = [repository, tag].filter(Boolean).join(":");
    const part = blob === undefined ? "" : `  blob ${blob}`;
    return `  ${name}${part}  ${text}`;
  });
  const more = failures.length - mostTold;
  return more > 0 ? [...lines, `  and ${more} more`] : lines;
}
