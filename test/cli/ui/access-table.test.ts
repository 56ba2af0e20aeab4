import { describe, expect, it } from "vitest";
import { StackConfig } from "../../../cli/stack/stack-config";
import { accessTable } from "../../../cli/ui/access-table";

const described = `config:
  wharf:target: aws
  wharf:access:
    pull: ["arn:aws:iam::111122223333:role/ops"]
  wharf:repositories:
    - name: shop/api
      push: ["arn:aws:iam::111122223333:role/ci"]
    - name: shop/web
      push: ["arn:aws:iam::111122223333:role/ci"]
    - name: base
      admin: ["arn:aws:iam::111122223333:role/ops"]
      delete: [brooms]
  wharf:groups:
    - { name: brooms, members: ["arn:aws:iam::111122223333:role/broom"] }
  wharf:identities:
    - { name: shop-ci, issuer: github, project: acme/shop, branch: main, push: [shop/api], pull: [base, shop/api] }
    - { name: sweep, issuer: github, project: acme/sweep, delete: [base, shop/web] }
  wharf:clusters:
    - { name: prod, nodes: "arn:aws:iam::111122223333:role/nodes" }
  wharf:builds:
    - { repository: shop/web, source: github.com/acme/shop }
`;
const tableOf = (text: string) => accessTable(new StackConfig("shop", text));
const rowsOf = (text: string) =>
  tableOf(text)
    .split("\n")
    .map((line) => line.trim().split(/ {2,}/));

describe("the table of who may do what", () => {
  it("names principals, pipelines, clusters and builds, each once for all that it may do the same with", () => {
    expect(rowsOf(described)).toEqual([
      ["who", "pull", "push", "delete", "admin", "repositories"],
      ["arn:aws:iam::111122223333:role/ops", "yes", "-", "-", "-", "shop/api, shop/web"],
      ["arn:aws:iam::111122223333:role/ci", "yes", "yes", "-", "-", "shop/api, shop/web"],
      ["arn:aws:iam::111122223333:role/ops", "yes", "yes", "yes", "yes", "base"],
      ["arn:aws:iam::111122223333:role/broom", "-", "-", "yes", "-", "base"],
      ["pipeline shop-ci (GitHub acme/shop)", "yes", "yes", "-", "-", "shop/api"],
      ["pipeline shop-ci (GitHub acme/shop)", "yes", "-", "-", "-", "base"],
      ["pipeline sweep (GitHub acme/sweep)", "-", "-", "yes", "-", "base, shop/web"],
      ["cluster prod", "yes", "-", "-", "-", "all 3"],
      ["build shop-web", "yes", "yes", "-", "-", "shop/web"],
    ]);
  });

  it("says of a build on Google Cloud that it may push all of a shared repository", () => {
    const shared = `config:
  wharf:target: gcp
  wharf:repositories: [{ name: shop/api }, { name: shop/web }, { name: base }]
  wharf:builds: [{ repository: shop/web, source: github.com/acme/shop }]
  wharf:gcp: { sharedRepositories: [shop] }
`;
    expect(rowsOf(shared).at(-1)).toEqual([
      ...["build shop-web", "yes", "yes", "-", "-", "shop/api, shop/web"],
    ]);
  });

  it("is empty where nobody is named, and where a part of it is wrong", () => {
    expect(tableOf("config:\n  wharf:target: aws\n")).toBe("");
    expect(tableOf(described.replace("project: acme/shop", "project: 7"))).toBe("");
  });
});
