import { chartTypes, inChart } from "../chart";
import { inRegistrySettings, settingsTypes } from "../registry-settings";
import { levels, type ResourceRule } from "../rule";

export const registryAuth: ResourceRule = {
  name: "registry-auth",
  severity: "critical",
  description: "A self-hosted registry requires a login.",
  remediation:
    "Set auth to htpasswd or token, in the settings file or as REGISTRY_AUTH_HTPASSWD_REALM and REGISTRY_AUTH_HTPASSWD_PATH.",
  corresponds: [],
  levels: levels("advisory", "advisory", "mandatory", "mandatory"),
  types: [...settingsTypes, ...chartTypes],
  checks: [
    inChart("registry-auth"),
    function* (resource) {
      yield* inRegistrySettings(resource, function* ({ where, complete, get }) {
        const auth = get("auth");
        if (auth === undefined || auth === "" || auth === "none") {
          if (complete)
            yield `${where} has no auth: whoever reaches the registry may push and pull.`;
        } else if (auth === "silly" || (auth as { silly?: object }).silly !== undefined) {
          yield `${where} has auth silly, which lets everybody in.`;
        }
      });
    },
  ],
};
