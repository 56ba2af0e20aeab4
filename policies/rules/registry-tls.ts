import { chartTypes, inChart } from "../chart";
import { containerType, isReachable, type Published } from "../docker";
import { eachKnown } from "../known";
import { isRegistry, inRegistrySettings } from "../registry-settings";
import { levels, type ResourceRule } from "../rule";

export const registryTls: ResourceRule = {
  name: "registry-tls",
  severity: "critical",
  description: "A self-hosted registry that other machines reach uses TLS.",
  remediation:
    "Set http.tls in the settings file, or REGISTRY_HTTP_TLS_CERTIFICATE and REGISTRY_HTTP_TLS_KEY. Behind a proxy that ends TLS, publish the port on 127.0.0.1.",
  corresponds: [],
  levels: levels("advisory", "advisory", "mandatory", "mandatory"),
  types: [containerType, ...chartTypes],
  checks: [
    inChart("registry-tls"),
    // A registry whose port is published.
    function* (resource) {
      if (!isRegistry(resource)) return;
      const reachable = eachKnown(
        () => resource.props.ports as Published[] | undefined,
        (port) => (isReachable(port) ? [port] : []),
      );
      if (reachable.length === 0) return;
      yield* inRegistrySettings(resource, function* ({ complete, get }) {
        if (complete && !hasTls(get))
          yield `Port ${reachable[0]?.external ?? 5000} answers other machines without TLS.`;
      });
    },
    // A settings file that is handed to a registry in another container.
    function* (resource) {
      if (resource.type !== containerType || isRegistry(resource)) return;
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
