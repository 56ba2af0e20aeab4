import * as pulumi from "@pulumi/pulumi";
import {
  getParametersByPath,
  type GetParametersByPathResult,
} from "@pulumi/aws/ssm/getParametersByPath";
import { setCommand } from "../description/messages";
import type { Problem } from "../description/problems";
import type { RegistryArgs } from "../registry";
import { Ownership } from "./registry-wide-settings";

const claimPath = "/wharf/ecr";

/** Parameter of Systems Manager, one in each region of an account, that holds which stack owns the registry's settings. */
export const claimName = `${claimPath}/registry-settings-owner`;

/** How a claim names a stack. */
export function claimant({ stack }: Pick<RegistryArgs, "stack">): string {
  return `${pulumi.getOrganization()}/${pulumi.getProject()}/${stack}`;
}

/** The problem of a stack that wants the registry's settings where another has claimed them. AWS is asked only by who wants them. */
export async function ownershipProblems(args: RegistryArgs, region: string): Promise<Problem[]> {
  if (args.aws.registrySettings === Ownership.Leave) return [];
  const key = "wharf:aws.registrySettings";
  const leave = setCommand(["aws", "registrySettings"], Ownership.Leave);
  let claims: GetParametersByPathResult;
  try {
    claims = await getParametersByPath({ path: claimPath, region });
  } catch (error) {
    const [reason = ""] = (error as Error).message.trim().split("\n");
    return [
      {
        key,
        message: `"own" needs to know whose the settings are, and ${claimName} of Systems Manager cannot be read (ssm:GetParametersByPath): ${reason}`,
        fix: leave,
      },
    ];
  }
  const owner = claims.values[claims.names.indexOf(claimName)];
  if (owner === undefined || owner === claimant(args)) return [];
  return [
    {
      key,
      message: `"own" is refused: stack ${owner} owns the settings of this account's registry in ${region}, as ${claimName} of Systems Manager says; an account has them once in a region`,
      fix: leave,
    },
  ];
}
