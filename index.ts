import { renewalOf } from "./components/certificates/validity";
import { notePromisesWithoutTraces } from "./components/core/promise-notes";
import { readDescription } from "./components/description/stack-config";
import { outputsOf } from "./components/registry";
import { imagesPlace } from "./components/state/images-place";
import { createRegistry } from "./components/targets";

notePromisesWithoutTraces();

// `export =`, since Pulumi calls only module.exports of a CommonJS program: an `export default` would run nothing.
export = async () => {
  const description = readDescription();
  const { environment, lab } = description;
  const registry = await createRegistry("registry", description);
  return {
    ...outputsOf(registry),
    environment,
    certificateRenewal: renewalOf(description),
    lab,
    // What another `up` would hide by looking elsewhere.
    images: imagesPlace(description),
  };
};
