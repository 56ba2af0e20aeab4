import { describe, expect, it } from "vitest";
import { checkDescription } from "../../components/description/check";
import {
  newPath,
  renamedKeys,
  renamingNotice,
  withNewNames,
} from "../../components/description/renamed-keys";
import { parseShared } from "../../components/description/shared";

type Values = Record<string, unknown>;

const account = JSON.stringify({ type: "service_account", client_email: "a@b", private_key: "k" });
const bucket = { kind: "gcs", bucket: "images" };
const vault = `/subscriptions/${"0".repeat(8)}-0000-0000-0000-${"0".repeat(12)}/resourceGroups/rg/providers/Microsoft.KeyVault/vaults/acme`;
const cached = { upstream: "quay" };
const password = { username: "shop", passwordSecret: "https://acme.vault.azure.net/secrets/quay" };

/** A description with a key under its old name, and the same under the name of today. */
const rows: [key: string, old: Values, now: Values][] = [
  ["caches", { caches: [cached] }, { pullThroughCaches: [cached] }],
  [
    "storage.credentials",
    { storage: { ...bucket, credentials: account } },
    { storage: { ...bucket, serviceAccountKey: account } },
  ],
  ["engine", { engine: { readOnly: true } }, { distribution: { readOnly: true } }],
  [
    "kubernetes.pullSecrets.in",
    { target: "kubernetes", kubernetes: { pullSecrets: { in: [{ namespace: "shop" }] } } },
    { target: "kubernetes", kubernetes: { pullSecrets: { namespaces: [{ namespace: "shop" }] } } },
  ],
  [
    "aws.registrySettings",
    { target: "aws", aws: { registrySettings: "own" } },
    { target: "aws", aws: { managePrivateRegistry: true } },
  ],
  [
    "aws.registrySettings",
    { target: "aws", aws: { registrySettings: "leave" } },
    { target: "aws", aws: { managePrivateRegistry: false } },
  ],
  [
    "gcp.virtuals",
    { target: "gcp", gcp: { location: "europe-west3", virtuals: [{ name: "all" }] } },
    { target: "gcp", gcp: { location: "europe-west3", virtualRepositories: [{ name: "all" }] } },
  ],
  [
    "azure.caches",
    {
      target: "azure",
      caches: [{ ...cached, credentials: password }],
      azure: { caches: { keyVault: vault } },
    },
    {
      target: "azure",
      pullThroughCaches: [{ ...cached, credentials: password }],
      azure: { pullThroughCaches: { keyVault: vault } },
    },
  ],
];

const check = (values: Values, secretKeys = ["storage"]) =>
  checkDescription({ stack: "shop", values, secretKeys: new Set(secretKeys) });

describe("a key under its old name", () => {
  it.each(rows)("describes what it does under its new one: %s", (_, old, now) => {
    expect(check(old)).toEqual(check(now));
    expect(check({ ...empty(now), ...old })).toEqual(check(now));
  });

  it("is among the tried ones", () => {
    expect(renamedKeys.map(({ from }) => from.join(".")).sort()).toEqual(
      [...new Set(rows.map(([key]) => key))].sort(),
    );
  });

  it("is a secret that Pulumi encrypted as under its new one", () => {
    const caches = [{ ...cached, credentials: { username: "shop", password: "hidden-one" } }];
    expect(check({ caches }, ["caches"])).toEqual(
      check({ pullThroughCaches: caches }, ["pullThroughCaches"]),
    );
    expect(() => check({ caches }, [])).toThrow(
      "wharf:pullThroughCaches[0].credentials.password   is in plaintext",
    );
  });

  it("is refused beside the new one, together with all else that is wrong", () => {
    const both = {
      ...{ engine: { readOnly: true }, distribution: { readOnly: false } },
      kubernetes: { pullSecrets: { in: [], namespaces: [{ namespace: "shop" }] } },
      lab: { ttlHours: 0 },
    };
    expect(() => check(both)).toThrow(
      `The description of stack shop has 3 problems. Nothing was changed.

  wharf:engine                      is the old name of wharf:distribution, which is set as well; keep one of them
                                    pulumi config rm wharf:engine
  wharf:kubernetes.pullSecrets.in   is the old name of wharf:kubernetes.pullSecrets.namespaces, which is set as well; keep one of them
                                    pulumi config rm --path 'wharf:kubernetes.pullSecrets.in'
  wharf:lab.ttlHours                0 is not above 0
`,
    );
  });

  it("is taken in wharf.yaml, but not beside the new one", () => {
    const shared = parseShared("engine: { readOnly: true }\ncaches: [{ upstream: quay }]\n");
    expect(shared.values).toEqual({
      distribution: { readOnly: true },
      pullThroughCaches: [cached],
    });
    expect(shared.renamed.map(newPath)).toEqual([["pullThroughCaches"], ["distribution"]]);
    expect(() =>
      parseShared("engine: { readOnly: true }\ndistribution: { readOnly: true }\n"),
    ).toThrow(
      `wharf.yaml has 1 problem. Nothing was changed.

  wharf:engine   is the old name of wharf:distribution, which is set as well; keep one of them
`,
    );
  });

  it("is told with the command that renames it, once for all of them", () => {
    const one = withNewNames({ engine: { readOnly: true } });
    expect(renamingNotice(one.renamed, "shop")).toBe(
      "wharf:engine is now wharf:distribution. The old name is accepted in this release only. Rename it: npx wharf env rename shop",
    );
    const two = withNewNames({ aws: { registrySettings: "own" }, caches: [cached] });
    expect(renamingNotice([...two.renamed, ...two.renamed], "shop")).toBe(
      "wharf:caches is now wharf:pullThroughCaches, wharf:aws.registrySettings is now wharf:aws.managePrivateRegistry. The old names are accepted in this release only. Rename them: npx wharf env rename shop",
    );
  });
});

/** What Pulumi.yaml gives the keys of today where a stack does not set them. */
function empty(values: Values): Values {
  return Object.fromEntries(
    Object.entries(values).map(([key, value]) => [
      key,
      Array.isArray(value) ? [] : typeof value === "object" ? {} : value,
    ]),
  );
}
