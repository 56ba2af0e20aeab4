import { renewalOf } from "./components/certificates/validity";
import { readDescription } from "./components/description/stack-config";
import { imagesPlace } from "./components/state/images-place";
import { createRegistry } from "./components/targets";

// `export =`, since Pulumi calls only module.exports of a CommonJS program: an `export default` would run nothing.
export = async () => {
  const description = readDescription();
  const { environment, lab } = description;
  const { target, endpoint, hosts, repositories, login, push, pull, ...registry } =
    await createRegistry("registry", description);
  const { caCertificate, credentials, certificateExpiresAt, builds, workflows, mirrors } = registry;
  const { expiresAt, monthlyCost, notes } = registry;
  return {
    ...{ target, environment, endpoint, hosts, repositories, login, push, pull },
    ...{ caCertificate, credentials, certificateExpiresAt, builds, workflows, mirrors },
    ...{ certificateRenewal: renewalOf(description), lab, expiresAt, monthlyCost, notes },
    // What another `up` would hide by looking elsewhere.
    images: imagesPlace(description),
  };
};
