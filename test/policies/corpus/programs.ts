import { unknown } from "../stack";
import {
  type Shape,
  container,
  remoteImage,
  hardened,
  digest,
  plain,
  serviceOf,
  plainFindings,
} from "./shape";

/** Programs that write containers and objects themselves. */
export const programs: Shape[] = [
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
      "acr-geo-replicated main",
      "acr-no-arm-tokens main",
      "acr-no-export main",
      "acr-private-endpoint main",
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
];
