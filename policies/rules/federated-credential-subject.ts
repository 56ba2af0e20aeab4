import { azureNative, levels, type ResourceRule } from "../rule";

/** What Entra ID expects a token to be for (learn.microsoft.com/entra/workload-id/workload-identity-federation-create-trust). */
const audience = "api://AzureADTokenExchange";

export const federatedCredentialSubject: ResourceRule = {
  name: "federated-credential-subject",
  severity: "critical",
  description: "A federated credential of Entra ID names the one pipeline that it is for.",
  remediation:
    "Set subject as the issuer writes it, as repo:acme/shop:ref:refs/heads/main, and audiences to api://AzureADTokenExchange.",
  corresponds: ["CKV_AZURE_249"],
  levels: levels("mandatory", "mandatory", "mandatory", "mandatory"),
  types: [azureNative("managedidentity", "FederatedIdentityCredential")],
  checks: [
    function* ({ props }) {
      const subject = (props.subject ?? "") as string;
      if (subject === "") yield "subject is not set.";
      else if (subject.includes("*"))
        yield `subject is ${subject}; Entra ID takes no patterns, and no token has that subject.`;
    },
    function* ({ props }) {
      const audiences = (props.audiences ?? []) as string[];
      if (!audiences.includes(audience)) yield `audiences has no ${audience}.`;
    },
    function* ({ props }) {
      if (!/^https:/.test(props.issuer ?? "")) yield "issuer does not begin with https://.";
    },
  ],
};
