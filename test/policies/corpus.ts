import { unknown, type Sample } from "./stack";

/** A program as others write it, and what the pack finds in it in production, in the scope registries. */
export interface Shape {
  /** What it is, in a few words. */
  title: string;
  resources: Sample[];
  /** All findings, as `rule name`. */
  found: string[];
}

const container = "docker:index/container:Container";
const remoteImage = "docker:index/remoteImage:RemoteImage";
const deployment = "kubernetes:apps/v1:Deployment";
const service = "kubernetes:core/v1:Service";
const release = "kubernetes:helm.sh/v3:Release";

/** What a container on a Docker host has that is not the point of a shape. */
const hardened = {
  readOnly: true,
  securityOpts: ["no-new-privileges:true"],
  capabilities: { drops: ["ALL"] },
  user: "10001",
  restart: "always",
  memory: 256,
  cpus: "1",
  labels: [
    { label: "stack", value: "shop" },
    { label: "owner", value: "shop" },
  ],
};
const digest = `@sha256:${"1".repeat(64)}`;

/** A Deployment as tutorials write it: labels and containers, and no more. */
const plain = (name: string, podSpec: object, more: Partial<Sample> = {}): Sample => ({
  type: deployment,
  name,
  props: {
    metadata: { name, namespace: "shop" },
    spec: {
      replicas: 1,
      selector: { matchLabels: { app: name } },
      template: { metadata: { labels: { app: name } }, spec: podSpec },
    },
  },
  ...more,
});
const serviceOf = (name: string, type: string): Sample => ({
  type: service,
  name: `${name}-service`,
  props: {
    metadata: { name, namespace: "shop" },
    spec: { type, selector: { app: name }, ports: [{ port: 80 }] },
  },
});
const chart = (name: string, repo: string, values: object): Sample => ({
  type: release,
  name: "release",
  props: { chart: name, repositoryOpts: { repo }, namespace: "shop", values },
});

/** What general rules find in a Deployment like that, where it is a registry's. */
const plainFindings = (name: string) =>
  ["k8s-account-token", "k8s-hardening", "k8s-network-policy", "required-labels"].map(
    (rule) => `${rule} ${name}`,
  );

