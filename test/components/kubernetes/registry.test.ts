import { execa } from "execa";
import { describe, expect, it } from "vitest";
import { checkDescription } from "../../../components/description/check";
import { nodeRanges } from "../../../components/kubernetes/cluster/completed";
import { smokeScript } from "../../../components/kubernetes/smoke/script";
import { retentionRules } from "../../../components/retention/registry-rules";
import { register, type Registered } from "../../support/registrations";

const bucket = { kind: "s3", bucket: "images", region: "eu-central-1" };
const redis = { cache: { kind: "redis" } };
const lab = { target: "kubernetes" };

/** The inputs of the one resource of a type, by its last word, and of a name where there may be several. */
function inputsOf(
  { registrations }: Registered,
  type: string,
  name?: string,
): Record<string, unknown> {
  const found = registrations.filter(
    (one) => one.type.endsWith(`:${type}`) && (name ?? one.name) === one.name,
  );
  expect(found.map((one) => one.name)).toHaveLength(1);
  return found[0]?.inputs ?? {};
}

const typesOf = ({ registrations }: Registered) =>
  registrations.map(({ type }) => type.split(":").at(-1));

const checksum = (registered: Registered) =>
  (
    inputsOf(registered, "Deployment", "registry-deployment") as {
      spec: { template: { metadata: { annotations: Record<string, string> } } };
    }
  ).spec.template.metadata.annotations["checksum/settings"];

const deployment = (registered: Registered) =>
  inputsOf(registered, "Deployment", "registry-deployment");
const policy = (registered: Registered) =>
  inputsOf(registered, "NetworkPolicy", "registry-network-policy");

describe("the workload on Kubernetes", () => {
  it("stops the old pod before the new one on a volume with one writer", async () => {
    const registered = await register(lab);
    expect(deployment(registered)).toMatchObject({
      spec: { replicas: 1, strategy: { type: "Recreate" } },
    });
    expect(typesOf(registered)).not.toContain("PodDisruptionBudget");
  });

  it("replaces pods one by one on a bucket, spreads them, and lets a drain take one at a time", async () => {
    const kubernetes = { replicas: 3 };
    const registered = await register({ ...lab, storage: bucket, distribution: redis, kubernetes });
    expect(deployment(registered)).toMatchObject({
      spec: {
        replicas: 3,
        strategy: { type: "RollingUpdate", rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } },
        template: {
          spec: {
            terminationGracePeriodSeconds: 40,
            topologySpreadConstraints: [
              { topologyKey: "kubernetes.io/hostname" },
              { topologyKey: "topology.kubernetes.io/zone" },
            ],
            containers: [{ lifecycle: { preStop: { sleep: { seconds: 5 } } } }],
          },
        },
      },
    });
    expect(typesOf(registered)).not.toContain("PersistentVolumeClaim");
    expect(inputsOf(registered, "PodDisruptionBudget")).toMatchObject({
      spec: { maxUnavailable: 1 },
    });
  });

  it("leaves the number of pods to the autoscaler where there is one", async () => {
    const kubernetes = { autoscaling: { minReplicas: 2, maxReplicas: 5 } };
    const registered = await register({ ...lab, storage: bucket, distribution: redis, kubernetes });
    expect((deployment(registered).spec as { replicas?: number }).replicas).toBeUndefined();
    expect(inputsOf(registered, "HorizontalPodAutoscaler")).toMatchObject({
      spec: { minReplicas: 2, maxReplicas: 5, scaleTargetRef: { name: "registry" } },
    });
  });

  it("rolls for settings and never for users", async () => {
    const before = checksum(await register(lab));
    const users = [{ name: "ada" }, { name: "grace", rotation: 2 }];
    expect(checksum(await register({ ...lab, users }))).toBe(before);
    expect(checksum(await register({ ...lab, distribution: { readOnly: true } }))).not.toBe(before);
  });

  it("passes no secret by environment or argument", async () => {
    const registered = await register({ ...lab, distribution: redis });
    const pods = registered.registrations.filter(({ type }) => /:(Deployment|Job)$/.test(type));
    expect(pods).toHaveLength(3);
    for (const { inputs } of pods)
      expect(JSON.stringify(inputs)).not.toMatch(/secret\]|generated-/);
  });
});

