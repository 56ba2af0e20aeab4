import type { SimulatedType, Naming } from "../simulated/type";

/**
 * A type of the Azure Resource Manager by the path of its identifier. Every name in that path replaces it, and so does a moved
 * location; the last name is made up where it is missing, for a child from the resource's own.
 *
 * @param provider such as `Microsoft.ContainerRegistry`
 * @param path kinds with the inputs that name them, such as `registries:registryName/tokens:tokenName`
 */
export function arm(
  provider: string,
  path: string,
  more: Partial<SimulatedType> = {},
): SimulatedType {
  const pairs = path.split("/").map((pair) => pair.split(":") as [kind: string, input: string]);
  const names = pairs.map(([, input]) => input);
  const named = names.at(-1) ?? "";
  const parents = ["resourceGroupName", ...names.slice(0, -1)];
  const naming: Naming = pairs.length === 1 ? "joined" : "copied";
  return {
    id: `${group}/providers/${provider}/${pairs.map(([kind, input]) => `${kind}/{${input}}`).join("/")}`,
    named: [named, naming],
    refusesSecond: true,
    ...more,
    replaces: [...parents, named, ...(more.replaces ?? [])],
    outputs: {
      name: `{${named}}`,
      type: [provider, ...pairs.map(([kind]) => kind)].join("/"),
      ...more.outputs,
    },
  };
}

/** What is in one location, the provider's by default, and moves only by replacement. */
export function located(type: SimulatedType): SimulatedType {
  return {
    ...type,
    replaces: [...(type.replaces ?? []), "location"],
    defaults: { location: "{location}", ...type.defaults },
  };
}

/** Identifier of a resource group. */
export const group = "/subscriptions/{subscriptionId}/resourceGroups/{resourceGroupName}";

/** What Azure says of an existing resource. */
export const succeeded = { provisioningState: "Succeeded" };

/** What Azure says of when something was made; the same for all, so that it is the same every time. */
export const creationDate = "2026-01-01T00:00:00Z";

/** What Azure adds to an identity of its own making. */
export const systemIdentity = {
  "identity.principalId": "{uuid:principalId}",
  "identity.tenantId": "{tenantId}",
};
