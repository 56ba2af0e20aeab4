import type { Fault, Sample } from "./stack";

const labels = ["stack", "owner", "expires-at"].map((label) => ({ label, value: "shop" }));
const digest = `sha256:${"0".repeat(64)}`;
const hardened = {
  readOnly: true,
  securityOpts: ["no-new-privileges:true"],
  capabilities: { drops: ["ALL"] },
  user: "10001:10001",
  restart: "always",
  memory: 512,
  cpus: "1.0",
  labels,
};
const envs = {
  auth: "REGISTRY_AUTH_HTPASSWD_PATH=/auth/htpasswd",
  tls: "REGISTRY_HTTP_TLS_CERTIFICATE=/tls/tls.crt",
  deletion: "REGISTRY_STORAGE_DELETE_ENABLED=true",
};
const settings = (more = "") => `
version: 0.1
storage: { filesystem: { rootdirectory: /var/lib/registry }, delete: { enabled: true } }
http: { addr: ":5000", secret: 0123456789abcdef, tls: { certificate: /tls/tls.crt, key: /tls/tls.key } }
auth: { htpasswd: { realm: shop, path: /auth/htpasswd } }
${more}`;

export const docker: Sample[] = [
  {
    type: "docker:index/container:Container",
    name: "registry",
    props: {
      ...hardened,
      image: `registry:3.1.2@${digest}`,
      envs: Object.values(envs),
      ports: [{ internal: 5000, external: 5000, ip: "127.0.0.1" }],
      volumes: [{ containerPath: "/var/lib/registry", volumeName: "shop-data" }],
    },
  },
  {
    // Its settings are in a volume that another container fills: they cannot be told from here.
    type: "docker:index/container:Container",
    name: "registry-by-file",
    props: {
      ...hardened,
      image: digest,
      entrypoints: ["registry"],
      command: ["serve", "/etc/distribution/config.yml"],
      ports: [{ internal: 5000, external: 5443, ip: "127.0.0.1" }],
      volumes: [
        { containerPath: "/etc/distribution", volumeName: "shop-settings" },
        { containerPath: "/var/lib/registry", volumeName: "shop-data" },
      ],
    },
  },
  {
    type: "docker:index/container:Container",
    name: "delivery",
    props: {
      image: digest,
      start: false,
      mustRun: false,
      labels,
      uploads: [{ file: "/etc/distribution/config.yml", content: settings() }],
    },
  },
  {
    type: "docker:index/container:Container",
    name: "redis",
    props: {
      ...hardened,
      image: `redis@${digest}`,
      envs: ["MODE=cache", "ALLOW_EMPTY_PASSWORD=yes"],
    },
  },
  {
    // What this program builds and pushes nowhere has no digest to be named by.
    type: "docker:index/container:Container",
    name: "web",
    props: { ...hardened, image: "shop/web:1.0" },
  },
  {
    type: "docker:index/image:Image",
    name: "web-image",
    props: { imageName: "shop/web:1.0", skipPush: true },
  },
  {
    type: "docker:index/volume:Volume",
    name: "data",
    protect: true,
    props: { name: "shop-data", labels },
  },
  {
    type: "docker:index/volume:Volume",
    name: "settings",
    props: { name: "shop-settings", labels },
  },
  { type: "docker:index/network:Network", name: "network", props: { labels } },
  {
    type: "docker:index/remoteImage:RemoteImage",
    name: "image",
    props: { name: `registry:3.1.2@${digest}` },
  },
];

const reachable = [["ports", 0, "ip"], "0.0.0.0"] as const;
const without = (one: keyof typeof envs) =>
  [
    ["envs"],
    Object.entries(envs).flatMap(([name, value]) => (name === one ? [] : [value])),
  ] as const;
const upload = (text: string) => [[["uploads", 0, "content"], text]] as const;
const redis = (path: string, value: unknown): Pick<Fault, "of" | "set"> => ({
  of: "redis",
  set: [[path.split("."), value]],
});

