import { rolesMatrix } from "../../components/access/distribution-evaluation";
import { accessMatrix } from "../../components/access/matrix";
import { heldIn } from "../../components/gcp/repository-ids";
import { isGitHub, projectName } from "../../components/identities/subject";
import { AuthMode } from "../../components/model/auth";
import { buildName } from "../../components/model/builds";
import { selfHosted, Target } from "../../components/model/environment";
import { withMembers } from "../../components/model/groups";
import { describedBy, partOf } from "../stack/description";
import type { StackConfig } from "../stack/stack-config";
import { terminalTable } from "./table";

/** What somebody may do with some repositories. */
interface Right {
  /** A principal, a pipeline, a cluster or a build. */
  who: string;
  pull: boolean;
  push: boolean;
  delete: boolean;
  admin: boolean;
  repositories: string[];
}

const keys = [
  ...(["target", "access", "groups", "repositories", "identities", "clusters", "builds"] as const),
] as const;

/**
 * Who may do what with which repositories, as a table: principals, pipelines, clusters and builds, one row for all repositories on
 * which the same may be done. Empty where every user may do everything, and where nobody is named. A description that is wrong here
 * gives none: the program reports it with all else.
 */
export function accessTable(config: StackConfig): string {
  const parsed = partOf(config, keys);
  if (parsed === undefined) return "";
  if (selfHosted.includes(parsed.target)) return rolesTable(config);
  const all = parsed.repositories.map(({ name }) => name);
  // Google Cloud grants a whole repository, which may hold the images of several here.
  const shared = parsed.target === Target.Gcp ? partOf(config, ["gcp"])?.gcp : undefined;
  const holderOf = (name: string) => (shared === undefined ? name : heldIn(name, shared).id);
  const push = { pull: true, push: true, delete: false, admin: false };
  const pull = { ...push, push: false };
  const rights: Right[] = [
    ...accessMatrix(withMembers(parsed)).map(({ principal, repository, ...may }) => ({
      who: principal,
      ...may,
      repositories: [repository],
    })),
    ...parsed.identities.flatMap((identity) => {
      const who = `pipeline ${identity.name} (${isGitHub(identity) ? "GitHub" : "GitLab"} ${projectName(identity)})`;
      const named = [...new Set([...identity.push, ...identity.pull, ...identity.delete])];
      return named.map((name) => ({
        who,
        pull: identity.push.includes(name) || identity.pull.includes(name),
        push: identity.push.includes(name),
        delete: identity.delete.includes(name),
        admin: false,
        repositories: [name],
      }));
    }),
    ...parsed.clusters.map((cluster) => ({
      who: `cluster ${cluster.name}`,
      ...pull,
      repositories: cluster.pull.length > 0 ? cluster.pull : all,
    })),
    ...parsed.builds.map((build) => ({
      who: `build ${buildName(build)}`,
      ...push,
      repositories: all.filter((name) => holderOf(name) === holderOf(build.repository)),
    })),
  ];
  const rows = joined(rights.filter(({ repositories }) => repositories.length > 0));
  if (rows.length === 0) return "";
  return terminalTable(
    ["who", "pull", "push", "delete", "admin", "repositories"],
    rows.map(({ who, repositories, ...may }) => [
      who,
      ...[mark(may.pull), mark(may.push), mark(may.delete), mark(may.admin)],
      all.length > 1 && all.every((name) => repositories.includes(name))
        ? `all ${all.length}`
        : repositories.join(", "),
    ]),
  );
}

const mark = (may: boolean) => (may ? "yes" : "-");

/** The same of a registry that Wharf runs: its users and identities, repository by repository; empty without roles. */
function rolesTable(config: StackConfig): string {
  const { args } = describedBy(config);
  if (args?.auth.mode !== AuthMode.Roles) return "";
  return terminalTable(
    ["repository", "pull", "push", "delete", "principal"],
    rolesMatrix(args).map(({ repository, principal, ...may }) => [
      ...[repository, mark(may.pull), mark(may.push), mark(may.delete), principal],
    ]),
  );
}

/** One row for all repositories on which the same may be done, where the first of them was. */
function joined(rights: readonly Right[]): Right[] {
  const rows = new Map<string, Right>();
  for (const { repositories, ...may } of rights) {
    const key = JSON.stringify(may);
    const known = rows.get(key)?.repositories ?? [];
    rows.set(key, { ...may, repositories: [...new Set([...known, ...repositories])] });
  }
  return [...rows.values()];
}
