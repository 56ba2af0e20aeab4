import { containerType, isReachable, type Published } from "../docker";
import { isRegistry, inRegistrySettings } from "../registry-settings";
import { levels, type ResourceRule } from "../rule";

export const registryTls: ResourceRule = {
  name: "registry-tls",
  severity: "critical",
  description: "A registry of one's own that other machines reach speaks TLS.",
  remediation:
    "Set http.tls in the settings file, or REGISTRY_HTTP_TLS_CERTIFICATE and REGISTRY_HTTP_TLS_KEY. Behind a proxy that ends TLS, publish the port on 127.0.0.1.",
  corresponds: [],
  levels: levels("advisory", "advisory", "mandatory", "mandatory"),
  types: [containerType],
  checks: [
    // A registry whose port is published.
    function* (resource) {
      if (!isRegistry(resource)) return;
      const reachable = ((resource.props.ports ?? []) as Published[]).filter(isReachable);
      if (reachable.length === 0) return;
      yield* inRegistrySettings(resource, function* ({ complete, get }) {
        if (complete && !hasTls(get))
          yield `Port ${reachable[0]?.external ?? 5000} answers other machines without TLS.`;
      });
    },
    // A settings file that is handed to a registry in another container.
    function* (resource) {
      if (isRegistry(resource)) return;
      yield* inRegistrySettings(resource, function* ({ where, get }) {
        if (!hasTls(get) && !/^(127\.|localhost:)/.test(String(get("http.addr") ?? "")))
          yield `${where} has no http.tls.`;
      });
    },
  ],
};

function hasTls(get: (key: string) => unknown): boolean {
  return get("http.tls.certificate") !== undefined || get("http.tls.letsencrypt") !== undefined;
}
