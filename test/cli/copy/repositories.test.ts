import { describe, expect, it } from "vitest";
import { checkDescription } from "../../../components/description/check";
import { Target } from "../../../components/model/environment";
import { chosen, described, paired } from "../../../cli/copy/repositories";
import type { Side } from "../../../cli/copy/sides";

const host: Side = {
  name: "registry.example.com/acme",
  prefix: "acme/",
  registry: { host: "registry.example.com", plain: false, ca: "" },
};

/** A stack of a managed registry with the repository shop/api. */
function managed(target: Target, address: string, values: object): Side {
  const description = checkDescription({
    stack: "cloud",
    values: { target, environment: "lab", repositories: [{ name: "shop/api" }], ...values },
    secretKeys: new Set(),
  });
  const addresses = { "shop/api": address, "dockerhub-cache": address.replace("api", "cache") };
  const stack = { name: "cloud", target, description, addresses };
  return { ...host, name: "cloud", prefix: "", stack };
}

const ecr = "123456789012.dkr.ecr.eu-central-1.amazonaws.com/shop/api";
const gar = "europe-west3-docker.pkg.dev/acme/shop-api/api";
const acr = "acme.azurecr.io/shop/api";
const templates = {
  aws: { creationTemplates: [{ prefix: "shop/", appliedFor: ["createOnPush"] }] },
};

describe("repositories of a copy", () => {
  it.each([
    ["aws", Target.Aws, ecr, {}, "shop/api", false],
    ["aws with a template for createOnPush", Target.Aws, ecr, templates, "shop/api", true],
    ["gcp", Target.Gcp, gar, {}, "acme/shop-api/api", false],
    ["azure", Target.Azure, acr, {}, "shop/api", true],
  ] as const)(
    "on %s have the address that the stack gives them",
    (_, target, address, values, name, creates) => {
      const to = managed(target, address, values);
      const { pairs, problems } = paired(["shop/api"], host, to);
      expect(pairs).toEqual([{ from: "acme/shop/api", to: name }]);
      expect(problems).toEqual([]);
      // What its stack does not describe is told before the copy, unless a push creates it.
      const other = paired(["shop/web"], host, to).problems;
      expect(other.map(({ fix, key }) => [key, fix])).toEqual(
        creates
          ? []
          : [
              [
                "shop/web",
                "pulumi config set --path 'wharf:repositories[1].name' shop/web --stack cloud",
              ],
            ],
      );
    },
  );

  it("of a managed registry are those that its stack describes, without its caches", () => {
    const { stack } = managed(Target.Aws, ecr, {});
    expect(stack && described(stack)).toEqual(["shop/api"]);
  });

  it.each([
    [["shop/*"], ["shop/api", "shop/web"]],
    [["**/api"], ["shop/api", "shop/old/api"]],
    [["s*/api"], ["shop/api"]],
    [["**"], ["shop/api", "shop/web", "shop/old/api", "tools.1"]],
    [["tools.?", "tools-1"], []],
  ])("match %j as they are written", (patterns, names) => {
    const listed = ["shop/api", "shop/web", "shop/old/api", "tools.1"];
    const choice = chosen(patterns, listed, { source: host, complete: true });
    expect(choice.names).toEqual(names);
  });

  it("may be named where the source does not list them", () => {
    const source = { source: host, complete: false };
    expect(chosen(["shop/api"], [], source)).toEqual({ names: ["shop/api"], problems: [] });
  });
});
