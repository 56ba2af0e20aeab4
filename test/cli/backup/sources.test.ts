import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { backupsOf } from "../../../cli/backup/sources";
import { placeOf, shownPlace } from "../../../cli/backup/place";

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "wharf-backup-"));
  for (const name of [
    ...["WHARF_BACKUP_PASSWORD", "WHARF_BACKUP_PASSWORD_FILE"],
    ...["AZURE_STORAGE_ACCOUNT", "AZURE_STORAGE_KEY", "AZURE_STORAGE_SAS_TOKEN"],
    ...["AZURE_CLIENT_SECRET", "AZURE_FEDERATED_TOKEN_FILE"],
  ]) {
    vi.stubEnv(name, undefined);
  }
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(directory, { recursive: true });
});

describe("a place of backups", () => {
  it.each([
    ["s3://acme-backups", { kind: "s3", bucket: "acme-backups", prefix: "" }],
    ["s3://acme-backups/registry/", { kind: "s3", bucket: "acme-backups", prefix: "registry/" }],
    ["gs://acme/a/b", { kind: "gs", bucket: "acme", prefix: "a/b/" }],
    ["/mnt/backup", { kind: "directory", path: "/mnt/backup" }],
  ])("is read out of %s", (text, place) => {
    const found = placeOf("--to", text);
    expect(found).toEqual(place);
    if (!Array.isArray(found)) expect(shownPlace(found)).toBe(text.replace(/\/$/, ""));
  });

  it.each([
    [
      "",
      "is empty; name a directory, s3://bucket/prefix, gs://bucket/prefix or azblob://container/prefix",
    ],
    [
      "file:///mnt/backup",
      '"file:///mnt/backup" begins with file://; write a directory by its path',
    ],
    ["az://container", '"az://container" begins with az://; write azblob://'],
    ["gcs://bucket", '"gcs://bucket" begins with gcs://; write gs://'],
    [
      "sftp://host/backup",
      '"sftp://host/backup" begins with sftp://; backups go to a directory, s3://bucket/prefix, gs://bucket/prefix or azblob://container/prefix',
    ],
    ["s3://", '"s3://" does not name a bucket, as s3://name does'],
    ["s3://Acme", '"s3://Acme" does not name a bucket, as s3://name does'],
    ["gs:///prefix", '"gs:///prefix" does not name a bucket, as gs://name does'],
    ["azblob://a/b", '"azblob://a/b" does not name a container, as azblob://name does'],
    [
      "s3://acme/x?region=eu",
      '"s3://acme/x?region=eu" has a prefix that is not one of names and slashes',
    ],
    ["s3://acme/../x", '"s3://acme/../x" has a prefix that is not one of names and slashes'],
    ["s3://acme//x", '"s3://acme//x" has a prefix that is not one of names and slashes'],
  ])("is not %s", (text, message) => {
    expect(placeOf("--to", text)).toEqual([{ key: "--to", message }]);
  });

  it("is not a file, nor a container whose account and credential nobody names", () => {
    const file = join(directory, "file");
    writeFileSync(file, "");
    expect(placeOf("--from", file)).toEqual([
      { key: "--from", message: `"${file}" is a file; name a directory` },
    ]);
    expect(placeOf("--to", "azblob://acme/registry")).toEqual([
      {
        key: "AZURE_STORAGE_ACCOUNT",
        message: "is not set: the storage account of azblob://acme",
        fix: "export AZURE_STORAGE_ACCOUNT=…",
      },
      {
        key: "AZURE_STORAGE_KEY",
        message:
          "is not set: its credential of azblob://acme; or AZURE_STORAGE_SAS_TOKEN, AZURE_CLIENT_SECRET, AZURE_FEDERATED_TOKEN_FILE",
        fix: "export AZURE_STORAGE_KEY=…",
      },
    ]);
  });
});

describe("the password of backups", () => {
  const of = (made = false) =>
    backupsOf({ stack: "none-of-this-name", at: directory, option: "--from", made });
  it("is that of the variable, or of the file that one names, without its line break", () => {
    vi.stubEnv("WHARF_BACKUP_PASSWORD", "correct horse");
    expect(of()).toMatchObject({ password: "correct horse" });
    vi.stubEnv("WHARF_BACKUP_PASSWORD", undefined);
    const file = join(directory, "password");
    writeFileSync(file, "battery staple\n");
    vi.stubEnv("WHARF_BACKUP_PASSWORD_FILE", file);
    expect(of()).toMatchObject({ password: "battery staple" });
  });

  it.each([
    [
      {},
      "WHARF_BACKUP_PASSWORD_FILE is not set, and this checkout has made no backup of stack none-of-this-name: the backup is encrypted, and only its password opens it",
    ],
    [
      { WHARF_BACKUP_PASSWORD: "secret" },
      "WHARF_BACKUP_PASSWORD has 6 characters; a password of a backup has 12 or more",
    ],
    [
      { WHARF_BACKUP_PASSWORD_FILE: "/nowhere/password" },
      "WHARF_BACKUP_PASSWORD_FILE cannot be read: ENOENT: no such file or directory, open '/nowhere/password'",
    ],
  ])("is refused with %o", (variables, message) => {
    for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value);
    const problems = of();
    const told = (Array.isArray(problems) ? problems : []).map(
      (one) => `${one.key} ${one.message}`,
    );
    expect(told).toEqual([message]);
  });

  it("is asked for together with the place", () => {
    const problems = backupsOf({ stack: "none-of-this-name", at: undefined, option: "--from" });
    expect(Array.isArray(problems) && problems.map(({ key }) => key)).toEqual([
      "--from",
      "WHARF_BACKUP_PASSWORD_FILE",
    ]);
  });
});
