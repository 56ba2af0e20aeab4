import type { GcpDescription } from "../settings";
import type * as pulumi from "@pulumi/pulumi";
import type { Repository } from "@pulumi/gcp/artifactregistry/repository";
import { IAMMember } from "@pulumi/gcp/projects/iammember";
import { Account } from "@pulumi/gcp/serviceaccount/account";
import { RepositoryIamMember as SourceIamMember } from "@pulumi/gcp/sourcerepo/repositoryIamMember";
import { artifactRegistryRoles } from "../../access/artifact-registry";
import { BuildCache, type Build } from "../../model/builds";
import { SourceKind } from "../../model/build-sources";

import { checkedSource } from "./settings";
import type { Place } from "../place";
import { grantRepository } from "../iam-members";
import { heldIn, onePerRepository } from "../repository-ids";
import { after, type Services } from "../services";
import { shortened } from "../labels";

/** The service account that a build runs as, and what it may do. */
export interface BuildAccount {
  account: Account;
  /** All its roles; a build that starts earlier is refused. */
  grants: pulumi.Resource[];
}

/**
 * A service account for one build, with only the roles that it needs: it pushes to the build's repository and to that of its
 * layers, pulls through the caches, reads its source where Google hosts it, and writes logs, which Google grants only on projects.
 */
export function createBuildAccount(
  name: string,
  build: Build,
  args: GcpDescription,
  { project }: Place,
  inputs: { services: Services; repositories: Record<string, Repository> },
  opts: pulumi.CustomResourceOptions,
): BuildAccount {
  const { services, repositories } = inputs;
  const account = new Account(
    `${name}-build-account-${build.name}`,
    {
      project,
      accountId: shortened(`${args.namePrefix}-${build.name}`, 30),
      displayName: `Wharf: build ${build.name} of stack ${args.stack}`.slice(0, 100),
    },
    after(opts, services.iam),
  );
  const grant = (role: "pull" | "push", described: string) => {
    const repository = repositories[described];
    const grantName = `${name}-build-${build.name}/${role}/${heldIn(described, args.gcp).id}`;
    return repository === undefined
      ? []
      : [grantRepository(grantName, repository, artifactRegistryRoles[role], account.member, opts)];
  };
  const layers = build.cache.kind === BuildCache.Registry ? [build.cache.repository ?? ""] : [];
  const pushed = onePerRepository([build.repository, ...layers], args.gcp);
  return {
    account,
    grants: [
      ...pushed.flatMap((described) => grant("push", described)),
      ...args.pullThroughCaches.flatMap((cache) => grant("pull", cache.name)),
      ...grantSource(`${name}-build-${build.name}/source`, build, project, account, opts),
      new IAMMember(
        `${name}-build-${build.name}/logs`,
        { project, role: "roles/logging.logWriter", member: account.member },
        // Policies of projects are read and written by this API.
        after(opts, services.resourceManager),
      ),
    ],
  };
}

/** Lets a build read its source in Cloud Source Repositories; for other hosts the connection does. */
function grantSource(
  name: string,
  build: Build,
  project: string,
  { member }: Account,
  opts: pulumi.CustomResourceOptions,
): SourceIamMember[] {
  const source = checkedSource(build);
  if (source.kind !== SourceKind.CloudSource) return [];
  return [
    new SourceIamMember(
      name,
      {
        project: source.project ?? project,
        repository: source.path,
        role: "roles/source.reader",
        member,
      },
      opts,
    ),
  ];
}
