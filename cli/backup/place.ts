import { statSync } from "node:fs";
import path from "node:path";
import { shown } from "../../components/core/messages";
import type { Problem } from "../../components/core/problems";

/** Where backups are, in the words of `offline/go/backup`. */
export type Place =
  | { kind: "directory"; path: string }
  | { kind: "s3" | "gs" | "azblob"; bucket: string; prefix: string };

/** The variables of the cloud's own tools that must be set for a bucket, of each set at least one. */
const needed: Record<"s3" | "gs" | "azblob", { any: string[]; note: string }[]> = {
  s3: [],
  gs: [],
  azblob: [
    { any: ["AZURE_STORAGE_ACCOUNT"], note: "the storage account" },
    {
      any: [
        "AZURE_STORAGE_KEY",
        "AZURE_STORAGE_SAS_TOKEN",
        "AZURE_CLIENT_SECRET",
        "AZURE_FEDERATED_TOKEN_FILE",
      ],
      note: "its credential",
    },
  ],
};

const schemes = "a directory, s3://bucket/prefix, gs://bucket/prefix or azblob://container/prefix";

/**
 * Where the command line or the description wants backups.
 * @param key what names it, for the problems with it
 */
export function placeOf(key: string, text: string): Place | Problem[] {
  const [, scheme, rest = ""] = /^([a-z][a-z0-9+.-]*):\/\/(.*)$/i.exec(text) ?? [];
  if (text.trim() === "") return [{ key, message: `is empty; name ${schemes}` }];
  if (scheme === undefined) return directoryOf(key, text);
  if (scheme !== "s3" && scheme !== "gs" && scheme !== "azblob") {
    const meant = { file: "a directory by its path", az: "azblob://", gcs: "gs://" }[scheme];
    return [
      {
        key,
        message: `${shown(text)} begins with ${scheme}://; ${meant === undefined ? `backups go to ${schemes}` : `write ${meant}`}`,
      },
    ];
  }
  const [bucket = "", ...parts] = rest.split("/");
  if (!/^[a-z0-9][a-z0-9._-]{1,61}[a-z0-9]$/.test(bucket)) {
    const what = scheme === "azblob" ? "container" : "bucket";
    return [{ key, message: `${shown(text)} does not name a ${what}, as ${scheme}://name does` }];
  }
  if (/[?#\\]/.test(rest) || parts.slice(0, -1).includes("") || parts.includes("..")) {
    return [{ key, message: `${shown(text)} has a prefix that is not one of names and slashes` }];
  }
  const missing = needed[scheme].filter(({ any }) => !any.some((name) => process.env[name]));
  if (missing.length > 0) {
    return missing.map(({ any, note }) => ({
      key: any[0]!,
      message: `is not set: ${note} of ${scheme}://${bucket}${any.length > 1 ? `; or ${any.slice(1).join(", ")}` : ""}`,
      fix: `export ${any[0]}=…`,
    }));
  }
  const prefix = parts.filter((part) => part !== "").join("/");
  return { kind: scheme, bucket, prefix: prefix === "" ? "" : `${prefix}/` };
}

function directoryOf(key: string, text: string): Place | Problem[] {
  const directory = path.resolve(text);
  const found = statSync(directory, { throwIfNoEntry: false });
  if (found !== undefined && !found.isDirectory()) {
    return [{ key, message: `${shown(text)} is a file; name a directory` }];
  }
  return { kind: "directory", path: directory };
}

/** A place as people read it. */
export function shownPlace(place: Place): string {
  if (place.kind === "directory") return place.path;
  return `${place.kind}://${place.bucket}${place.prefix === "" ? "" : `/${place.prefix.slice(0, -1)}`}`;
}
