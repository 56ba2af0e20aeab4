import { levels, type ResourceRule } from "../rule";

/** Issuers that sign for everybody's pipelines. */
const shared = ["https://token.actions.githubusercontent.com", "https://gitlab.com"];

export const workloadIdentityCondition: ResourceRule = {
  name: "workload-identity-condition",
  severity: "critical",
  description: "A workload identity pool takes tokens of the owner's own pipelines alone.",
  remediation:
    "Set attributeCondition of the provider, as assertion.repository_owner == 'acme'. A condition that is true for all is none.",
  corresponds: ["CKV_GCP_118"],
  levels: levels("mandatory", "mandatory", "mandatory", "mandatory"),
  types: ["gcp:iam/workloadIdentityPoolProvider:WorkloadIdentityPoolProvider"],
  checks: [
    function* ({ props }) {
      const issuer = props.oidc?.issuerUri as string | undefined;
      if (issuer === undefined) return;
      const condition = ((props.attributeCondition ?? "") as string).trim();
      if (condition === "") {
        const whose = shared.includes(issuer.replace(/\/$/, ""))
          ? " and signs for everybody's pipelines"
          : "";
        yield `attributeCondition is not set: every token of ${issuer} is taken, which is the issuer${whose}.`;
      } else if (!/\bassertion\.|\battribute\.|\bgoogle\./.test(condition)) {
        yield `attributeCondition is ${condition}, which asks nothing of a token.`;
      }
    },
  ],
};
