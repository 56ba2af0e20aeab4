import { inRegistrySettings, settingsTypes } from "../registry-settings";
import { levels, type ResourceRule } from "../rule";

export const registryDeleteEnabled: ResourceRule = {
  name: "registry-delete-enabled",
  severity: "low",
  description: "A self-hosted registry lets images be deleted, so that its disk does not fill.",
  remediation:
    "Set storage.delete.enabled to true, or REGISTRY_STORAGE_DELETE_ENABLED, and run registry garbage-collect on a schedule.",
  corresponds: [],
  levels: levels("disabled", "advisory", "advisory", "advisory"),
  types: settingsTypes,
  checks: [
    function* (resource) {
      yield* inRegistrySettings(resource, function* ({ where, complete, get }) {
        const isCache = get("proxy") !== undefined || get("proxy.remoteurl") !== undefined;
        if (!complete || isCache || String(get("storage.delete.enabled")) === "true") return;
        yield `${where} has no storage.delete.enabled: what is pushed is never deleted.`;
      });
    },
  ],
};