export const corpus: Shape[] = [
  {
    title: "the guestbook on Kubernetes has no registry",
    resources: [
      plain("frontend", {
        containers: [
          { name: "php", image: "gcr.io/samples/gb-frontend:v4", ports: [{ containerPort: 80 }] },
        ],
      }),
      plain("redis-leader", { containers: [{ name: "leader", image: "redis" }] }),
      serviceOf("frontend", "LoadBalancer"),
    ],
    found: [],
  },
  {
    title: "a registry by the image that Docker pulled",
    resources: [
      { type: remoteImage, name: "image", props: { name: "registry:2" } },
      {
        type: container,
        name: "hub",
        props: {
          ...hardened,
          image: unknown,
          ports: [{ internal: 5000, external: 5000 }],
          volumes: [{ containerPath: "/var/lib/registry", volumeName: "hub" }],
        },
        madeFrom: { image: ["image"] },
      },
    ],
    found: [
      "registry-auth hub",
      "registry-delete-enabled hub",
      "registry-image-pinned image",
      "registry-tls hub",
    ],
  },
  {
    title: "a registry by the id of the image that Docker pulled, and bound to every address",
    resources: [
      {
        type: remoteImage,
        name: "image",
        props: { name: `docker.io/library/registry:3${digest}` },
      },
      {
        type: container,
        name: "hub",
        props: {
          ...hardened,
          image: `sha256:${"2".repeat(64)}`,
          envs: ["REGISTRY_AUTH=silly", unknown],
          ports: [{ internal: 5000, external: 5000, ip: "127.0.0.1" }],
          volumes: [{ containerPath: "/var/lib/registry/", hostPath: "/srv/images" }],
        },
        madeFrom: { image: ["image"] },
      },
    ],
    found: ["registry-auth hub"],
  },
  {
    title: "a secret beside a variable that is not known yet",
    resources: [
      {
        type: container,
        name: "registry",
        props: {
          ...hardened,
          image: `registry:3${digest}`,
          envs: [unknown, "REGISTRY_STORAGE_S3_SECRETKEY=of no worth", "REGISTRY_STORAGE=s3"],
        },
      },
    ],
    found: ["no-inline-secrets registry"],
  },
  {
    title: "a UI for a registry, with variables that are called alike",
    resources: [
      {
        type: container,
        name: "ui",
        props: {
          image: "joxit/docker-registry-ui:2",
          envs: ["REGISTRY_TITLE=Shop", "REGISTRY_URL=https://registry.example.com"],
          ports: [{ internal: 80, external: 80 }],
        },
      },
    ],
    found: [],
  },
  {
    title: "registries of schemas and of packages",
    resources: [
      plain("apicurio", {
        containers: [
          {
            name: "app",
            image: "apicurio/apicurio-registry:3.0.6",
            env: [
              { name: "REGISTRY_DATASOURCE_URL", value: "jdbc:postgresql://db/registry" },
              { name: "REGISTRY_AUTH_ANONYMOUS_READ_ACCESS_ENABLED", value: "true" },
            ],
          },
        ],
      }),
      plain("packages", {
        containers: [
          { name: "app", image: "docker.elastic.co/package-registry/package-registry:main" },
        ],
      }),
    ],
    found: [],
  },
  {
    title: "a template that Bicep wrote",
    resources: [
      {
        type: "azure-native:resources:Deployment",
        name: "main",
        props: {
          properties: {
            mode: "Incremental",
            template: {
              languageVersion: "2.0",
              resources: {
                acr: {
                  type: "Microsoft.ContainerRegistry/registries",
                  sku: { name: "Premium" },
                  properties: { adminUserEnabled: true, publicNetworkAccess: "Disabled" },
                },
                plan: { type: "Microsoft.Web/serverfarms", sku: { name: "F1" } },
                reference: null,
              },
            },
          },
        },
      },
    ],
    found: [
      "acr-admin-disabled main",
      "acr-cmek main",
      "acr-no-arm-tokens main",
      "acr-no-export main",
      "acr-zone-redundant main",
    ],
  },
  {
    title: "a registry with the volumes of another container",
    resources: [
      {
        type: container,
        name: "registry",
        props: {
          ...hardened,
          image: `registry:3${digest}`,
          envs: ["REGISTRY_AUTH_HTPASSWD_REALM=shop", "REGISTRY_AUTH_HTPASSWD_PATH=/auth/htpasswd"],
          volumes: [{ fromContainer: "data" }],
        },
      },
    ],
    found: [],
  },
  {
    title: "a registry whose root directory is elsewhere",
    resources: [
      {
        type: container,
        name: "registry",
        props: {
          ...hardened,
          image: `registry:3${digest}`,
          envs: [
            "REGISTRY_AUTH_HTPASSWD_PATH=/auth/htpasswd",
            "REGISTRY_STORAGE_DELETE_ENABLED=true",
            "REGISTRY_STORAGE_FILESYSTEM_ROOTDIRECTORY=/data/images/",
          ],
          volumes: [{ containerPath: "/data/", volumeName: "images" }],
        },
      },
      {
        type: container,
        name: "forgetful",
        props: {
          ...hardened,
          image: `registry:3${digest}`,
          envs: [
            "REGISTRY_AUTH_HTPASSWD_PATH=/auth/htpasswd",
            "REGISTRY_STORAGE_DELETE_ENABLED=true",
            "REGISTRY_STORAGE_FILESYSTEM_ROOTDIRECTORY=/data",
          ],
          volumes: [{ containerPath: "/var/lib/registry", volumeName: "images" }],
        },
      },
    ],
    found: ["registry-persistent-storage forgetful"],
  },
  {
    title: "settings in a ConfigMap, and authentication by the variables of its reader",
    resources: [
      {
        type: "kubernetes:core/v1:ConfigMap",
        name: "settings",
        props: {
          metadata: { name: "settings", namespace: "shop" },
          data: {
            "config.yml":
              "version: 0.1\nstorage: { filesystem: {}, delete: { enabled: true } }\nhttp: { addr: ':5000' }\n",
          },
        },
      },
      plain("registry", {
        containers: [
          {
            name: "registry",
            image: `registry:3${digest}`,
            env: [{ name: "REGISTRY_AUTH_HTPASSWD_PATH", value: "/auth/htpasswd" }],
            volumeMounts: [
              { name: "settings", mountPath: "/etc/distribution/" },
              { name: "images", mountPath: "/var/lib/registry/" },
            ],
          },
        ],
        volumes: [
          { name: "settings", configMap: { name: "settings" } },
          { name: "images", persistentVolumeClaim: { claimName: "images" } },
        ],
      }),
      {
        type: "kubernetes:core/v1:PersistentVolumeClaim",
        name: "claim",
        props: { metadata: { name: "images", namespace: "shop" }, spec: {} },
      },
      serviceOf("registry", "NodePort"),
      plain("shop", { containers: [{ name: "shop", image: "shop/web" }] }),
    ],
    found: [
      ...plainFindings("registry"),
      "k8s-service-not-public registry-service",
      "required-labels claim",
      "required-labels registry-service",
      "stateful-protected claim",
    ],
  },
  {
    title: "the chart of docker-registry as it is",
    resources: [chart("docker-registry", "https://twuni.github.io/docker-registry.helm", {})],
    found: ["registry-auth release", "registry-persistent-storage release"],
  },
  {
    title: "the chart of docker-registry with values, some of them in a file",
    resources: [
      {
        ...chart("docker-registry", "https://helm.twun.io", {
          service: { type: "LoadBalancer" },
          ingress: { enabled: true, tls: [] },
        }),
      },
      {
        ...chart("docker-registry", "https://helm.twun.io", {}),
        name: "by-file",
      },
    ].map((one, index) =>
      index === 0
        ? one
        : { ...one, props: { ...one.props, valueYamlFiles: [{ path: "values.yaml" }] } },
    ),
    found: [
      "k8s-service-not-public release",
      "registry-auth release",
      "registry-persistent-storage release",
      "registry-tls release",
    ],
  },
  {
    title: "Harbor's chart with its own password and no TLS",
    resources: [
      chart("harbor", "https://helm.goharbor.io", {
        expose: { type: "nodePort", tls: { enabled: false } },
        persistence: { enabled: false },
      }),
    ],
    found: [
      "k8s-service-not-public release",
      "registry-auth release",
      "registry-persistent-storage release",
      "registry-tls release",
    ],
  },
  {
    title: "Harbor's chart as it should be",
    resources: [
      chart("harbor", "https://helm.goharbor.io", {
        expose: { type: "ingress" },
        existingSecretAdminPassword: "admin",
      }),
    ],
    found: [],
  },
  {
    title: "zot's chart as it is",
    resources: [chart("zot", "https://zotregistry.dev/helm-charts", {})],
    found: [
      "k8s-service-not-public release",
      "registry-auth release",
      "registry-persistent-storage release",
    ],
  },
  {
    title: "the parts of Harbor, without the chart",
    resources: [
      plain("harbor-core", {
        containers: [{ name: "core", image: `goharbor/harbor-core:v2.11.0${digest}` }],
      }),
      plain("harbor-registry", {
        containers: [
          {
            name: "registry",
            image: `goharbor/registry-photon:v2.11.0${digest}`,
            env: [{ name: "REGISTRY_AUTH_HTPASSWD_PATH", value: "/etc/registry/passwd" }],
          },
        ],
      }),
    ],
    found: [
      ...plainFindings("harbor-core"),
      ...plainFindings("harbor-registry"),
      "registry-delete-enabled harbor-registry",
      "registry-persistent-storage harbor-registry",
    ],
  },
  {
    title: "zot behind a proxy on one Docker host",
    resources: [
      {
        type: container,
        name: "zot",
        props: { ...hardened, name: "zot", image: `ghcr.io/project-zot/zot:v2.1.7${digest}` },
      },
      {
        type: container,
        name: "proxy",
        props: {
          image: `nginx${digest}`,
          uploads: [
            {
              file: "/etc/nginx/nginx.conf",
              content: "location / { proxy_pass http://zot:5000; }",
            },
          ],
        },
      },
      {
        type: container,
        name: "jenkins",
        props: {
          image: "jenkins/jenkins",
          volumes: [{ hostPath: "/var/run/docker.sock", containerPath: "/var/run/docker.sock" }],
        },
      },
    ],
    found: [
      "docker-hardening proxy",
      "docker-limits proxy",
      "docker-restart-policy proxy",
      "required-labels proxy",
    ],
  },
  {
    title: "an application that pulls from its own repository on ECR",
    resources: [
      {
        type: "aws:ecr/repository:Repository",
        name: "repository",
        props: { name: "shop", forceDelete: true },
      },
      plain(
        "shop",
        { containers: [{ name: "shop", image: unknown }] },
        { madeFrom: { spec: ["repository"] } },
      ),
      serviceOf("shop", "LoadBalancer"),
    ],
    found: [
      "ecr-immutable-tags repository",
      "ecr-kms-key repository",
      "ecr-lifecycle-required repository",
      "ecr-no-force-delete repository",
      "ecr-scan-on-push repository",
      "required-labels repository",
      "stateful-protected repository",
    ],
  },
  {
    title: "a build of something that is no image",
    resources: [
      {
        type: "aws:codebuild/project:Project",
        name: "site",
        props: {
          source: { type: "GITHUB", buildspec: "phases: { build: { commands: [npm run build] } }" },
          environment: { environmentVariables: [{ name: "NPM_TOKEN", value: "of no worth" }] },
        },
      },
      {
        type: "aws:codebuild/project:Project",
        name: "image",
        props: {
          source: {
            type: "GITHUB",
            buildspec: "phases: { build: { commands: [docker build .] } }",
          },
          environment: {
            privilegedMode: true,
            environmentVariables: [{ name: "HUB_TOKEN", value: "of no worth" }],
          },
        },
      },
    ],
    found: ["no-inline-secrets image", "required-labels image"],
  },
  {
    title: "a key that only encrypts images, and one that does not",
    resources: [
      {
        type: "aws:kms/key:Key",
        name: "images",
        props: { tags: { stack: "shop", owner: "shop" } },
      },
      { type: "aws:kms/key:Key", name: "mail", props: {} },
      {
        type: "aws:ecr/repository:Repository",
        name: "repository",
        protect: true,
        props: {
          name: "shop",
          imageTagMutability: "IMMUTABLE",
          imageScanningConfiguration: { scanOnPush: true },
          encryptionConfigurations: [{ encryptionType: "KMS", kmsKey: unknown }],
          tags: { stack: "shop", owner: "shop" },
        },
        madeFrom: { encryptionConfigurations: ["images"] },
      },
      {
        type: "aws:ecr/lifecyclePolicy:LifecyclePolicy",
        name: "lifecycle",
        props: {
          repository: unknown,
          policy: '{"rules":[{"rulePriority":1,"selection":{"tagStatus":"untagged"}}]}',
        },
        madeFrom: { repository: ["repository"] },
      },
    ],
    found: ["stateful-protected images"],
  },
];
