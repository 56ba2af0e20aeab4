import { renewalOf } from "./components/certificates/validity";
import { readDescription } from "./components/description/stack-config";
import { imagesPlace } from "./components/state/images-place";
import { createRegistry } from "./components/targets";

// `export =`, since Pulumi calls only module.exports of a CommonJS program: an `export default` would run nothing.
export = async () => {
  const description = readDescription();
  const { environment, lab } = description;
  const registry = await createRegistry("registry", description);
  return {
    target: registry.target,
    environment,
    endpoint: registry.endpoint,
    server: registry.server,
    hosts: registry.hosts,
    repositories: registry.repositories,
    repositoryIds: registry.repositoryIds,
    login: registry.login,
    push: registry.push,
    pull: registry.pull,
    caCertificate: registry.caCertificate,
    credentials: registry.credentials,
    certificateExpiresAt: registry.certificateExpiresAt,
    certificateRenewal: renewalOf(description),
    builds: registry.builds,
    workflows: registry.workflows,
    mirrors: registry.mirrors,
    lab,
    expiresAt: registry.expiresAt,
    monthlyCost: registry.monthlyCost,
    notes: registry.notes,
    // What another `up` would hide by looking elsewhere.
    images: imagesPlace(description),
  };
};
