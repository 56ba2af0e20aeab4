import { text, type Values } from "../values";

/** The project number of Google's own documentation. */
const projectNumber = "123456789012";

/** Project and region, from the configuration or from the variables that the official plugin reads; both may be missing. */
export function settings(config: Values): Values {
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
