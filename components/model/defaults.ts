import { canonicalHost } from "../core/registry-name";
import { AuthMode } from "./auth";
import { withBuildDefaults } from "./builds";
import { cacheName } from "./caches";
import {
  defaultImages,
  isRolesImage,
  localRolesImage,
  type ParsedKeys,
  type SharedDescription,
} from "./description";
import { Deletion, Environment, selfHosted, Target } from "./environment";
import { type Repository, repositorySettings } from "./repositories";
import { collectionOf } from "./collection";
import { expiresTagged, retentionOf, type Retention } from "./retention";
import { withMembers } from "./groups";
import { rolesAskedBy } from "./roles";
import { defaultUsers } from "./users";

/** What happens to the images when the stack is removed, by what it is for. */
const deletionOf: Record<Environment, Deletion> = {
  lab: Deletion.Force,
  dev: Deletion.Retain,
  staging: Deletion.Retain,
  prod: Deletion.Protect,
};

/** Address that the port is bound to: loopback in a lab, every address elsewhere, unless the description names one. */
function addressOf({
  environment,
  endpoint,
}: Pick<ParsedKeys, "environment" | "endpoint">): string {
  return endpoint.address ?? (environment === Environment.Lab ? "127.0.0.1" : "0.0.0.0");
}

/** How the registry decides who may do what: as set, else by what the description has that only one mode can do. */
function modeOf(parsed: ParsedKeys): AuthMode {
  const { auth, images } = parsed;
  if (auth.mode !== undefined) return auth.mode;
  if (auth.token !== undefined) return AuthMode.Token;
  return isRolesImage(images.registry) || rolesAskedBy(parsed).length > 0
    ? AuthMode.Roles
    : AuthMode.Htpasswd;
}

/** The images that run: on Docker `wharf up` builds the one with roles, where the description needs it and names no other. */
function imagesOf({ images, target }: ParsedKeys, mode: AuthMode): ParsedKeys["images"] {
  const builds =
    target === Target.Docker &&
    mode === AuthMode.Roles &&
    images.registry === defaultImages.registry;
  return builds ? { ...images, registry: localRolesImage } : images;
}

/** Tags that commonly move, which stay free where the others may not. */
const movingTags = ["latest", "stable"];

/** A repository with what it leaves open: first as the description says for all, then by environment. */
export function withRepositoryDefaults(
  repository: ParsedKeys["repositories"][number],
  all: Pick<ParsedKeys, "environment" | "target" | "immutableTags" | "scan" | "retention">,
): Repository {
  const { environment, target } = all;
  const lab = environment === Environment.Lab;
  const retention = retentionOf(environment, all.retention, repository.retention);
  const immutable = !lab && !tagsMustMove(target, retention);
  return {
    ...repository,
    immutableTags: repository.immutableTags ??
      all.immutableTags ?? { enabled: immutable, except: immutable ? movingTags : [] },
    // ECR's basic scan costs nothing; Google bills each digest, and Microsoft Defender the whole subscription.
    scan: repository.scan ?? all.scan ?? { onPush: !lab || target === Target.Aws },
    retention,
  };
}

/**
 * Whether tags are mutable by default, so that the described retention works: Artifact Registry deletes no tagged image of a
 * repository with immutable tags (cloud.google.com/artifact-registry/docs/docker/names#versions).
 */
function tagsMustMove(target: Target, retention: Retention): boolean {
  return target === Target.Gcp && expiresTagged(retention);
}

/**
 * Whether a description is of public repositories of ECR only: then there is no private one beside them, which nobody asked for. Caches
 * and templates make repositories of a private registry.
 */
function isOnlyPublic(parsed: Pick<ParsedKeys, "repositories" | "pullThroughCaches">): boolean {
  const { aws } = parsed as {
    aws?: { publicRepositories?: readonly unknown[]; creationTemplates?: readonly unknown[] };
  };
  return (
    (aws?.publicRepositories ?? []).length > 0 &&
    (aws?.creationTemplates ?? []).length === 0 &&
    parsed.pullThroughCaches.length === 0
  );
}

/**
 * Fills in the defaults that follow from other parts of a description.
 * @param parsed the description as the schema parsed it, a target's own keys among them
 */
export function withDefaults<Keys extends ParsedKeys>(
  parsed: Keys,
): Omit<Keys, keyof SharedDescription> & Omit<SharedDescription, "stack" | "namePrefix"> {
  const { target, environment, endpoint, users, auth, distribution } = parsed;
  const mode = modeOf(parsed);
  const logsIn = mode === AuthMode.Roles || mode === AuthMode.Htpasswd;
  const repositories = (
    parsed.repositories.length > 0 || distribution.proxy !== undefined || isOnlyPublic(parsed)
      ? parsed.repositories
      : [repositorySettings.parse({ name: "app" })]
  ).map((repository) => withRepositoryDefaults(repository, parsed));
  const needsUsers = selfHosted.includes(target) && logsIn;
  return {
    ...parsed,
    auth: { ...auth, mode },
    images: imagesOf(parsed, mode),
    deletion: parsed.deletion ?? deletionOf[environment],
    endpoint: {
      ...endpoint,
      hosts: [...new Set(endpoint.hosts.map(canonicalHost))],
      address: addressOf(parsed),
    },
    collection: collectionOf(parsed),
    ...withMembers({ ...parsed, repositories }),
    named: { access: parsed.access, repositories },
    builds: parsed.builds.map(withBuildDefaults),
    pullThroughCaches: parsed.pullThroughCaches.map((cache) => ({
      ...cache,
      name: cacheName(cache),
    })),
    users: users.length > 0 || !needsUsers ? users : defaultUsers.map((name) => ({ name })),
  };
}
