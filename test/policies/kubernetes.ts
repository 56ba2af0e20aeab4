import type { Fault, Path, Sample } from "./stack";

const labels = {
  app: "registry",
  "app.kubernetes.io/instance": "shop",
  owner: "shop",
  "expires-at": "2027",
};
const metadata = { name: "registry", namespace: "registry", labels };
const digest = `sha256:${"0".repeat(64)}`;

const container = {
  name: "registry",
  image: `registry:3.1.2@${digest}`,
  env: [
    { name: "REGISTRY_AUTH", value: "htpasswd" },
    { name: "REGISTRY_STORAGE_DELETE_ENABLED", value: "true" },
    {
      name: "REGISTRY_HTTP_SECRET",
      valueFrom: { secretKeyRef: { name: "registry", key: "http" } },
    },
  ],
  ports: [{ containerPort: 5000 }, { containerPort: 5001, name: "debug" }],
  volumeMounts: [{ name: "data", mountPath: "/var/lib/registry" }],
  resources: { requests: { cpu: "100m", memory: "512Mi" }, limits: { cpu: "1", memory: "512Mi" } },
  securityContext: {
    allowPrivilegeEscalation: false,
    capabilities: { drop: ["ALL"] },
    privileged: false,
    readOnlyRootFilesystem: true,
  },
  livenessProbe: { tcpSocket: { port: 5000 } },
  readinessProbe: { tcpSocket: { port: 5000 } },
};
const pod = {
  automountServiceAccountToken: false,
  securityContext: {
    runAsNonRoot: true,
    runAsUser: 10001,
    seccompProfile: { type: "RuntimeDefault" },
  },
  containers: [container],
  volumes: [{ name: "data", persistentVolumeClaim: { claimName: "registry" } }],
};

export const kubernetes: Sample[] = [
  {
    type: "kubernetes:apps/v1:Deployment",
    name: "deployment",
    props: { metadata, spec: { replicas: 2, template: { metadata: { labels }, spec: pod } } },
  },
  {
    type: "kubernetes:batch/v1:CronJob",
    name: "cron-job",
    props: {
      metadata,
      spec: {
        jobTemplate: {
          spec: {
            template: {
              metadata: { labels },
              spec: {
                ...pod,
                containers: [{ ...container, livenessProbe: undefined, readinessProbe: undefined }],
              },
            },
          },
        },
      },
    },
  },
  {
    type: "kubernetes:networking.k8s.io/v1:NetworkPolicy",
    name: "network-policy",
    props: { metadata, spec: { podSelector: {} } },
  },
  {
    type: "kubernetes:policy/v1:PodDisruptionBudget",
    name: "budget",
    props: { metadata, spec: { selector: { matchLabels: { app: "registry" } } } },
  },
  {
    type: "kubernetes:core/v1:PersistentVolumeClaim",
    name: "claim",
    protect: true,
    props: { metadata, spec: { accessModes: ["ReadWriteMany"] } },
  },
  {
    type: "kubernetes:core/v1:Service",
    name: "service",
    props: { metadata, spec: { type: "ClusterIP", ports: [{ port: 5000 }] } },
  },
  {
    type: "kubernetes:core/v1:Service",
    name: "balancer",
    props: {
      metadata: {
        ...metadata,
        annotations: { "networking.gke.io/load-balancer-type": "Internal" },
      },
      spec: {
        type: "LoadBalancer",
        selector: { app: "registry" },
        ports: [{ port: 443, targetPort: 5000 }],
      },
    },
  },
  {
    // Another program's port 5001, and one that it calls debug.
    type: "kubernetes:core/v1:Service",
    name: "other",
    props: {
      metadata: {
        ...metadata,
        annotations: { "networking.gke.io/load-balancer-type": "Internal" },
      },
      spec: {
        type: "LoadBalancer",
        selector: { app: "other" },
        ports: [{ port: 5001 }, { name: "debug", port: 9229 }],
      },
    },
  },
  {
    // Its replicas read a volume that several nodes may mount to read.
    type: "kubernetes:apps/v1:Deployment",
    name: "reader",
    props: {
      metadata,
      spec: {
        replicas: 2,
        template: {
          metadata: { labels },
          spec: {
            ...pod,
            containers: [
              {
                ...container,
                image: `shop/web@${digest}`,
                env: [{ name: "MYSQL_ALLOW_EMPTY_PASSWORD", value: "yes" }],
                volumeMounts: [{ name: "data", mountPath: "/data" }],
              },
            ],
            volumes: [
              {
                name: "data",
                persistentVolumeClaim: { claimName: "data", readOnly: true },
              },
            ],
          },
        },
      },
    },
  },
  {
    type: "kubernetes:core/v1:PersistentVolumeClaim",
    name: "data",
    props: {
      metadata: { ...metadata, name: "data" },
      spec: { accessModes: ["ReadWriteOnce", "ReadOnlyMany"] },
    },
  },
  {
    type: "kubernetes:networking.k8s.io/v1:Ingress",
    name: "ingress",
    props: { metadata, spec: { tls: [{ hosts: ["a.example.com"] }] } },
  },
  {
    type: "kubernetes:core/v1:ConfigMap",
    name: "config-map",
    props: {
      metadata,
      data: { "ca.crt": "-----BEGIN CERTIFICATE-----", "app.json": '{"auth": "none"}' },
    },
  },
  {
    type: "kubernetes:core/v1:Secret",
    name: "secret",
    props: {
      metadata,
      stringData: {
        "config.yml":
          "version: 0.1\nstorage: { s3: {}, delete: { enabled: true } }\nauth: { token: {} }\n",
      },
    },
  },
];

