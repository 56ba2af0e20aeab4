import type * as pulumi from "@pulumi/pulumi";
import type { Repository } from "@pulumi/gcp/artifactregistry/repository";
import { RepositoryIamMember } from "@pulumi/gcp/artifactregistry/repositoryIamMember";
import { artifactRegistryMembers } from "../access/artifact-registry";
import type { AccessArgs } from "../access/matrix";
import { Deletion } from "../description/choices";
import type { RegistryArgs } from "../registry";
import type { GcpSettings } from "./description";
import { domainLocations } from "./domains";
import type { Place } from "./place";
import { repositoryId } from "./repository-ids";

/** Repositories whose access the description grants, at one location, and the lists that hold for them. */
interface Granted extends AccessArgs {
  /** Id of the one repository. */
  id: string;
  location: string;
}

/**
 * Lets principals use the repositories, by the names of the grants: a member of the repository's policy for each, which leaves alone
 * what others grant there.
 */
export function grantAccess(
  name: string,
  args: RegistryArgs,
  { project, location }: Place,
  repositories: Record<string, Repository>,
  opts: pulumi.CustomResourceOptions,
): Record<string, RepositoryIamMember> {
  const conditions = new Map(args.gcp.conditions.map((one) => [one.principal, iamCondition(one)]));
  const grant = ({ access, repositories: [granted], id, location }: Granted) => {
    const repository = repositories[granted?.name ?? ""];
    if (granted === undefined || repository === undefined) return [];
    // Where the repository goes for good, its policy goes with it, and Google need not be asked for each member.
    const options = args.deletion === Deletion.Force ? { ...opts, deletedWith: repository } : opts;
    return artifactRegistryMembers({ access, repositories: [granted] }).map(
      ({ key, role, member }) => {
        const condition = conditions.get(member);
        const grantName = `${name}-grant-${id}-${key}`;
        const created = new RepositoryIamMember(
          grantName,
          {
            project,
            location,
            repository: repository.repositoryId,
            role,
            member,
            ...(condition === undefined ? {} : { condition }),
          },
          options,
        );
        return [grantName, created] as const;
      },
    );
  };
  return Object.fromEntries([...grantedRepositories(args, location)].flatMap(grant));
}

/** Every repository with the lists that hold for it; nobody can push to a cache or a virtual one, so that there a push is a pull. */
function* grantedRepositories(
  { access, caches, gcp, repositories }: RegistryArgs,
  location: string,
): Generator<Granted> {
  for (const repository of repositories) {
    yield { access, repositories: [repository], id: repositoryId(repository.name), location };
  }
  const pulled = { ...access, pull: [...access.pull, ...access.push], push: [] };
  for (const { name } of [...caches, ...gcp.virtuals]) {
    yield { access: pulled, repositories: [{ name }], id: name, location };
  }
  for (const domain of gcp.domains) {
    yield {
      access,
      repositories: [{ name: domain }],
      id: domain,
      location: domainLocations[domain],
    };
  }
}

function iamCondition({ title, expression, description }: GcpSettings["conditions"][number]) {
  return { title, expression, ...(description === undefined ? {} : { description }) };
}
