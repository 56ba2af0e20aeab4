import { defaultBranch } from "../model/builds";
import { IdentityIssuer, type Identity } from "../model/identities";

/** The issuer of the tokens of an identity, without a slash at its end. */
export function issuerUrl({ issuer }: Pick<Identity, "issuer">): string {
  if (issuer === IdentityIssuer.GitHub) return "https://token.actions.githubusercontent.com";
  return (issuer === IdentityIssuer.GitLab ? "https://gitlab.com" : issuer).replace(/\/$/, "");
}

/**
 * Whether GitHub Actions runs the pipelines of an identity; else a GitLab does. GitHub Enterprise Server issues tokens as
 * `https://HOST/_services/token` ("OpenID Connect" of its documentation); an enterprise of GitHub's own cloud below
 * `https://token.actions.githubusercontent.com`, or as `https://token.actions.SUBDOMAIN.ghe.com`.
 */
export function isGitHub({ issuer }: Pick<Identity, "issuer">): boolean {
  return (
    issuer === IdentityIssuer.GitHub ||
    /^https:\/\/token\.actions\./.test(issuer) ||
    /^https:\/\/[^/]+\/_services\/token\/?$/.test(issuer)
  );
}

/** The project of an identity as its own platform shows it, without the ids that GitHub's subjects may carry. */
export function projectName({ project }: Pick<Identity, "project">): string {
  return project.replace(/@\d+/g, "");
}

/** What starts the pipelines of an identity: the one of its three keys that is set, or the default branch. */
export function refOf({ branch, tag, environment }: Identity): {
  kind: "branch" | "tag" | "environment";
  pattern: string;
} {
  if (environment !== undefined) return { kind: "environment", pattern: environment };
  if (tag !== undefined) return { kind: "tag", pattern: tag };
  return { kind: "branch", pattern: branch ?? defaultBranch };
}

/**
 * The claim `sub` of the tokens that an identity stands for, `*` for any text, as GitHub ("OpenID Connect reference", subject
 * claims) and GitLab ("OpenID Connect (OIDC) authentication using ID tokens") write it. GitLab's subject has no environment:
 * there it ends at the project, and the claim `environment` has to be checked as well.
 */
export function subjectOf(identity: Identity): string {
  const { kind, pattern } = refOf(identity);
  const { project } = identity;
  if (isGitHub(identity)) {
    if (kind === "environment") return `repo:${project}:environment:${pattern}`;
    return `repo:${project}:ref:refs/${kind === "tag" ? "tags" : "heads"}/${pattern}`;
  }
  if (kind === "environment") return `project_path:${project}:*`;
  return `project_path:${project}:ref_type:${kind}:ref:${pattern}`;
}
