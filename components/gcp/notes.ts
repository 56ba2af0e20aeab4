import type { GcpDescription } from "./settings";
import { estimateBy } from "../cost/estimate";
import { gcpCosts } from "./cost";
import type { UpstreamWord } from "../model/caches";
import { Deletion, Environment } from "../model/environment";
import { expiresTagged, retentionOf } from "../model/retention";

import { compileArtifactRegistry } from "../retention/artifact-registry";
import { grantsDeleting } from "../access/artifact-registry";
import { deletingRoleId } from "./deleting-role";
import { createdKey } from "./encryption-key";
import { poolPrefix } from "./identities/pools";
import type { Place } from "./place";
import { heldIn } from "./repository-ids";

const dockerHub: UpstreamWord = "docker-hub";

/** Notes on caches, pipelines and builds, a sentence each. */
export function deliveryNotes(args: GcpDescription, place: Place): string[] {
  return [
    ...cacheNotes(args),
    ...identityNotes(args, place),
    ...deletingNotes(args),
    ...(args.builds.length > 0 ? buildNotes(args, place) : []),
  ];
}

function cacheNotes({
  access,
  environment,
  pullThroughCaches: caches,
  retention,
}: GcpDescription): string[] {
  const anonymous = caches.some(
    ({ upstream, credentials }) => upstream === dockerHub && credentials === undefined,
  );
  return [
    ...(caches.length > 0 && !expiresTagged(retentionOf(environment, retention))
      ? [
          "Caches keep every tagged image that is pulled through them; with wharf:retention.expireAfterDays they delete old ones.",
        ]
      : []),
    ...(caches.length > 0 && !access.public
      ? [
          "Clients with the settings of the output mirrors must log in to the caches, which serve only those who may pull: containerd reads a token from the header authorization in its hosts.toml. GKE's nodes pull from the caches' own addresses.",
        ]
      : []),
    ...(anonymous ? ["Docker Hub limits anonymous pulls: give its cache credentials."] : []),
  ];
}

function deletingNotes(args: GcpDescription): string[] {
  return grantsDeleting(args)
    ? [
        `Who may only delete images has the project's custom role ${deletingRoleId(args)}. Google keeps the id of a deleted role for 37 days: an up takes it back in the first 7; after them set wharf:gcp.deletingRole to another one.`,
      ]
    : [];
}

function identityNotes(args: GcpDescription, { project }: Place): string[] {
  if (args.identities.length === 0) return [];
  if (args.deletion !== Deletion.Force) {
    return [
      "Identity pools are kept when the stack is removed, since Google keeps the id of a deleted one for 30 days; without the grants they allow nothing.",
    ];
  }
  return [
    `Google keeps the id of a deleted identity pool for 30 days: for the stack to come up again before, set wharf:gcp.identityPool to another prefix than ${poolPrefix(args)}, or undelete its pools and import them (gcloud iam workload-identity-pools list --location global --show-deleted --project ${project}).`,
  ];
}

function buildNotes(
  { pullThroughCaches: caches, gcp }: GcpDescription,
  { project }: Place,
): string[] {
  const { connections, workerPool } = gcp.builds;
  const byToken = Object.entries(connections)
    .filter(([, connection]) => connection?.tokenSecret !== undefined)
    .map(([host]) => host);
  const [, poolProject = project] = workerPool?.split("/") ?? [];
  return [
    ...(byToken.length > 0
      ? [
          `Builds stop when the tokens expire with which Cloud Build reaches ${byToken.join(", ")}: before that, add a version to the secret and name it.`,
        ]
      : []),
    ...(connections["github.com"]?.firstGeneration === true
      ? [
          `Repositories of the first generation are connected by hand, once: https://console.cloud.google.com/cloud-build/triggers/connect?project=${project}`,
        ]
      : []),
    ...(poolProject === project
      ? []
      : [
          `The private pool belongs to ${poolProject}, whose owner must let the builds' service accounts use it: gcloud projects add-iam-policy-binding ${poolProject} --role roles/cloudbuild.workerPoolUser --member serviceAccount:ACCOUNT@${project}.iam.gserviceaccount.com`,
        ]),
    ...(caches.length > 0
      ? ["Builds may pull through the caches: name them in the Dockerfile by their addresses."]
      : []),
  ];
}