export const dockerFaults: Fault[] = [
  { rule: "registry-tls", of: "registry", set: [reachable, without("tls")], onlyHere: true },
  {
    rule: "registry-tls",
    of: "delivery",
    set: upload(settings().replace(/, tls: {[^}]*}/, "")),
    onlyHere: true,
  },
  { rule: "registry-auth", of: "registry", set: [without("auth")], onlyHere: true },
  {
    rule: "registry-auth",
    of: "registry",
    set: [[["envs"], ["REGISTRY_AUTH=silly", envs.tls, envs.deletion]]],
  },
  {
    rule: "registry-auth",
    of: "delivery",
    set: upload(settings().replace(/\nauth.*/, "")),
    onlyHere: true,
  },
  { rule: "registry-delete-enabled", of: "registry", set: [without("deletion")], onlyHere: true },
  {
    rule: "registry-delete-enabled",
    of: "delivery",
    set: upload(settings().replace("enabled: true", "enabled: false")),
    onlyHere: true,
  },
  {
    rule: "registry-http-secret",
    of: "delivery",
    set: upload(settings().replace("0123456789abcdef", "guess")),
    onlyHere: true,
  },
  ...[
    "proxy: { remoteurl: https://registry-1.docker.io, username: shop }",
    "proxy: { remoteurl: https://shop:word@registry-1.docker.io }",
    "proxy: { remoteurl: http://cache.example.com, username: shop, password: word }",
  ].map((proxy) => ({
    rule: "registry-proxy-credentials",
    of: "delivery",
    set: upload(settings(proxy)),
    onlyHere: true,
  })),
  { rule: "registry-persistent-storage", of: "registry", set: [[["volumes"], []]], onlyHere: true },
  {
    rule: "registry-bind-loopback-lab",
    of: "registry",
    set: [reachable],
    environment: "lab",
    onlyHere: true,
  },
  {
    rule: "registry-bind-loopback-lab",
    of: "registry",
    set: [[["ports", 0, "ip"], undefined]],
    environment: "lab",
    onlyHere: true,
  },
  {
    rule: "registry-debug-port",
    of: "registry",
    set: [[["ports"], [{ internal: 5001, external: 5001, ip: "0.0.0.0" }]]],
  },
  {
    rule: "registry-image-pinned",
    of: "registry",
    set: [[["image"], "registry:3.1.2"]],
    onlyHere: true,
  },
  { rule: "registry-image-pinned", of: "image", set: [[["name"], "registry:latest"]] },
  {
    rule: "registry-image-pinned",
    of: "web-image",
    set: [[["skipPush"], false]],
    found: "web",
  },
  { rule: "docker-hardening", ...redis("readOnly", false) },
  { rule: "docker-hardening", ...redis("securityOpts", []) },
  { rule: "docker-hardening", ...redis("capabilities", undefined) },
  { rule: "docker-hardening", ...redis("capabilities.adds", ["NET_ADMIN"]), onlyHere: true },
  ...["seccomp=unconfined", "apparmor:unconfined", "systempaths=unconfined", "label=disable"].map(
    (option) => ({
      rule: "docker-hardening",
      ...redis("securityOpts", ["no-new-privileges:true", option]),
    }),
  ),
  {
    rule: "docker-no-engine-socket",
    ...redis("mounts", [{ target: "/host", source: "/var/run", type: "bind" }]),
  },
  {
    rule: "workload-registries",
    ...redis("image", `quay.io/acme/redis@${digest}`),
    parameters: { registries: ["ghcr.io/acme", "docker.io"] },
    onlyHere: true,
  },
  { rule: "docker-hardening", ...redis("user", "0:0") },
  { rule: "docker-hardening", ...redis("user", undefined) },
  { rule: "docker-no-privileged", ...redis("privileged", true) },
  ...["networkMode", "pidMode", "ipcMode", "usernsMode"].map((mode) => ({
    rule: "docker-no-privileged",
    ...redis(mode, "host"),
  })),
  {
    rule: "docker-no-engine-socket",
    ...redis("volumes", [{ containerPath: "/run/docker.sock", hostPath: "/var/run/docker.sock" }]),
    onlyHere: true,
  },
  {
    rule: "docker-no-engine-socket",
    ...redis("mounts", [{ target: "/host", source: "/etc/", type: "bind" }]),
  },
  { rule: "docker-restart-policy", ...redis("restart", "no") },
  { rule: "docker-limits", ...redis("memory", undefined) },
  { rule: "docker-limits", ...redis("cpus", undefined) },
  { rule: "no-inline-secrets", ...redis("envs", ["REDIS_PASSWORD=of no worth"]) },
  { rule: "required-labels", ...redis("labels", []) },
  { rule: "stateful-protected", of: "data", unprotected: true },
];
