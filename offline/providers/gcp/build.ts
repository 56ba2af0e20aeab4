import type { EchoTypes } from "../echo/type";
import { createTime, inProject } from "./shapes";

/** Cloud Build, of the first and the second generation. */
export const build: EchoTypes = inProject({
  "gcp:cloudbuild/trigger:Trigger": {
    id: "projects/{project}/locations/{location}/triggers/{uuid:trigger}",
    named: ["name", "dashed"],
    replaces: ["location"],
    defaults: { location: "global" },
    outputs: { triggerId: "{uuid:trigger}", createTime },
  },
  "gcp:cloudbuild/workerPool:WorkerPool": {
    id: "projects/{project}/locations/{location}/workerPools/{name}",
    named: ["name", "dashed"],
    replaces: ["name", "location"],
    required: ["location"],
    outputs: { state: "RUNNING", uid: "{uuid:pool}", createTime, updateTime: createTime },
    refusesSecond: true,
  },
  "gcp:cloudbuildv2/connection:Connection": {
    id: "projects/{project}/locations/{location}/connections/{name}",
    named: ["name", "dashed"],
    replaces: ["name", "location"],
    required: ["location"],
    outputs: { createTime, updateTime: createTime, reconciling: false },
    refusesSecond: true,
  },
  "gcp:cloudbuildv2/repository:Repository": {
    id: "projects/{project}/locations/{location}/connections/{parentConnection/last}/repositories/{name}",
    named: ["name", "dashed"],
    replaces: ["name", "location", "parentConnection", "remoteUri", "annotations"],
    required: ["location", "parentConnection", "remoteUri"],
    outputs: { createTime, updateTime: createTime },
    refusesSecond: true,
  },
});