/** Notes on a registry on this target, a sentence each. */
export function notesFor(args: GcpDescription, place: Place): string[] {
  return [
    ...imageNotes(args),
    ...deliveryNotes(args, place),
    ...deletionNotes(args),
    ...estimateBy(args, gcpCosts).warnings,
    ...projectNotes(args),
  ];
}

/** What happens to images and their tags. */
function imageNotes({
  access,
  builds,
  environment,
  gcp,
  immutableTags,
  repositories,
}: GcpDescription): string[] {
  const asked = new Set(repositories.map(({ retention }) => retention));
  const differences = [...asked].flatMap(
    (retention) => compileArtifactRegistry(retention).differences,
  );
  const wantsExceptions = repositories.some(
    (repository) => repository.immutableTags.enabled && repository.immutableTags.except.length > 0,
  );
  const movable = repositories.filter(
    (repository) =>
      environment !== Environment.Lab &&
      !repository.immutableTags.enabled &&
      expiresTagged(repository.retention),
  );
  return [
    ...sharedNotes(builds, gcp),
    ...(access.public ? ["Anyone may pull from every repository without logging in."] : []),
    ...(wantsExceptions && immutableTags === undefined
      ? [
          "No tag may move, not even latest and stable: immutable tags of Artifact Registry have no exceptions. Push tags that move to a repository with immutableTags.enabled false.",
        ]
      : []),
    ...(movable.length > 0 && immutableTags === undefined
      ? [
          `Tags may move in ${movable.map(({ name }) => name).join(", ")}: Artifact Registry deletes no tagged image in a repository with immutable tags, and wharf:retention deletes tagged images.`,
        ]
      : []),
    ...(repositories.some(({ retention }) => retention.dryRun)
      ? [
          "Cleanup policies in dry run delete nothing: what they would delete is in Artifact Registry's Data Write audit log, with validateOnly. Set wharf:retention.dryRun to false once it is right.",
        ]
      : []),
    ...(repositories.some(({ retention }) => expiresTagged(retention) && !retention.dryRun)
      ? [
          "Cleanup policies delete images that have tags. To see first which ones, set wharf:retention.dryRun to true for some days.",
        ]
      : []),
    ...new Set(differences),
    ...(gcp.domains.length > 0
      ? [`Tags in ${gcp.domains.join(", ")} may move, as in Container Registry.`]
      : []),
  ];
}

/** Whose builds may push more than their own images. */
function sharedNotes(builds: GcpDescription["builds"], gcp: GcpDescription["gcp"]): string[] {
  return gcp.sharedRepositories.flatMap((id) => {
    const own = builds.filter(({ repository }) => heldIn(repository, gcp).id === id);
    return own.length === 0
      ? []
      : [
          `Of the builds, ${own.map(({ name }) => name).join(", ")} may push every image of the repository ${id}: Artifact Registry grants a whole repository.`,
        ];
  });
}

/** What happens to images when the stack is removed. */
function deletionNotes({ deletion, encryption, repositories }: GcpDescription): string[] {
  if (repositories.length === 0) return [];
  switch (deletion) {
    case Deletion.Force:
      return ["The repositories and all images are deleted with the stack."];
    case Deletion.Retain:
      return [
        `The repositories${encryption.key === createdKey ? " and their key" : ""} are kept when the stack is removed, its grants are not; the next up takes them over.`,
      ];
    case Deletion.Protect:
      return [
        "The repositories are protected: set wharf:deletion to retain and run up before the stack can be removed.",
      ];
  }
}

/** What stays in the project. */
function projectNotes({ gcp }: GcpDescription): string[] {
  return [
    ...(gcp.enableServices
      ? ["The APIs that Wharf enabled stay enabled when the stack is removed."]
      : []),
    ...(gcp.projectSettings === undefined
      ? []
      : [
          "The project's settings of Artifact Registry stay as they are when the stack is removed.",
        ]),
  ];
}
