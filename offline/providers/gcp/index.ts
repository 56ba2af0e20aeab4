import { version } from "@pulumi/gcp/package.json";
import type { SimulatedPackage } from "../simulated/type";
import { artifactregistry } from "./artifactregistry";
import { build } from "./build";
import inputs from "./inputs.json";
import { iam } from "./iam";
import { platform } from "./platform";
import { text, type Values } from "../values";

/** The project number of Google's own documentation. */
const projectNumber = "123456789012";

/** Project and region, from the configuration or from the variables that the official plugin reads; both may be missing. */
function settings(config: Values): Values {
  const { GOOGLE_PROJECT, GOOGLE_CLOUD_PROJECT, GCLOUD_PROJECT, CLOUDSDK_CORE_PROJECT } =
    process.env;
  const { GOOGLE_REGION, GCLOUD_REGION, CLOUDSDK_COMPUTE_REGION } = process.env;
  const project =
    text(config, "project") ||
    GOOGLE_PROJECT ||
    GOOGLE_CLOUD_PROJECT ||
    GCLOUD_PROJECT ||
    CLOUDSDK_CORE_PROJECT;
  const region =
    text(config, "region") || GOOGLE_REGION || GCLOUD_REGION || CLOUDSDK_COMPUTE_REGION;
  return {
    projectNumber,
    ...(project ? { project } : {}),
    ...(region ? { region } : {}),
  };
}

/** Who and where one is, in the forms of Google's documentation. */
const functions: SimulatedPackage["functions"] = {
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

/** The stand-in for the official gcp plugin, for the types that Wharf's GCP target uses. It returns what it is given, and calls no Google Cloud. */
export const gcp: SimulatedPackage = {
  name: "gcp",
  version,
  cloud: "Google Cloud",
  types: { ...artifactregistry, ...iam, ...platform, ...build },
  inputs: inputs as SimulatedPackage["inputs"],
  functions,
  settings,
};
