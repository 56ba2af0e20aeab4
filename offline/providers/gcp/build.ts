import type { SimulatedTypes } from "../simulated/type";
import { createTime, grant, inProject } from "./shapes";

/** Cloud Build, of the first and the second generation, and what starts a build by the clock or holds its source. */
export const build: SimulatedTypes = inProject({
  "gcp:cloudbuild/trigger:Trigger": {
    id: "projects/{project}/locations/{location}/triggers/{uuid:trigger}",
    named: ["name", "dashed"],
    replaces: ["location"],
    defaults: { location: "global" },
    outputs: { triggerId: "{uuid:trigger}", createTime },
    patterns: {
      name: [/^[a-zA-Z0-9][a-zA-Z0-9-]{0,63}$/, "1 to 64 letters, digits and hyphens"],
      serviceAccount: [
        /^projects\/[^/]+\/serviceAccounts\/.+$/,
        "projects/PROJECT/serviceAccounts/EMAIL",
      ],
    },
  },
  "gcp:cloudbuild/workerPool:WorkerPool": {
    id: "projects/{project}/locations/{location}/workerPools/{name}",
    named: ["name", "dashed"],
    replaces: ["name", "location", "networkConfig", "privateServiceConnect"],
    outputs: { state: "RUNNING", uid: "{uuid:pool}", createTime, updateTime: createTime },
    refusesSecond: true,
  },
  "gcp:cloudbuildv2/connection:Connection": {
    id: "projects/{project}/locations/{location}/connections/{name}",
    named: ["name", "dashed"],
    replaces: [
      "name",
      "location",
      ...["bitbucketCloudConfig", "bitbucketDataCenterConfig", "gitlabConfig"].map(
        (config) => `${config}.webhookSecretSecretVersion`,
      ),
    ],
    outputs: { createTime, updateTime: createTime, reconciling: false },
    patterns: {
      location: [/^[a-z]+-[a-z]+\d+$/, "a region: connections are never global"],
    },
    refusesSecond: true,
  },
  "gcp:cloudbuildv2/repository:Repository": {
    id: "projects/{project}/locations/{location}/connections/{parentConnection/last}/repositories/{name}",
    named: ["name", "dashed"],
    replaces: ["name", "location", "parentConnection", "remoteUri", "annotations"],
    required: ["location"],
    outputs: { createTime, updateTime: createTime },
    refusesSecond: true,
  },
  "gcp:cloudscheduler/job:Job": {
    id: "projects/{project}/locations/{region}/jobs/{name}",
    named: ["name", "dashed"],
    replaces: ["name", "region"],
    required: ["region"],
    defaults: { region: "{region}", timeZone: "Etc/UTC" },
    outputs: { state: "ENABLED" },
    refusesSecond: true,
  },
  "gcp:sourcerepo/repositoryIamMember:RepositoryIamMember": grant(
    "projects/{project}/repos/{repository}",
    "repository",
  ),
});
