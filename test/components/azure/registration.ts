import { expect } from "vitest";
import { register, type Registered, type Registration } from "../../support/registrations";

/** Where the tests' stacks stand. */
export const provider = {
  "azure-native:location": "westeurope",
  "azure-native:subscriptionId": "00000000-0000-0000-0000-000000000000",
};

/** Roles that may be limited to repositories. */
export const abac = { roleAssignmentMode: "AbacRepositoryPermissions" };

/** Two repositories that nothing is ever deleted from, so that no task but a build's is there. */
export const shop = {
  repositories: [{ name: "shop/api" }, { name: "shop/layers" }],
  retention: { untaggedAfterDays: "never" },
};

/** What the target registers for a description; blocks that may hold secrets are set as such. */
export const registered = (values: Record<string, unknown>) =>
  register(
    { target: "azure", ...shop, ...values },
    { provider, secretKeys: ["azure", "pullThroughCaches"] },
  );

/** Everything of a type, by its last words. */
export const all = ({ registrations }: Registered, type: string): Registration[] =>
  registrations.filter((registration) => registration.type.endsWith(`:${type}`));

/** The one thing of a type. */
export function one(stack: Registered, type: string): Registration {
  const found = all(stack, type);
  expect(found.map(({ name }) => name)).toHaveLength(1);
  return found[0] as Registration;
}

/** What the stack tells a person. */
export const notesOf = ({ outputs }: Registered) => outputs.notes as string[];
