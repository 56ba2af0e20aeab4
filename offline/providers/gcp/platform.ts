import type { SimulatedTypes } from "../simulated/type";
import { createTime, grant, inProject, labelled } from "./shapes";

const kmsName = [/^[a-zA-Z0-9_-]{1,63}$/, "1 to 63 letters, digits, hyphens and _"] as const;
const keyDuration = [/^\d+(\.\d+)?s$/, "seconds, such as 7776000s"] as const;

/** Keys, secrets and messages around a registry. */
export const platform: SimulatedTypes = {
  ...inProject({
    "gcp:kms/keyRing:KeyRing": {
      id: "projects/{project}/locations/{location}/keyRings/{name}",
      named: ["name", "dashed"],
      replaces: ["name", "location"],
      patterns: { name: kmsName },
      refusesSecond: true,
    },
    "gcp:secretmanager/secret:Secret": {
      id: "projects/{project}/secrets/{secretId}",
      replaces: ["secretId", "replication", "tags"],
      patterns: { secretId: [/^[a-zA-Z0-9_-]{1,255}$/, "1 to 255 letters, digits, hyphens and _"] },
      required: ["secretId"],
      outputs: { name: "projects/{projectNumber}/secrets/{secretId}", createTime, ...labelled },
      refusesSecond: true,
    },
    "gcp:secretmanager/secretIamMember:SecretIamMember": grant(
      "projects/{project}/secrets/{secretId/last}",
      "secretId",
    ),
    "gcp:pubsub/topic:Topic": {
      id: "projects/{project}/topics/{name}",
      named: ["name", "dashed"],
      replaces: ["name", "tags"],
      outputs: labelled,
      refusesSecond: true,
    },
    "gcp:pubsub/subscription:Subscription": {
      id: "projects/{project}/subscriptions/{name}",
      named: ["name", "dashed"],
      replaces: ["name", "topic", "enableMessageOrdering", "filter", "tags"],
      outputs: labelled,
      refusesSecond: true,
    },
    "gcp:pubsub/topicIAMMember:TopicIAMMember": grant(
      "projects/{project}/topics/{topic/last}",
      "topic",
    ),
  }),
  "gcp:kms/cryptoKey:CryptoKey": {
    id: "{keyRing}/cryptoKeys/{name}",
    named: ["name", "dashed"],
    replaces: [
      "name",
      "keyRing",
      "purpose",
      "importOnly",
      "cryptoKeyBackend",
      "destroyScheduledDuration",
      "versionTemplate.protectionLevel",
    ],
    defaults: { purpose: "ENCRYPT_DECRYPT" },
    outputs: { ...labelled, primaries: [{ name: "{id}/cryptoKeyVersions/1", state: "ENABLED" }] },
    patterns: {
      name: kmsName,
      rotationPeriod: keyDuration,
      destroyScheduledDuration: keyDuration,
    },
  },
  "gcp:kms/cryptoKeyIAMMember:CryptoKeyIAMMember": grant("{cryptoKeyId}", "cryptoKeyId"),
  "gcp:secretmanager/secretVersion:SecretVersion": {
    id: "{secret}/versions/1",
    replaces: ["secret", "secretData", "secretDataWoVersion", "isSecretDataBase64", "project"],
    defaults: { enabled: true },
    outputs: { name: "{id}", version: "1", createTime },
  },
};
