import { issuerOf } from "../issuers";
import { azureNative, levels, type ResourceRule } from "../rule";

/**
 * What Entra ID expects a token to be for, by cloud
 * (learn.microsoft.com/entra/workload-id/workload-identity-federation-create-trust).
 */
const exchange = /^api:\/\/AzureADTokenExchange(USGov|China)?$/;

/** A pattern of a flexible credential whose wildcards leave the first two words of a subject alone. */
const named = /'[^'*?:]+:[^'*?:]+(:[^']*)?'/;

export const federatedCredentialSubject: ResourceRule = {
  name: "federated-credential-subject",
  severity: "critical",
  description: "A federated credential of Entra ID names the one pipeline that it is for.",
  remediation:
    "Set subject as the issuer writes it, as repo:acme/shop:ref:refs/heads/main, and audiences to api://AzureADTokenExchange, or to what the issuer documents.",
  corresponds: ["CKV_AZURE_249"],
  levels: levels("mandatory", "mandatory", "mandatory", "mandatory"),
  types: [
    azureNative("managedidentity", "FederatedIdentityCredential"),
    /^azuread:index\/application(Flexible)?FederatedIdentityCredential:/,
    "azure:armmsi/federatedIdentityCredential:FederatedIdentityCredential",
  ],
  checks: [
    function* ({ props }) {
      const expression = props.claimsMatchingExpression as string | undefined;
      if (expression !== undefined) {
        if (!named.test(expression))
          yield `claimsMatchingExpression is ${expression}, which names no pipeline.`;
        return;
      }
      const subject = (props.subject ?? "") as string;
      if (subject === "") yield "subject is not set.";
      else if (subject.includes("*"))
        yield `subject is ${subject}; Entra ID does not support patterns, and no token has that subject.`;
    },
    function* ({ props }) {
      const given = [props.audiences, props.audience]
        .flat()
        .filter((one) => one !== undefined) as string[];
      const own = issuerOf((props.issuer ?? "") as string).audience;
      if (!given.some((one) => exchange.test(one) || own?.test(one)))
        yield `audiences has no api://AzureADTokenExchange${own ? ", and none that the issuer documents" : ""}.`;
    },
    function* ({ props }) {
      if (!/^https:/.test(props.issuer ?? "")) yield "issuer does not begin with https://.";
    },
  ],
};
