/** A target whose registry is a cloud's own. */
export type Cloud = "aws" | "gcp" | "azure";

export const clouds: readonly Cloud[] = ["aws", "gcp", "azure"];

/** Config of each cloud's provider. */
export const providerConfig: Record<Cloud, Record<string, unknown>> = {
  aws: { "aws:region": "eu-central-1" },
  gcp: { "gcp:project": "acme-registry", "gcp:region": "europe-west3" },
  azure: {
    "azure-native:subscriptionId": "00000000-0000-0000-0000-000000000000",
    "azure-native:location": "germanywestcentral",
  },
};

/** Credentials that Wharf finds before a preview; nobody is asked whether they are right. */
export const credentials: Record<Cloud, Record<string, string>> = {
  aws: { AWS_ACCESS_KEY_ID: "bench", AWS_SECRET_ACCESS_KEY: "bench" },
  gcp: { GOOGLE_CREDENTIALS: '{"type":"service_account"}' },
  azure: {
    ARM_CLIENT_ID: "55555555-5555-5555-5555-555555555555",
    ARM_TENANT_ID: "66666666-6666-6666-6666-666666666666",
    ARM_CLIENT_SECRET: "bench",
  },
};
