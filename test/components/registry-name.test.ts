import { describe, expect, it } from "vitest";
import { credentialsOf, registryHost } from "../../cli/stack/outputs";
import { clientMirrors } from "../../components/caches/mirrors";
import { checkDescription } from "../../components/description/check";
import { hostAndPort } from "../../components/kubernetes/hosts";
import { registryName, registryNameOf } from "../../components/core/registry-name";

// What Docker, containerd and Kubernetes compare letter by letter: one form wherever the registry is named.
describe("the name of a registry", () => {
  it.each<[string, number, boolean, string]>([
    ["registry.example.com", 5000, true, "registry.example.com:5000"],
    ["registry.example.com", 443, true, "registry.example.com"],
    ["Registry.Example.COM", 443, true, "registry.example.com"],
    ["REGISTRY.example.com", 5000, true, "registry.example.com:5000"],
    ["localhost", 443, true, "localhost"],
    // Without a dot or a port Docker would look for it on Docker Hub.
    ["registry", 443, true, "registry:443"],
    ["registry", 5000, true, "registry:5000"],
    ["10.1.2.3", 443, true, "10.1.2.3"],
    ["::1", 5000, true, "[::1]:5000"],
    ["2001:DB8:0:0::1", 443, true, "[2001:db8::1]"],
    // Without TLS, a client that sees no port tries 443 and then 80.
    ["registry.example.com", 443, false, "registry.example.com:443"],
    ["registry.example.com", 80, false, "registry.example.com:80"],
    ["registry.example.com", 80, true, "registry.example.com:80"],
  ])("of %s and %d, TLS %s, is %s, also by its URL", (host, port, tls, name) => {
    expect(registryName(host, port, tls)).toBe(name);
    expect(registryNameOf(`http${tls ? "s" : ""}://${name}`)).toBe(name);
    expect(registryHost({ endpoint: `http${tls ? "s" : ""}://${name}` })).toBe(name);
    if (tls) expect(hostAndPort(host, port)).toBe(name);
  });

  it("is that of the description's hosts, whatever their case", () => {
    const values = { endpoint: { hosts: ["Registry.Example.com", "registry.example.COM"] } };
    const { endpoint } = checkDescription({ stack: "shop", values, secretKeys: new Set() });
    expect(endpoint.hosts).toEqual(["registry.example.com"]);
  });

  it("is where the settings of clients look for a cache's CA", () => {
    const mirrors = clientMirrors([
      { cache: { upstream: "quay" }, endpoint: "https://registry:443", ca: "PEM" },
    ]);
    expect(mirrors["/etc/docker/certs.d/registry:443/ca.crt"]).toBe("PEM");
    expect(mirrors["/etc/rancher/k3s/registry-443.crt"]).toBe("PEM");
  });
});

describe("the user who logs in", () => {
  // As a state holds them: in the order of the alphabet.
  const outputs = {
    login: "docker login localhost:5000 --username zoe",
    credentials: { ana: "a", zoe: "z" },
  };

  it("is the one in the command that is shown, or the one that is named", () => {
    expect(credentialsOf(outputs, "dev")).toEqual({ user: "zoe", password: "z" });
    expect(credentialsOf(outputs, "dev", "ana")).toEqual({ user: "ana", password: "a" });
  });
});
