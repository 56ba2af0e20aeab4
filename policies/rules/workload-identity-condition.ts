import { limits } from "../cel-conditions";
import { isDocumented, issuerOf } from "../issuers";
import { levels, type ResourceRule } from "../rule";

export const workloadIdentityCondition: ResourceRule = {
  name: "workload-identity-condition",
  severity: "critical",
  description: "A workload identity pool accepts only tokens of the owner's pipelines.",
  remediation:
    "Set attributeCondition of the provider, as assertion.repository_owner == 'acme'. A condition that is true for all is none.",
  corresponds: ["CKV_GCP_118", "CKV_GCP_125"],
  levels: levels("mandatory", "mandatory", "mandatory", "mandatory"),
  types: ["gcp:iam/workloadIdentityPoolProvider:WorkloadIdentityPoolProvider"],
  checks: [
    function* ({ props }) {
      const address = props.oidc?.issuerUri as string | undefined;
      if (address === undefined) return;
      const issuer = issuerOf(address);
      const condition = ((props.attributeCondition ?? "") as string).trim();
      // Nobody else has a token of your own issuer.
      if (condition === "" && issuer.isOwn === true) return;
      const mapping = (props.attributeMapping ?? {}) as Record<string, string>;
      if (condition === "") {
        const whose = isDocumented(issuer) ? `, and ${issuer.name} signs for everybody` : "";
        yield `attributeCondition is not set: every token of ${address} is taken${whose}.`;
      } else if (!limits(condition, issuer, mapping)) {
        yield `attributeCondition is ${condition}, which names nobody whose tokens are taken.`;
      }
    },
  ],
};
