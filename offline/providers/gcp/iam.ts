import type { SimulatedTypes } from "../simulated/type";
import { grant, inProject } from "./shapes";

/** Texts of a workload identity pool and of its providers (their references). */
const poolTexts = {
  displayName: [/^[^]{0,32}$/, "32 characters at most"],
  description: [/^[^]{0,256}$/, "256 characters at most"],
} as const;

/** Service accounts, grants on projects, and identities from elsewhere. */
export const iam: SimulatedTypes = {
  ...inProject({
    "gcp:projects/iAMMember:IAMMember": grant("{project}"),
    "gcp:projects/iAMCustomRole:IAMCustomRole": {
      id: "projects/{project}/roles/{roleId}",
      replaces: ["roleId"],
      outputs: { name: "{id}", deleted: false },
      patterns: { roleId: [/^[a-zA-Z0-9_.]{3,64}$/, "3 to 64 letters, digits, _ and ."] },
      refusesSecond: true,
    },
    "gcp:projects/service:Service": {
      id: "{project}/{service}",
      replaces: ["service"],
      patterns: {
        service: [
          /^[a-z0-9-]+(\.[a-z0-9-]+)+$/,
          "the API's host, such as artifactregistry.googleapis.com",
        ],
      },
    },
    "gcp:projects/serviceIdentity:ServiceIdentity": {
      id: "projects/{project}/services/{service}",
      replaces: ["service"],
      outputs: {
        email: "service-{projectNumber}@gcp-sa-{service/label}.iam.gserviceaccount.com",
        member: "serviceAccount:{email}",
      },
    },
    "gcp:serviceaccount/account:Account": {
      id: "projects/{project}/serviceAccounts/{accountId}@{project}.iam.gserviceaccount.com",
      named: ["accountId", "dashed"],
      replaces: ["accountId"],
      outputs: {
        email: "{accountId}@{project}.iam.gserviceaccount.com",
        member: "serviceAccount:{email}",
        name: "{id}",
        uniqueId: "{digits21}",
      },
      patterns: {
        accountId: [
          /^[a-z]([a-z0-9-]{4,28}[a-z0-9])$/,
          "6 to 30 lower-case letters, digits, hyphens",
        ],
        displayName: [/^[^]{0,100}$/, "100 characters at most"],
        description: [/^[^]{0,256}$/, "256 characters at most"],
      },
      refusesSecond: true,
    },
    "gcp:iam/workloadIdentityPool:WorkloadIdentityPool": {
      id: "projects/{project}/locations/global/workloadIdentityPools/{workloadIdentityPoolId}",
      replaces: ["workloadIdentityPoolId"],
      outputs: {
        name: "projects/{projectNumber}/locations/global/workloadIdentityPools/{workloadIdentityPoolId}",
        state: "ACTIVE",
      },
      patterns: {
        workloadIdentityPoolId: [
          /^(?!gcp-)[a-z0-9-]{4,32}$/,
          "4 to 32 of a-z, 0-9 and -, not gcp-",
        ],
        ...poolTexts,
      },
      refusesSecond: true,
    },
    "gcp:iam/workloadIdentityPoolProvider:WorkloadIdentityPoolProvider": {
      id: "projects/{project}/locations/global/workloadIdentityPools/{workloadIdentityPoolId}/providers/{workloadIdentityPoolProviderId}",
      replaces: ["workloadIdentityPoolId", "workloadIdentityPoolProviderId"],
      outputs: {
        name: "projects/{projectNumber}/locations/global/workloadIdentityPools/{workloadIdentityPoolId}/providers/{workloadIdentityPoolProviderId}",
        state: "ACTIVE",
      },
      patterns: {
        workloadIdentityPoolProviderId: [
          /^(?!gcp-)[a-z0-9-]{4,32}$/,
          "4 to 32 of a-z, 0-9 and -, not gcp-",
        ],
        attributeCondition: [/^[^]{1,4096}$/, "1 to 4096 characters"],
        ...poolTexts,
      },
      refusesSecond: true,
    },
  }),
  "gcp:serviceaccount/iAMMember:IAMMember": grant("{serviceAccountId}", "serviceAccountId"),
};