describe("the way in", () => {
  it("limits a load balancer's sources, and lets the pods see them", async () => {
    const ranges = ["10.0.0.0/8", "192.0.2.0/24"];
    const registered = await register({
      ...lab,
      endpoint: { hosts: ["registry.example.com"], allowFrom: ranges },
      kubernetes: { expose: { kind: "LoadBalancer" } },
    });
    expect(inputsOf(registered, "Service")).toMatchObject({
      spec: {
        type: "LoadBalancer",
        loadBalancerSourceRanges: ranges,
        externalTrafficPolicy: "Local",
      },
    });
    expect(policy(registered)).toMatchObject({
      spec: {
        ingress: [
          { from: [{ podSelector: {} }, ...ranges.map((cidr) => ({ ipBlock: { cidr } }))] },
        ],
      },
    });
  });

  it("lets the nodes in wherever it limits who may connect, since their containerd pulls", async () => {
    const fromNodes = ["10.1.0.0/16", "192.0.2.0/24"];
    const namespace = (name: string) => ({
      namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": name } },
    });
    const block = (cidr: string) => ({ ipBlock: { cidr } });
    const balanced = await register({
      ...lab,
      endpoint: { hosts: ["registry.example.com"], allowFrom: ["192.0.2.0/24"] },
      kubernetes: { expose: { kind: "LoadBalancer" }, networkPolicy: { fromNodes } },
    });
    expect(inputsOf(balanced, "Service")).toMatchObject({
      spec: { loadBalancerSourceRanges: ["192.0.2.0/24", "10.1.0.0/16"] },
    });
    expect(policy(balanced)).toMatchObject({
      spec: {
        ingress: [{ from: [{ podSelector: {} }, block("192.0.2.0/24"), block("10.1.0.0/16")] }],
      },
    });

    const host = "registry.example.com";
    const routed = await register({
      ...lab,
      endpoint: { allowFrom: ["192.0.2.0/24"] },
      kubernetes: {
        expose: { kind: "Ingress", host, className: "nginx" },
        networkPolicy: { fromNamespaces: ["ingress-nginx"], fromNodes: ["10.1.0.0/16"] },
      },
    });
    expect(inputsOf(routed, "Ingress")).toMatchObject({
      metadata: {
        annotations: {
          "nginx.ingress.kubernetes.io/whitelist-source-range": "192.0.2.0/24,10.1.0.0/16",
        },
      },
    });
    expect(policy(routed)).toMatchObject({
      spec: {
        ingress: [
          { from: [{ podSelector: {} }, namespace("ingress-nginx"), block("10.1.0.0/16")] },
        ],
      },
    });
    // A NodePort would show a stranger by the address of the node that it comes in by.
    const onNodes = await register({
      ...lab,
      endpoint: { hosts: ["10.1.0.2"] },
      kubernetes: {
        expose: { kind: "NodePort" },
        networkPolicy: { fromNamespaces: ["shop"], fromNodes: ["10.1.0.0/16"] },
      },
    });
    expect(inputsOf(onNodes, "Service")).toMatchObject({
      spec: { externalTrafficPolicy: "Local" },
    });
    expect(onNodes.outputs.notes).toContain(
      "The nodes are admitted in addition to wharf:kubernetes.networkPolicy.fromNamespaces, since their containerd pulls: 10.1.0.0/16.",
    );
  });

  it("takes for a node's addresses its own, and those of its end of a tunnel", () => {
    const status = {
      addresses: [
        { type: "Hostname", address: "one" },
        { type: "InternalIP", address: "10.0.0.1" },
        { type: "InternalIP", address: "fd00::1" },
        { type: "ExternalIP", address: "203.0.113.9" },
      ],
    };
    const spec = { podCIDRs: ["10.42.3.0/24", "fd42:3::/64"] };
    const of = (annotations: Record<string, string>) =>
      nodeRanges([{ metadata: { annotations }, spec, status }]);
    const own = ["10.0.0.1/32", "203.0.113.9/32", "fd00::1/128"];
    expect(of({})).toEqual(own);
    const vxlan = { "flannel.alpha.coreos.com/backend-type": "vxlan" };
    expect(of(vxlan)).toEqual([...own, "10.42.3.0/32", "fd42:3::/128"].sort());
    const antrea = { "node.antrea.io/mac-address": "" };
    expect(of(antrea)).toEqual([...own, "10.42.3.1/32", "fd42:3::1/128"].sort());
    const calico = { "projectcalico.org/IPv4VXLANTunnelAddr": "10.244.86.128" };
    expect(of(calico)).toEqual([...own, "10.244.86.128/32"].sort());
  });

  it.each([
    ["nginx", "nginx.ingress.kubernetes.io/proxy-body-size", "0"],
    ["haproxy", "haproxy.org/timeout-server", "900s"],
    ["haproxy-ingress", "haproxy-ingress.github.io/proxy-body-size", "unlimited"],
    ["contour", "projectcontour.io/response-timeout", "infinity"],
    ["alb", "alb.ingress.kubernetes.io/backend-protocol", "HTTPS"],
  ])("lifts the limits of an Ingress of %s", async (className, annotation, value) => {
    const host = "registry.example.com";
    const registered = await register({
      ...lab,
      kubernetes: { expose: { kind: "Ingress", host, className } },
    });
    const ingress = inputsOf(registered, "Ingress") as {
      metadata: { annotations: Record<string, string> };
      spec: unknown;
    };
    expect(ingress.metadata.annotations[annotation]).toBe(value);
    expect(ingress.spec).toMatchObject({
      ingressClassName: className,
      tls: [{ hosts: [host], secretName: "registry-cert" }],
    });
    expect(registered.outputs.endpoint).toBe(`https://${host}`);
    expect(inputsOf(registered, "CertRequest")).toMatchObject({
      subject: { commonName: host },
      dnsNames: expect.arrayContaining([host, "registry-service.registry.svc.cluster.local"]),
    });
  });

  it("hands Traefik and a Gateway the authority that signed the pods' certificate", async () => {
    const host = "registry.example.com";
    const serverName = "registry-service.registry.svc.cluster.local";
    const traefik = { kind: "Ingress", host, className: "traefik" };
    const behindTraefik = await register({ ...lab, kubernetes: { expose: traefik } });
    expect(inputsOf(behindTraefik, "ServersTransport")).toMatchObject({
      spec: { serverName, rootCAs: [{ secret: "registry-cert" }] },
    });
    const gateway = { kind: "Gateway", host, gateway: "main", gatewayNamespace: "ingress" };
    const behindGateway = await register({ ...lab, kubernetes: { expose: gateway } });
    expect(inputsOf(behindGateway, "HTTPRoute")).toMatchObject({
      spec: { hostnames: [host], parentRefs: [{ name: "main", namespace: "ingress" }] },
    });
    expect(inputsOf(behindGateway, "BackendTLSPolicy")).toMatchObject({
      spec: { validation: { hostname: serverName, caCertificateRefs: [{ name: "registry-ca" }] } },
    });
  });

  it("lets the registry out to DNS, to its bucket and only to the namespace of a Service", async () => {
    const storage = {
      ...bucket,
      regionEndpoint: "https://minio.store.svc.cluster.local:9000",
      forcePathStyle: true,
    };
    const notifications = { endpoints: [{ name: "hook", url: "http://hooks.example.com:8080/" }] };
    const registered = await register({ ...lab, distribution: { notifications }, storage });
    const tcp = (port: number) => ({ protocol: "TCP", port });
    expect((policy(registered).spec as { egress: unknown }).egress).toEqual([
      { ports: [{ protocol: "UDP", port: 53 }, tcp(53)] },
      {
        to: [{ namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "store" } } }],
      },
      { ports: [tcp(8080)] },
      // Without keys of its own the registry asks the cloud's metadata server for some.
      { to: [{ ipBlock: { cidr: "169.254.0.0/16" } }], ports: [tcp(80), tcp(988)] },
    ]);
  });

  it("lets the registry out to the webhook of its own schedule only, and tells it in a Secret", async () => {
    const url = "https://hooks.example.com:8443/hidden";
    const collecting = {
      ...lab,
      images: { registry: "registry.example.com/wharf-registry:3.1.2" },
      retention: { keepLast: 10 },
    };
    const told = (notifications?: object, more: object = {}) =>
      register(
        { ...collecting, ...more, ...(notifications && { notifications }) },
        { secretKeys: ["notifications"] },
      );
    const ports = (registered: Awaited<ReturnType<typeof told>>) =>
      JSON.stringify((policy(registered).spec as { egress: unknown }).egress);
    expect(ports(await told({ url }))).toContain('"port":8443');
    expect(ports(await told())).not.toContain("8443");
    // The registry's container has another localhost, and without a schedule it tells of nothing.
    expect(ports(await told({ url: "http://localhost:8443/" }))).not.toContain("8443");
    const never = { retention: { keepLast: 10, schedule: "never" } };
    expect(ports(await told({ url }, never))).not.toContain("8443");
    const { registrations } = await told({ url });
    expect(JSON.stringify(registrations)).not.toContain("hooks.example.com");
    const description = checkDescription({
      ...{ stack: "shop", values: { ...collecting, notifications: { url } } },
      secretKeys: new Set(["notifications"]),
    });
    const { collection } = description;
    expect(collection && retentionRules(description, collection).notify).toEqual({
      ...{ url, onSuccess: false, stack: "shop" },
    });
  });
});

