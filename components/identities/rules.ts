import { unknownRepository, repositoryNames } from "../model/repositories";
import { repeated } from "../core/names";
import type { Rule } from "../core/rule";
import type { SharedDescription } from "../model/description";
import { keyOf, removeCommand, setCommand, shown } from "../core/messages";
import type { Problem } from "../core/problems";

import type { Identity } from "../model/identities";
import { isGitHub, issuerUrl, subjectOf } from "./subject";

function sameNames(
  list: "identities" | "clusters",
  entries: readonly { name: string }[],
): Problem[] {
  const names = entries.map(({ name }) => name);
  return repeated([list], names, {
    attribute: "name",
    fix: (index) => setCommand([list, index, "name"], `${names[index]?.slice(0, 23)}-${index + 1}`),
  });
}

/** Two identities for the same tokens: which of them a pipeline gets would be chance, and its rights hard to see. */
function sameSubjects({ identities }: SharedDescription): Problem[] {
  const subjects = identities.map((identity) => {
    const environment = isGitHub(identity) ? "" : (identity.environment ?? "");
    return [issuerUrl(identity), subjectOf(identity), environment].join("\n");
  });
  return repeated(["identities"], subjects, {
    message: (_, first) =>
      `is for the same pipelines as ${first}; name all their repositories in one`,
  });
}

function identityProblems(identity: Identity, index: number, d: SharedDescription): Problem[] {
  const path = ["identities", index];
  const { pull, push, delete: deleted } = identity;
  const starts = (["branch", "tag", "environment"] as const).filter(
    (key) => identity[key] !== undefined,
  );
  const [kept, ...others] = starts;
  return [
    ...(/^https:\/\/(token\.actions\.githubusercontent|github|gitlab)\.com\/?$/.test(
      identity.issuer,
    )
      ? [
          {
            key: keyOf([...path, "issuer"]),
            message: `${shown(identity.issuer)} is known by its word; a URL is for a self-managed GitLab`,
            fix: setCommand(
              [...path, "issuer"],
              identity.issuer.includes("gitlab") ? "gitlab" : "github",
            ),
          },
        ]
      : []),
    ...(pull.length + push.length + deleted.length > 0
      ? []
      : [
          {
            key: keyOf(path),
            message: "names no repository; set pull, push or delete",
            fix: setCommand([...path, "push", 0], repositoryNames(d)[0] ?? "app"),
          },
        ]),
    ...others.map((key) => ({
      key: keyOf([...path, key]),
      message: `${shown(identity[key])} is set together with ${kept}; a pipeline's token has one of branch, tag and environment`,
      fix: removeCommand([...path, key]),
    })),
    ...unusedCa(path, identity),
    ...unknownNames([...path, "pull"], pull, d),
    ...push.flatMap((name, i) =>
      publicNames(d).includes(name) ? [] : unknownRepository([...path, "push", i], name, d),
    ),
    ...unknownNames([...path, "delete"], deleted, d),
  ];
}

/** Names of repositories of the ECR Public Gallery, as a pipeline gives them; only on aws. */
function publicNames(d: SharedDescription): string[] {
  const { aws } = d as { aws?: { publicRepositories?: readonly { name: string }[] } };
  return (aws?.publicRepositories ?? []).map(({ name }) => `public.ecr.aws/${name}`);
}

/** A CA for a server that is not asked. */
function unusedCa(
  path: (string | number)[],
  { caCertificate, jwks }: Pick<Identity, "caCertificate" | "jwks">,
): Problem[] {
  return caCertificate === undefined || jwks === undefined
    ? []
    : [
        {
          key: keyOf([...path, "caCertificate"]),
          message: "is not used beside jwks, with which the issuer is not asked for its keys",
          fix: removeCommand([...path, "caCertificate"]),
        },
      ];
}

function unknownNames(
  path: (string | number)[],
  names: readonly string[],
  d: SharedDescription,
): Problem[] {
  return names.flatMap((name, i) => unknownRepository([...path, i], name, d));
}

function clusterProblems(
  cluster: SharedDescription["clusters"][number],
  index: number,
  d: SharedDescription,
): Problem[] {
  const path = ["clusters", index];
  const { nodes, issuer, workloads, pull } = cluster;
  return [
    ...unusedCa(path, cluster),
    ...(nodes === undefined && workloads.length === 0
      ? [{ key: keyOf(path), message: "names nobody who pulls; set nodes or workloads" }]
      : []),
    ...(issuer === undefined && workloads.length > 0
      ? [
          {
            key: keyOf([...path, "issuer"]),
            message: "is missing; it issues the tokens of the workloads",
          },
        ]
      : []),
    ...unknownNames([...path, "pull"], pull, d),
  ];
}

/** Rules across keys of `wharf:identities` and `wharf:clusters` that hold on every target. */
export const identityRules: Rule<SharedDescription>[] = [
  { needs: ["target", "identities"], find: (d) => sameNames("identities", d.identities) },
  { needs: ["target", "identities"], find: sameSubjects },
  {
    needs: ["target", "identities", "repositories"],
    find: (d) => d.identities.flatMap((identity, i) => identityProblems(identity, i, d)),
  },
  { needs: ["target", "clusters"], find: (d) => sameNames("clusters", d.clusters) },
  {
    needs: ["target", "clusters", "repositories"],
    find: (d) => d.clusters.flatMap((cluster, i) => clusterProblems(cluster, i, d)),
  },
];
