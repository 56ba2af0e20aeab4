import { randomBytes } from "node:crypto";
import {
  closeSync,
  fchmodSync,
  fchownSync,
  fsyncSync,
  linkSync,
  openSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { platform } from "node:os";

/**
 * Writes a file so that others, and whoever comes after a power cut, see the old contents or the new, never a part. A file that
 * exists keeps its mode and its owner; a symbolic link stays one, and what it points to is written.
 * @param mode of a file that does not exist yet
 */
export function writeWhole(file: string, contents: string, mode = 0o644): void {
  const before = statSync(file, { throwIfNoEntry: false });
  const target = before === undefined ? file : realpathSync(file);
  const partial = writePartial(
    target,
    contents,
    before === undefined ? mode : before.mode & 0o777,
    before,
  );
  try {
    renameSync(partial, target);
  } catch (error) {
    rmSync(partial, { force: true });
    throw error;
  }
}

/**
 * Writes a file that must not exist yet, whole as well.
 * @returns false where it exists; it is left as it is then
 */
export function writeNew(file: string, contents: string, mode = 0o644): boolean {
  const partial = writePartial(file, contents, mode);
  try {
    linkSync(partial, file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  } finally {
    rmSync(partial, { force: true });
  }
}

function writePartial(
  target: string,
  contents: string,
  mode: number,
  owner?: { uid: number; gid: number },
): string {
  const partial = `${target}.${process.pid}-${randomBytes(4).toString("hex")}`;
  const descriptor = openSync(partial, "wx", mode);
  try {
    if (platform() !== "win32") {
      // What is asked for, whatever the umask says.
      fchmodSync(descriptor, mode);
      if (owner !== undefined && process.getuid?.() === 0)
        fchownSync(descriptor, owner.uid, owner.gid);
    }
    writeFileSync(descriptor, contents);
    fsyncSync(descriptor);
  } catch (error) {
    rmSync(partial, { force: true });
    throw error;
  } finally {
    closeSync(descriptor);
  }
  return partial;
}
