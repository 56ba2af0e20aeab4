import type { State, StateResource } from "../../../cli/stack/state";

/** A resource as a state holds it. */
export const resource = (
  type: string,
  name: string,
  rest: Partial<StateResource> = {},
): StateResource => ({
  urn: `urn:pulumi:shop::wharf::${type}::${name}`,
  type,
  custom: !type.startsWith("wharf:"),
  ...rest,
});
/** The component of a registry, with its inputs. */
export const registry = (inputs: Record<string, unknown>) =>
  resource("wharf:index:DockerRegistry", "registry", { inputs });
/** The volume of its images. */
export const volume = (rest: Partial<StateResource> = {}) =>
  resource("docker:index/volume:Volume", "registry-data", rest);
/** A state of these resources, with nothing under way. */
export const stateOf = (...resources: StateResource[]): State => ({ resources, pending: [] });
