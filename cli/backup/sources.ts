import { existsSync } from "node:fs";
import { DescriptionError, type Problem } from "../../components/core/problems";
import type { BackupSettings } from "../../components/model/backup";
import { selfHosted } from "../../components/model/environment";
import { stackFilePath } from "../checkout";
import { partOf } from "../stack/description";
import { describingFile } from "../stack/stack";
import { sideOf, type Side } from "../copy/sides";
import type { Progress } from "../ui/progress";
import { backupPassword, type BackupPassword } from "./password";
import { placeOf, type Place } from "./place";

/** Where backups are and what opens them. */
export interface Backups extends BackupPassword {
  place: Place;
  /** Name that they are filed under: the stack, or the host of a registry without one. */
  of: string;
}

/** What the command line says of backups. */
export interface BackupsOptions {
  stack: string;
  /** Where they are. */
  at: string | undefined;
  /** Option that says so. */
  option: "--to" | "--from";
  /** Host of a registry that is not of a stack. */
  host?: string;
  /** Whether they are made: then the password is generated where there is none. */
  made?: boolean;
}

/** Where the backups of a stack or host are, and their password; or what is wrong. */
export function backupsOf(options: BackupsOptions): Backups | Problem[] {
  const { at, option, stack, host, made = false } = options;
  const of = host ?? stack;
  const place =
    at === undefined
      ? [{ key: option, message: "is missing: the place of the backups", fix: `${option} /backup` }]
      : placeOf(option, at);
  // Not made for a command that is refused.
  if (made && Array.isArray(place)) return place;
  const password = backupPassword(of, { make: made });
  if (Array.isArray(place) || Array.isArray(password)) {
    return [place, password].flatMap((one) => (Array.isArray(one) ? one : []));
  }
  return { place, of, ...password };
}

/**
 * What a stack's description says of its backups; undefined where it says nothing, where nobody described it here, as in a new checkout
 * that restores one, and for a registry by its host.
 */
export function describedBackup(
  stack: string,
  host: string | undefined,
): BackupSettings | undefined {
  if (host !== undefined || !existsSync(stackFilePath(stack))) return undefined;
  return partOf(describingFile(stack).config, ["backup"])?.backup;
}

/** @throws DescriptionError with all that is wrong with a command */
export function refuse(subject: string, ...results: (unknown | Problem[])[]): void {
  const problems = results.flatMap((one) => (Array.isArray(one) ? (one as Problem[]) : []));
  if (problems.length > 0) throw new DescriptionError(subject, problems);
}

/**
 * The registry that a backup reads: the stack's own, or one by its host.
 * @returns it, or what is wrong; a managed registry keeps its images itself
 */
export async function registryToSave(
  { stack, host }: { stack: string; host?: string },
  progress: Progress,
): Promise<Side | Problem[]> {
  const side = await sideOf(host === undefined ? "--stack" : "--registry", host ?? stack, {
    progress,
    written: false,
  });
  if (Array.isArray(side) || side.stack === undefined) return side;
  const { target } = side.stack;
  if (selfHosted.includes(target)) return side;
  return [
    {
      key: "wharf:target",
      message: `${target} keeps images itself, and has no volume to lose; docker and kubernetes have backups`,
      fix: `npx wharf copy ${stack} <other stack or host>`,
    },
  ];
}
