import { allowed, condition, list, nameOf, type Statement } from "../policy-document";
import { levels, type ResourceRule } from "../rule";

export const oidcTrustConditions: ResourceRule = {
  name: "oidc-trust-conditions",
  severity: "critical",
  description:
    "A role that pipelines assume by OpenID Connect asks who the token is for and which pipeline it is of.",
  remediation:
    "Add conditions on the issuer's aud and sub to the trust policy; sub names the organisation and the repository at least, as repo:acme/shop:*.",
  corresponds: ["CKV_AWS_358"],
  levels: levels("mandatory", "mandatory", "mandatory", "mandatory"),
  types: ["aws:iam/role:Role"],
  checks: [
    function* ({ props }) {
      for (const [index, statement] of allowed(props.assumeRolePolicy).entries()) {
        if (!list(statement.Action).includes("sts:AssumeRoleWithWebIdentity")) continue;
        for (const message of problems(statement)) yield `${nameOf(statement, index)} ${message}`;
      }
    },
  ],
};

function* problems(statement: Statement): Generator<string> {
  const keys = Object.values(statement.Condition ?? {}).flatMap((one) => Object.keys(one ?? {}));
  const asked = (claim: string) => keys.find((key) => key.endsWith(`:${claim}`));
  const [audience, subject] = [asked("aud"), asked("sub")];
  if (audience === undefined) yield "asks nothing of aud: a token for any other service opens it.";
  if (subject === undefined) yield "asks nothing of sub: a pipeline of anybody opens it.";
  else {
    for (const value of condition(statement, subject)?.values ?? []) {
      if (isBare(value)) yield `takes the sub ${value}: a pipeline of anybody opens it.`;
    }
  }
}

/**
 * Whether a pattern of subjects leaves open whose it is: the owner of a repository, or the namespace of a service account on Kubernetes.
 * An `*` for the id that GitHub may write after a name leaves nothing open, since no name holds an @.
 */
function isBare(subject: string): boolean {
  const [kind = "", first = "", second = ""] = subject.replace(/@\*/g, "").split(":");
  const open = (text: string) => /[*?]/.test(text.replace(/\$\{[*?$]\}/g, ""));
  if (kind === "repo" || kind === "project_path") {
    const [owner = "", repository] = first.split("/");
    return open(owner) || repository === undefined;
  }
  return open(kind) || open(first) || (kind === "system" ? open(second) : open(subject));
}
