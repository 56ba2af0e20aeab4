import { isWorkload } from "../kubernetes";
import { inRegistrySettings, settingsTypes, untold } from "../registry-settings";
import { levels, type ResourceRule } from "../rule";

/** Fewest characters of a secret that cannot be guessed: 96 bits in base64. */
const shortest = 16;

export const registryHttpSecret: ResourceRule = {
  name: "registry-http-secret",
  severity: "medium",
  description: "The instances of a registry sign the state of an upload with one random secret.",
  remediation:
    "Set http.secret, or REGISTRY_HTTP_SECRET from a Secret, to the same random text for every instance.",
  corresponds: [],
  levels: levels("advisory", "advisory", "mandatory", "mandatory"),
  types: settingsTypes,
  checks: [
    function* (resource) {
      const { type, props } = resource;
      const replicas = isWorkload(type) ? ((props.spec?.replicas as number | undefined) ?? 1) : 1;
      yield* inRegistrySettings(resource, function* ({ where, complete, get }) {
        const secret = get("http.secret");
        if (secret === undefined) {
          if (complete && replicas > 1)
            yield `${where} has no http.secret: an upload breaks when its next part reaches another of the ${replicas} replicas.`;
        } else if (secret !== untold && String(secret).length < shortest) {
          yield `${where} has an http.secret of ${String(secret).length} characters; ${shortest} are the least.`;
        }
      });
    },
  ],
};
