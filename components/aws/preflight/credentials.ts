import { unknownName } from "../../core/names";
import * as pulumi from "@pulumi/pulumi";
import { readFile } from "node:fs/promises";
import type { Problem } from "../../core/problems";
import { sharedFilesOf } from "../place";
import { profilesIn } from "../shared-config";

/** Variables by which containers, workloads with a web identity and CodeBuild are given credentials, whatever files hold. */
const ambientVariables = [
  "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
  "AWS_CONTAINER_CREDENTIALS_FULL_URI",
  "AWS_WEB_IDENTITY_TOKEN_FILE",
];

/** Files in which Linux shows, without the network, that a machine is an EC2 instance, and how they begin. */
const instanceMarks: readonly (readonly [file: string, mark: RegExp])[] = [
  ["/sys/devices/virtual/dmi/id/sys_vendor", /^Amazon EC2/],
  ["/sys/hypervisor/uuid", /^ec2/i],
];

/**
 * The problem of a machine without credentials for AWS. They are looked for where the provider does, in the stack's config, the
 * environment and the files, without a request. Whether AWS accepts them, the provider finds out.
 */
export async function credentialProblems(): Promise<Problem[]> {
  const config = new pulumi.Config("aws");
  const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_PROFILE } = process.env;
  // Only whether it exists, since it is a secret.
  const has = (key: string) => config.getSecret(key) !== undefined;
  if (has("accessKey") || has("assumeRoleWithWebIdentity")) return [];
  const named = config.get("profile");
  const profile = named ?? AWS_PROFILE;
  if (named === undefined && AWS_ACCESS_KEY_ID !== undefined) {
    return AWS_SECRET_ACCESS_KEY === undefined
      ? [
          {
            key: "AWS_SECRET_ACCESS_KEY",
            message: "is not set, and AWS_ACCESS_KEY_ID is useless without it",
            fix: "unset AWS_ACCESS_KEY_ID && aws configure",
          },
        ]
      : [];
  }
  const profiles = [...profilesIn(sharedFilesOf(config)).keys()];
  if (profile !== undefined) {
    return unknownName(named === undefined ? "AWS_PROFILE" : "aws:profile", profile, profiles, {
      predicate: "is not a profile in AWS's config and credentials files",
      ending: `, which name ${profiles.join(", ") || "none"}`,
      set: (meant) =>
        named === undefined
          ? `export AWS_PROFILE=${meant}`
          : `pulumi config set aws:profile ${meant}`,
      fix: `aws configure sso --profile ${profile}`,
    });
  }
  if (profiles.includes("default") || ambientVariables.some((name) => process.env[name])) return [];
  if (process.env.AWS_EC2_METADATA_DISABLED !== "true" && (await isInstance())) return [];
  return [
    {
      key: "AWS_PROFILE",
      message:
        "is not set, AWS's config and credentials files have no profile default, and neither AWS_ACCESS_KEY_ID with AWS_SECRET_ACCESS_KEY nor a role of this machine provides credentials",
      fix: profiles.length === 0 ? "aws configure sso" : `export AWS_PROFILE=${profiles[0]}`,
    },
  ];
}

async function isInstance(): Promise<boolean> {
  const found = await Promise.all(
    instanceMarks.map(async ([file, mark]) => mark.test(await textOf(file))),
  );
  return found.includes(true);
}

/** What a file holds; nothing where there is none, or none that this user may read. */
async function textOf(file: string): Promise<string> {
  return readFile(file, "utf8").catch(() => "");
}
