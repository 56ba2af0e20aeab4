// What `targets.ts` takes of this target.
export { completed, preflight } from "./preflight";
export { selfHostedCosts as costs } from "../cost/estimate";
export { component, DockerRegistry as Registry } from "./registry";
export const place = "Docker host";
