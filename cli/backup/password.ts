import { randomBytes } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import type { Problem } from "../../components/core/problems";
import { writeNew } from "../../offline/whole-file";
import { backupPasswords, makePrivate } from "../checkout";

/** The password that encrypts the backups of a stack. */
export interface BackupPassword {
  password: string;
  /** File of the checkout where it was generated just now. */
  made?: string;
}

const variable = "WHARF_BACKUP_PASSWORD";

/** Fewest characters of a password: whoever has the backup can try as many as a machine can. */
const shortest = 12;

const fileOf = (stack: string) => path.join(backupPasswords, stack);

/**
 * The password of a stack's backups: WHARF_BACKUP_PASSWORD, the content of the file that WHARF_BACKUP_PASSWORD_FILE names, or the one
 * that Wharf generated and keeps in `.wharf`.
 * @param make whether it is generated where there is none
 * @returns it, or what is wrong
 */
export function backupPassword(
  stack: string,
  { make }: { make: boolean },
): BackupPassword | Problem[] {
  const { [variable]: told, [`${variable}_FILE`]: file } = process.env;
  if (told !== undefined) return strong(variable, told);
  if (file !== undefined) {
    try {
      return strong(`${variable}_FILE`, readFileSync(file, "utf8").replace(/\r?\n$/, ""));
    } catch (error) {
      return [{ key: `${variable}_FILE`, message: `cannot be read: ${(error as Error).message}` }];
    }
  }
  const kept = fileOf(stack);
  if (existsSync(kept)) return { password: readFileSync(kept, "utf8") };
  if (!make) {
    return [
      {
        key: `${variable}_FILE`,
        message: `is not set, and this checkout has made no backup of stack ${stack}: the backup is encrypted, and only its password opens it`,
        fix: `export ${variable}_FILE=<file that holds it>`,
      },
    ];
  }
  makePrivate(backupPasswords);
  const password = randomBytes(32).toString("base64url");
  // Of two runs at once, both use the first one's.
  if (writeNew(kept, password, 0o600)) return { password, made: kept };
  return { password: readFileSync(kept, "utf8") };
}

function strong(key: string, password: string): BackupPassword | Problem[] {
  if (password.length >= shortest) return { password };
  return [
    {
      key,
      message: `has ${password.length} characters; a password of a backup has ${shortest} or more`,
      fix: "openssl rand -base64 32",
    },
  ];
}

/** What a person should know of a password that was generated just now. */
export function passwordAdvice(made: string): string {
  return [
    `The password of this backup was generated, and is only in ${made}. Whoever loses it loses the backup.`,
    "Keep a copy where this checkout's loss cannot reach it. On another machine the commands read it from:",
    `  export ${variable}_FILE=<file that holds it>`,
  ].join("\n");
}
