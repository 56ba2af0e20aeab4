import * as pulumi from "@pulumi/pulumi";
import { describe, expect, it } from "vitest";
import { Deletion } from "../../../components/model/environment";
import { type Candidate, imageHoldersAmong } from "../../../components/state/image-holders";
import { imageLosses, lossProblem } from "../../../components/state/kept-images";

const named = "projects/keys/locations/europe-west3/keyRings/shop/cryptoKeys/images";
const ring = "projects/acme/locations/europe-west3/keyRings/registry-1234567";

const registry = { type: "wharf:index:GcpRegistry", name: "registry" };
const repository = (kmsKeyName?: pulumi.Input<string>) => ({
  type: "gcp:artifactregistry/repository:Repository",
  name: "registry-repository-app",
  properties: {
    repositoryId: "app",
    location: "europe-west3",
    mode: "STANDARD_REPOSITORY",
    ...(kmsKeyName === undefined ? {} : { kmsKeyName }),
  },
});
const key: Candidate = {
  type: "gcp:kms/cryptoKey:CryptoKey",
  name: "registry-key-europe-west3",
  properties: { keyRing: ring, name: "registry-key-7654321", purpose: "ENCRYPT_DECRYPT" },
};
const created = `${ring}/cryptoKeys/registry-key-7654321`;
const ofKey = () => pulumi.output("unknown in a preview");

/** What the state would lose by a description. */
function causes(state: Candidate[], described: Candidate[]): string[] {
  const all = [registry, ...state];
  const losses = imageLosses(imageHoldersAmong(all), described, all, {
    deletion: Deletion.Retain,
  });
  return losses.flatMap((loss) => loss.causes);
}

describe("a repository of Artifact Registry that exists", () => {
  it.each<[string, Candidate[], Candidate[], string[]]>([
    [
      "is replaced where a key that the stack creates comes in place of an existing one",
      [repository(named)],
      [key, repository(ofKey())],
      [`kmsKeyName (from "${named}" to another resource's)`],
    ],
    [
      "is replaced by that also where an earlier up has created the key and failed",
      [key, repository(named)],
      [key, repository(ofKey())],
      [`kmsKeyName (from "${named}" to another resource's)`],
    ],
    [
      "is replaced where it loses its key",
      [repository(named)],
      [repository()],
      [`kmsKeyName (from "${named}" to nothing)`],
    ],
    [
      "is replaced where it gets a key",
      [repository()],
      [key, repository(ofKey())],
      ["kmsKeyName (from nothing to another resource's)"],
    ],
    [
      "keeps the key that the stack created",
      [key, repository(created)],
      [key, repository(ofKey())],
      [],
    ],
    [
      "keeps a key whose name is an Output of the program's",
      [repository(named)],
      [repository(ofKey())],
      [],
    ],
    ["keeps having none", [repository()], [repository()], []],
  ])("%s", (_, state, described, expected) => {
    expect(causes(state, described)).toEqual(expected);
  });
});

it("is told that the platform refuses a second repository while the stack keeps the first", () => {
  const all = [registry, repository(named)];
  const [loss] = imageLosses(imageHoldersAmong(all), [repository()], all, {
    deletion: Deletion.Retain,
  });
  expect(loss && lossProblem(loss, "shop").message).toContain(
    "refuses a second one of its name: without the images, set wharf:deletion to force and run up first",
  );
});
