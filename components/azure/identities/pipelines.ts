import { roleModeOf } from "../choices";
import type { AzureDescription } from "../settings";
import type * as pulumi from "@pulumi/pulumi";
import type { RoleAssignment } from "@pulumi/azure-native/authorization/roleAssignment";
import { issuerUrl, subjectOf } from "../../identities/subject";
import type { Identity } from "../../model/identities";

import { createFederatedIdentity, type FederatedIdentity } from "./federated-identity";
import { grantRights, rightsOf } from "../role-assignments";
import { prefixInNames } from "../names";
import type { Home } from "../place";

/** A pipeline's managed identity, and its roles. */
export interface PipelineIdentity extends FederatedIdentity {
  /** Its entry of `wharf:identities`. */
  settings: Identity;
  grants: RoleAssignment[];
}

/** A managed identity for each entry of `wharf:identities`, with roles only for its repositories. */
export function createIdentities(
  name: string,
  registryId: pulumi.Input<string>,
  home: Home,
  args: AzureDescription,
  opts: pulumi.CustomResourceOptions,
): PipelineIdentity[] {
  return args.identities.map((settings) => {
    const own = `${name}-${settings.name}`;
    const federated = createFederatedIdentity(
      own,
      `id-${prefixInNames(args.namePrefix)}-ci-${settings.name}`,
      { issuer: issuerUrl(settings), subject: subjectOf(settings) },
      home,
      args,
      opts,
    );
    const grants = grantRights(
      own,
      registryId,
      {
        principalId: federated.identity.principalId,
        description: `Pipelines of ${settings.project}, granted by Wharf's stack ${args.stack}.`,
      },
      rightsOf(settings),
      roleModeOf(args.azure),
      home,
      opts,
    );
    return { settings, ...federated, grants };
  });
}
