import type { PlatformChange, SimulatedTypes } from "../simulated/type";
import { createTime, grant, inProject, labelled } from "./shapes";

const repository = "projects/{project}/locations/{location}/repositories/";
const location = { location: "{region}" };
const onRepository = {
  ...grant(`${repository}{repository/last}`, "repository"),
  defaults: location,
};

// The whole of `remoteRepositoryConfig` is create-only, but for credentials and the check of the upstream.
const remote = [
  "description",
  "aptRepository",
  "commonRepository",
  "dockerRepository",
  "mavenRepository",
  "npmRepository",
  "pythonRepository",
  "yumRepository",
].map((field) => `remoteRepositoryConfig.${field}`);

/** Most cleanup policies of a repository ("Configure cleanup policies"). */
const mostPolicies = 10;

/** What Artifact Registry refuses of a repository's cleanup policies. */
export function refusesRepository({ after }: PlatformChange): string | undefined {
  const policies = (after?.cleanupPolicies ?? []) as { id: string }[];
  if (policies.length > mostPolicies) {
    return `A repository has at most ${mostPolicies} cleanup policies, not ${policies.length}.`;
  }
  const ids = policies.map(({ id }) => id);
  const twice = ids.find((id, index) => ids.indexOf(id) < index);
  return twice === undefined ? undefined : `Two cleanup policies are named ${twice}.`;
}

/** Artifact Registry. */
export const artifactregistry: SimulatedTypes = inProject({
  "gcp:artifactregistry/repository:Repository": {
    id: `${repository}{repositoryId}`,
    replaces: [
      "repositoryId",
      "location",
      "format",
      "mode",
      "kmsKeyName",
      "mavenConfig",
      ...remote,
    ],
    required: ["location"],
    defaults: { ...location, mode: "STANDARD_REPOSITORY" },
    outputs: {
      name: "{repositoryId}",
      registryUri: "{location}-docker.pkg.dev/{project}/{repositoryId}",
      createTime,
      updateTime: createTime,
      ...labelled,
      "vulnerabilityScanningConfig.enablementState": "SCANNING_ACTIVE",
    },
    allowed: {
      format: ["DOCKER", "MAVEN", "NPM", "PYTHON", "APT", "YUM", "KFP", "GO", "GENERIC", "GOOGET"],
      deletionPolicy: ["DELETE", "PREVENT", "ABANDON"],
    },
    patterns: {
      // Repositories taken over from Container Registry are named after its hosts.
      repositoryId: [
        /^([a-z]([a-z0-9-]{0,61}[a-z0-9])?|([a-z]+\.)?gcr\.io)$/,
        "1 to 63 lower-case letters, digits and hyphens, from a letter to a letter or digit, or a gcr.io host",
      ],
    },
    refusesSecond: true,
    refuses: refusesRepository,
  },
  "gcp:artifactregistry/repositoryIamMember:RepositoryIamMember": {
    ...onRepository,
    replaces: [...(onRepository.replaces ?? []), "location"],
  },
  "gcp:artifactregistry/repositoryIamBinding:RepositoryIamBinding": {
    id: `${repository}{repository/last}/{role}`,
    replaces: ["repository", "role", "condition", "location"],
    defaults: location,
    outputs: onRepository.outputs,
  },
  "gcp:artifactregistry/rule:Rule": {
    id: `${repository}{repositoryId}/rules/{ruleId}`,
    replaces: ["repositoryId", "ruleId", "location"],
    required: ["location"],
    defaults: location,
    outputs: { name: "{id}" },
    refusesSecond: true,
  },
  "gcp:artifactregistry/projectConfig:ProjectConfig": {
    id: "projects/{project}/locations/{location}/projectConfig",
    replaces: ["location"],
    defaults: location,
    outputs: { name: "{id}" },
  },
  "gcp:artifactregistry/vpcscConfig:VpcscConfig": {
    id: "projects/{project}/locations/{location}/vpcscConfig",
    replaces: ["location"],
    defaults: location,
    outputs: { name: "{id}" },
  },
});
