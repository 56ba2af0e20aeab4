import * as pulumi from "@pulumi/pulumi";
import { access, readFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import type { Problem } from "../../core/problems";

const logIn = "gcloud auth application-default login";

/** Variables that hold a key or configuration, or the path of a file with one, in the order in which the provider reads them. */
const credentialVariables = [
  "GOOGLE_CREDENTIALS",
  "GOOGLE_CLOUD_KEYFILE_JSON",
  "GCLOUD_KEYFILE_JSON",
  "GOOGLE_APPLICATION_CREDENTIALS",
];

/**
 * The problem of a machine without credentials for the provider, or with a credentials file that does not exist. Google checks
 * them at the first call; nothing is sent here.
 */
export async function credentialProblems(): Promise<Problem[]> {
  const config = new pulumi.Config("gcp");
  if (config.get("accessToken") || config.get("credentials")) return [];
  if (process.env.GOOGLE_OAUTH_ACCESS_TOKEN) return [];
  const variable = credentialVariables.find((name) => process.env[name]);
  if (variable !== undefined) return fileProblems(variable, process.env[variable] ?? "");
  if ((await exists(userFile())) || (await isOnGoogleCloud())) return [];
  return [
    {
      key: "gcp:credentials",
      message: `no credentials for Google Cloud: GOOGLE_APPLICATION_CREDENTIALS is not set, and nobody logged in on this machine (${userFile()})`,
      fix: logIn,
    },
  ];
}

/** The problem of a variable that names a missing file. JSON in the variable itself is left to the provider. */
async function fileProblems(variable: string, value: string): Promise<Problem[]> {
  if (value.trimStart().startsWith("{") || (await exists(value))) return [];
  return [
    {
      key: "gcp:credentials",
      message: `${variable} names ${value}, which is not a readable file`,
      fix: `unset ${variable} && ${logIn}`,
    },
  ];
}

/** Where `gcloud auth application-default login` stores the credentials. */
function userFile(): string {
  const directory = process.env.CLOUDSDK_CONFIG ?? join(homedir(), ".config", "gcloud");
  return join(directory, "application_default_credentials.json");
}

/**
 * Whether a metadata server gives credentials here: on Compute Engine the firmware names Google, on Cloud Run a variable is set;
 * Google's own libraries check the same (googleapis/gcp-metadata, src/gcp-residency.ts).
 */
async function isOnGoogleCloud(): Promise<boolean> {
  const { GCE_METADATA_HOST, GCE_METADATA_IP, K_SERVICE, CLOUD_RUN_JOB } = process.env;
  if (GCE_METADATA_HOST || GCE_METADATA_IP || K_SERVICE || CLOUD_RUN_JOB) return true;
  const vendor = await readFile("/sys/class/dmi/id/bios_vendor", "utf8").catch(() => "");
  return /^Google/.test(vendor);
}

async function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}
