import { azureNative, levels, type ResourceRule } from "../rule";

export const acrWebhookHttps: ResourceRule = {
  name: "acr-webhook-https",
  severity: "high",
  description: "A webhook of an ACR registry goes over HTTPS.",
  remediation: "Set serviceUri to an address that begins with https://.",
  corresponds: ["CKV2_AZURE_30"],
  levels: levels("mandatory", "mandatory", "mandatory", "mandatory"),
  types: [azureNative("containerregistry", "Webhook")],
  checks: [
    function* ({ props }) {
      // The address may hold a token: it is not repeated.
      if (!/^https:/i.test(props.serviceUri ?? ""))
        yield "serviceUri does not begin with https://: the tokens of its headers travel unencrypted.";
    },
  ],
};
