import { expect, it } from "vitest";
import { imageHoldersAmong } from "../../../components/state/image-holders";

/** Resources by type and name, as a state lists them. */
const state = (...resources: [type: string, name: string][]) =>
  resources.map(([type, name]) => ({ type, name }));

const volume = "docker:index/volume:Volume";
const repository = "aws:ecr/repository:Repository";

it.each([
  [
    "the volume of a registry of any name, and no volume of its caches or of others",
    state(
      ["wharf:index:DockerRegistry", "shop"],
      [volume, "shop-data"],
      [volume, "shop-cache-quay-data"],
      [volume, "shop-users-volume"],
      [volume, "ledger-data"],
    ),
    { "shop-data": "shop" },
  ],
  [
    "the resources of registries whose names begin alike",
    state(
      ["wharf:index:AwsRegistry", "shop"],
      ["wharf:index:AwsRegistry", "shop-repository"],
      [repository, "shop-repository-api"],
      [repository, "shop-repository-repository-web"],
      ["aws:kms/key:Key", "shop-key"],
      ["aws:kms/key:Key", "shop-repository-replica-us-west-2-key"],
    ),
    {
      "shop-repository-api": "shop",
      "shop-repository-repository-web": "shop-repository",
      "shop-key": "shop",
      "shop-repository-replica-us-west-2-key": "shop-repository",
    },
  ],
  [
    "a namespace only where its own registry has a claim in it",
    state(
      ["wharf:index:KubernetesRegistry", "one"],
      ["wharf:index:KubernetesRegistry", "other"],
      ["kubernetes:core/v1:Namespace", "one-namespace"],
      ["kubernetes:core/v1:Namespace", "one-trust-namespace"],
      ["kubernetes:core/v1:Namespace", "other-namespace"],
      ["kubernetes:core/v1:PersistentVolumeClaim", "other-claim"],
    ),
    { "other-namespace": "other", "other-claim": "other" },
  ],
])("images depend on %s", (_, resources, expected) => {
  const found = imageHoldersAmong(resources).map(({ name, component }) => [name, component]);
  expect(Object.fromEntries(found)).toEqual(expected);
});