const podPath = ["spec", "template", "spec"] as const;
const containerPath = [...podPath, "containers", 0] as const;
const inPod = (...path: Path) => [...podPath, ...path];
const inContainer = (...path: Path) => [...containerPath, ...path];
const deployment = (path: Path, value: unknown): Pick<Fault, "of" | "set"> => ({
  of: "deployment",
  set: [[path, value]],
});

export const kubernetesFaults: Fault[] = [
  {
    rule: "k8s-hardening",
    ...deployment(inPod("securityContext", "runAsNonRoot"), false),
    onlyHere: true,
  },
  { rule: "k8s-hardening", ...deployment(inPod("securityContext", "runAsUser"), 0) },
  {
    rule: "k8s-hardening",
    ...deployment(inPod("securityContext", "seccompProfile"), undefined),
    onlyHere: true,
  },
  {
    rule: "k8s-hardening",
    ...deployment(inPod("securityContext", "appArmorProfile"), { type: "Unconfined" }),
  },
  {
    rule: "k8s-hardening",
    ...deployment(inContainer("securityContext", "appArmorProfile", "type"), "Unconfined"),
  },
  {
    rule: "k8s-hardening",
    ...deployment(
      [
        ...["spec", "template", "metadata", "annotations"],
        "container.apparmor.security.beta.kubernetes.io/registry",
      ],
      "unconfined",
    ),
  },
  {
    rule: "k8s-hardening",
    ...deployment(inContainer("securityContext", "allowPrivilegeEscalation"), true),
  },
  {
    rule: "k8s-hardening",
    ...deployment(inContainer("securityContext", "capabilities", "drop"), ["NET_RAW"]),
  },
  {
    rule: "k8s-hardening",
    ...deployment(inContainer("securityContext", "capabilities", "add"), ["SYS_ADMIN"]),
    onlyHere: true,
  },
  { rule: "k8s-hardening", ...deployment(inContainer("securityContext", "privileged"), true) },
  {
    rule: "k8s-hardening",
    ...deployment(inContainer("securityContext", "readOnlyRootFilesystem"), false),
  },
  ...(["requests", "limits"] as const).flatMap((kind) =>
    ["cpu", "memory"].map((what) => ({
      rule: "k8s-hardening",
      ...deployment(inContainer("resources", kind, what), undefined),
    })),
  ),
  { rule: "k8s-hardening", ...deployment(inContainer("livenessProbe"), undefined) },
  { rule: "k8s-hardening", ...deployment(inContainer("readinessProbe"), undefined) },
  ...["hostNetwork", "hostPID", "hostIPC"].map((one) => ({
    rule: "k8s-host-access",
    ...deployment(inPod(one), true),
  })),
  {
    rule: "k8s-host-access",
    ...deployment(inPod("volumes", 1), { name: "host", hostPath: { path: "/etc" } }),
    onlyHere: true,
  },
  { rule: "k8s-host-access", ...deployment(inContainer("ports", 0, "hostPort"), 5000) },
  { rule: "k8s-account-token", ...deployment(inPod("automountServiceAccountToken"), undefined) },
  { rule: "registry-image-pinned", ...deployment(inContainer("image"), "registry:3") },
  {
    rule: "registry-persistent-storage",
    ...deployment(inPod("volumes", 0), { name: "data", emptyDir: {} }),
    onlyHere: true,
  },
  {
    rule: "registry-persistent-storage",
    ...deployment(inContainer("volumeMounts"), []),
    onlyHere: true,
  },
  { rule: "registry-auth", ...deployment(inContainer("env", 0, "value"), "silly"), onlyHere: true },
  {
    rule: "registry-auth",
    of: "secret",
    set: [
      [
        ["stringData", "config.yml"],
        "version: 0.1\nstorage: { s3: {}, delete: { enabled: true } }\n",
      ],
    ],
  },
  {
    rule: "registry-http-secret",
    ...deployment(inContainer("env"), container.env.slice(0, 2)),
    onlyHere: true,
  },
  {
    rule: "no-inline-secrets",
    ...deployment(inContainer("env", 3), { name: "S3_SECRETKEY", value: "of no worth" }),
    onlyHere: true,
  },
  {
    rule: "no-inline-secrets",
    of: "config-map",
    set: [[["data", "htpasswd"], "admin:$2y$10$abcdefghijklmnopqrstuv"]],
  },
  {
    rule: "no-inline-secrets",
    of: "config-map",
    set: [
      [["data", "config.json"], '{"auths":{"a.example.com":{"auth":"YWRtaW46b2Ygbm8gd29ydGg="}}}'],
    ],
  },
  { rule: "k8s-network-policy", of: "deployment", without: "network-policy", onlyHere: true },
  {
    rule: "k8s-network-policy",
    of: "network-policy",
    set: [[["spec", "podSelector"], { matchLabels: { app: "other" } }]],
    found: "deployment",
    onlyHere: true,
  },
  { rule: "k8s-disruption-budget", of: "deployment", without: "budget" },
  {
    rule: "k8s-replicas-volume",
    of: "claim",
    set: [[["spec", "accessModes"], ["ReadWriteOnce"]]],
    found: "deployment",
    onlyHere: true,
  },
  {
    rule: "k8s-replicas-volume",
    of: "reader",
    set: [[[...podPath, "volumes", 0, "persistentVolumeClaim"], { claimName: "data" }]],
    onlyHere: true,
  },
  { rule: "k8s-service-not-public", of: "service", set: [[["spec", "type"], "LoadBalancer"]] },
  {
    rule: "k8s-service-not-public",
    of: "balancer",
    set: [
      [["metadata", "annotations"], {}],
      [["spec", "loadBalancerSourceRanges"], ["0.0.0.0/0"]],
    ],
    onlyHere: true,
  },
  { rule: "k8s-service-not-public", of: "ingress", set: [[["spec", "tls"], []]] },
  {
    rule: "registry-debug-port",
    of: "balancer",
    set: [[["spec", "ports", 0, "targetPort"], 5001]],
    onlyHere: true,
  },
  {
    rule: "registry-debug-port",
    of: "balancer",
    set: [[["spec", "ports", 0, "targetPort"], "debug"]],
    onlyHere: true,
  },
  { rule: "required-labels", of: "service", set: [[["metadata", "labels"], {}]] },
  { rule: "stateful-protected", of: "claim", unprotected: true },
];
