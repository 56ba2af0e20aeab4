import type { UpstreamWord } from "../caches/upstreams";
import { Deletion } from "../description/choices";
import type { RegistryArgs } from "../registry";
import { poolPrefix } from "./identities/pools";
import type { Place } from "./place";

const dockerHub: UpstreamWord = "docker-hub";

/** What a person should know of caches, pipelines and builds, a sentence each. */
export function deliveryNotes(args: RegistryArgs, place: Place): string[] {
  return [
    ...cacheNotes(args),
    ...identityNotes(args, place),
    ...(args.builds.length > 0 ? buildNotes(args, place) : []),
  ];
}

function cacheNotes({ access, caches }: RegistryArgs): string[] {
  const anonymous = caches.some(
    ({ upstream, credentials }) => upstream === dockerHub && credentials === undefined,
  );
  return [
    ...(caches.length > 0 ? ["Caches keep every image that was pulled through them."] : []),
    ...(caches.length > 0 && !access.public
      ? [
          "Clients with the settings of the output mirrors log in to the caches, since a cache is open to those alone who may pull: containerd takes a token in the header authorization of its hosts.toml. GKE's nodes pull by the caches' own addresses.",
        ]
      : []),
    ...(anonymous
      ? ["Docker Hub limits pulls of those who do not log in: give its cache credentials."]
      : []),
  ];
}

function identityNotes(args: RegistryArgs, { project }: Place): string[] {
  if (args.identities.length === 0 || args.deletion !== Deletion.Force) return [];
  return [
    `Google keeps the id of a deleted identity pool for 30 days: for the stack to come up again before, set wharf:gcp.identityPool to another beginning than ${poolPrefix(args)}, or undelete its pools and import them (gcloud iam workload-identity-pools list --location global --show-deleted --project ${project}).`,
  ];
}

function buildNotes({ caches, gcp }: RegistryArgs, { project }: Place): string[] {
  const { connections, workerPool } = gcp.builds;
  const byToken = Object.entries(connections)
    .filter(([, connection]) => connection?.tokenSecret !== undefined)
    .map(([host]) => host);
  const [, poolProject = project] = workerPool?.split("/") ?? [];
  return [
    ...(byToken.length > 0
      ? [
          `Builds stop when the tokens end by which Cloud Build reaches ${byToken.join(", ")}: add a version to the secret before, and name it.`,
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
          `The private pool belongs to ${poolProject}, whose owner lets the builds' service accounts use it: gcloud projects add-iam-policy-binding ${poolProject} --role roles/cloudbuild.workerPoolUser --member serviceAccount:ACCOUNT@${project}.iam.gserviceaccount.com`,
        ]),
    ...(caches.length > 0
      ? ["Builds may pull through the caches: a Dockerfile names them by their addresses."]
      : []),
  ];
}
