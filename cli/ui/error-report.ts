import { CommandError } from "@pulumi/pulumi/automation/errors";
import { userInfo } from "node:os";
import { DescriptionError } from "../../components/core/problems";
import { lockedByEngine } from "../stack/engine-lock";
import { ExitCode, Failure } from "../failure";
import { passphraseFailure } from "../stack/passphrase";

/**
 * Prints what went wrong, in plain words: on standard error, or with `json` as `{ "error": … }` on standard output. A fault of Wharf's
 * own is printed with its stack trace, which WHARF_DEBUG=1 adds to every other error.
 * @returns the exit code that it calls for
 */
export function printError(error: unknown, json: boolean): ExitCode {
  const { message, exitCode } = describe(error);
  if (json && exitCode !== ExitCode.Done) {
    process.stdout.write(`${JSON.stringify({ error: message }, null, 2)}\n`);
  } else {
    process.stderr.write(`${message}\n`);
  }
  if (process.env.WHARF_DEBUG === "1" && error instanceof Error && !message.includes("\n    at ")) {
    process.stderr.write(`${error.stack}\n`);
  }
  return exitCode;
}

/** What went wrong in plain words, and the exit code that it calls for. */
export function describe(error: unknown): { message: string; exitCode: ExitCode } {
  if (error instanceof Failure) return error;
  // A refused description.
  if (error instanceof DescriptionError) {
    return { message: error.message.trimEnd(), exitCode: ExitCode.Refused };
  }
  // What the offline room throws is written for people.
  if (error instanceof Error && error.name === "OfflineError") {
    return { message: error.message, exitCode: ExitCode.Failed };
  }
  if (error instanceof CommandError) {
    const known = lockedByEngine(error.message) ?? passphraseFailure(error.message);
    if (known !== undefined) return known;
    const lines = error.message
      .split("\n")
      .flatMap((line) => /^\s*(?:stderr: )?error: (.*)/.exec(line)?.[1] ?? []);
    const message =
      lines.length > 0
        ? [...new Set(lines)].join("\n")
        : "The Pulumi engine stopped without an error message.";
    return {
      message: `${message}\nWHARF_DEBUG=1 shows its whole output.`,
      exitCode: ExitCode.Failed,
    };
  }
  const text = error instanceof Error ? error.message : String(error);
  const wayOut = wayOutOf(error);
  if (wayOut !== undefined) return { message: `${text}\n${wayOut}`, exitCode: ExitCode.Failed };
  const fault = (error instanceof Error && error.stack) || text;
  return {
    message: `${fault}\nThis is a bug in Wharf. Report it with the lines above.`,
    exitCode: ExitCode.Failed,
  };
}

/** What a person can do about an error of the system, by its code (errno(3)); `place` is the file or the address that it names. */
const waysOut: Record<string, (place: string) => string> = {
  EACCES: (place) =>
    `The user ${userName()} may not use ${place}. "ls -ld ${place}" shows who may: change that, or run the command as that user.`,
  EPERM: (place) => waysOut.EACCES?.(place) ?? "",
  EROFS: (place) =>
    `${place} is on a read-only file system. Mount it writable, or work in another checkout.`,
  ENOSPC: (place) =>
    `The disk that holds ${place} is full. Free some space ("df -h" shows how much there is), then run this again.`,
  EDQUOT: (place) =>
    `The user ${userName()} has used up the quota of the disk that holds ${place}. Free some space, then run this again.`,
  ENOENT: (place) =>
    `${place} is missing, or was removed while the command ran. Run it again; "ls" shows what is there.`,
  ENOTDIR: (place) =>
    `A file is in the place of a directory, in ${place}. Move it away, then run this again.`,
  EISDIR: (place) =>
    `A directory is in the place of a file: ${place}. Move it away, then run this again.`,
  EBUSY: (place) =>
    `${place} is a mount point, or another program uses it. "findmnt" and "lsof" show which; unmount it or end that program, then run this again.`,
  EMFILE: () =>
    `Too many files are open. Raise the limit with "ulimit -n 4096", then run this again.`,
  ECONNREFUSED: (place) => `Nothing listens at ${place}. Start the server, or correct the address.`,
  ECONNRESET: (place) =>
    `${place} closed the connection before it answered. Look at its log, then run this again.`,
  ETIMEDOUT: (place) =>
    `${place} did not answer in time. Check the network between here and there, then run this again.`,
  ENOTFOUND: (place) =>
    `The name ${place} does not resolve here. Correct it, or check this machine's DNS.`,
  EAI_AGAIN: (place) =>
    `This machine's DNS does not answer for ${place}. Check the network, then run this again.`,
};

/** What to do about an error of the system, or about one that was caused by it; undefined for any other. */
function wayOutOf(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  const { code, path, address, port, hostname } = error as NodeJS.ErrnoException & {
    address?: string;
    port?: number;
    hostname?: string;
  };
  const host =
    address === undefined ? hostname : `${address}${port === undefined ? "" : `:${port}`}`;
  return waysOut[code ?? ""]?.(path ?? host ?? "it") ?? wayOutOf(error.cause);
}

function userName(): string {
  try {
    return userInfo().username;
  } catch {
    // A container may run as a number that /etc/passwd does not know.
    return String(process.getuid?.());
  }
}