describe("the claim", () => {
  it("is bound to a volume of a node, which nothing else may bind", async () => {
    const persistentVolume = { kind: "local", path: "/disks/images", node: "node-1" };
    const registered = await register({ ...lab, kubernetes: { volume: { persistentVolume } } });
    expect(inputsOf(registered, "PersistentVolume")).toMatchObject({
      metadata: { name: "registry-registry-data" },
      spec: {
        local: { path: "/disks/images" },
        persistentVolumeReclaimPolicy: "Retain",
        storageClassName: "",
        claimRef: { namespace: "registry", name: "registry-data" },
        nodeAffinity: {
          required: {
            nodeSelectorTerms: [{ matchExpressions: [{ operator: "In", values: ["node-1"] }] }],
          },
        },
      },
    });
    expect(inputsOf(registered, "PersistentVolumeClaim")).toMatchObject({
      spec: { storageClassName: "", volumeName: "registry-registry-data" },
    });
  });

  it("keeps its namespace with it outside a lab, and its disk whatever the class says", async () => {
    const registered = await register({ ...lab, environment: "dev" });
    const namespace = registered.registrations.find(({ name }) => name === "registry-namespace");
    expect(namespace).toMatchObject({ retainOnDelete: true });
    expect(inputsOf(registered, "PersistentVolumePatch")).toMatchObject({
      spec: { persistentVolumeReclaimPolicy: "Retain" },
    });
    expect(typesOf(await register(lab))).not.toContain("PersistentVolumePatch");
  });
});

describe("the proof", () => {
  const plan = { host: "registry:5000", tls: true, logsIn: true, pushes: true, deletes: true };

  it.each([
    ["all that a registry offers", plan, /append .* validate .* delete /],
    ["a registry that keeps what it has", { ...plan, deletes: false }, /append .* validate/],
    ["a registry that accepts no push", { ...plan, pushes: false }, /refuses the user/],
    ["a token server's registry", { ...plan, logsIn: false }, /accepts anonymous clients/],
  ])("of %s is a script that a shell reads", async (_, what, expected) => {
    const script = smokeScript(what);
    await execa("sh", ["-n"], { input: script });
    expect(script.replaceAll("\n", " ")).toMatch(expected);
    if (!what.deletes) expect(script).not.toContain("registry delete");
    if (!what.pushes) expect(script).not.toContain("registry append");
    if (!what.logsIn) expect(script).not.toContain("password");
  });
});
