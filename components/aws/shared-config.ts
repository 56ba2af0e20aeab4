import { readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";

/** Files of AWS's tools as a provider's config names them; undefined for the usual places. */
export interface SharedFiles {
  configFiles?: readonly string[];
  credentialsFiles?: readonly string[];
}

/** Profile that AWS's tools use where nothing names one. */
const defaultProfile = "default";

/**
 * The profiles in the config and credentials files that the provider reads, each with its region, where it has one ("Shared config
 * and credentials files" of the guide to AWS SDKs and tools). Read at once, since a component's constructor needs the region.
 */
export function profilesIn({ configFiles, credentialsFiles }: SharedFiles): Map<string, string> {
  const { AWS_CONFIG_FILE, AWS_SHARED_CREDENTIALS_FILE } = process.env;
  const inHome = (file: string) => join(homedir(), ".aws", file);
  const files = [
    ...(credentialsFiles ?? [AWS_SHARED_CREDENTIALS_FILE ?? inHome("credentials")]),
    ...(configFiles ?? [AWS_CONFIG_FILE ?? inHome("config")]),
  ];
  const regions = new Map<string, string>();
  for (const file of files) {
    let profile: string | undefined;
    for (const line of textOf(file).split("\n")) {
      // "[profile name]" in the config file, "[name]" in the credentials file, "[default]" in both.
      const [, heading] = /^\s*\[\s*(?:profile\s+)?([^\s\]]+)\s*\]/.exec(line) ?? [];
      if (heading !== undefined) {
        profile = heading;
        regions.set(profile, regions.get(profile) ?? "");
      }
      // A nested setting, which is indented, belongs to the one above it.
      const [, region] = /^region\s*=\s*([^\s#;]+)/.exec(line) ?? [];
      if (profile !== undefined && region !== undefined) regions.set(profile, region);
    }
  }
  return regions;
}

/**
 * The region that the files give to a profile; empty where they give none.
 * @param profile the one that the provider's config names; by default AWS_PROFILE's, else the default one
 */
export function regionOfProfile(profile: string | undefined, files: SharedFiles): string {
  return profilesIn(files).get(profile || process.env.AWS_PROFILE || defaultProfile) ?? "";
}

/** What a file holds; nothing where it does not exist, or this user may not read it. */
function textOf(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}
