import type { EchoPackage } from "../simulated/type";

/** Who and where one is, in the forms of Google's documentation. */
export const functions: EchoPackage["functions"] = {
  "gcp:organizations/getProject:getProject": {
    projectId: "{project}",
    id: "projects/{projectId}",
    name: "{projectId}",
    number: "{projectNumber}",
    billingAccount: "000000-000000-000000",
    autoCreateNetwork: true,
    deletionPolicy: "PREVENT",
    folderId: "",
    orgId: "123456789",
    labels: {},
    effectiveLabels: {},
    pulumiLabels: {},
    tags: {},
  },
  "gcp:organizations/getClientConfig:getClientConfig": {
    id: "projects/{project}",
    project: "{project}",
    region: "{region}",
    zone: "",
    accessToken: "",
    defaultLabels: {},
  },
};
