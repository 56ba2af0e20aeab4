import { type Shape, container, hardened, digest, plain, chart, plainFindings } from "./shape";

/** Charts, and what is deployed without one. */
export const charts: Shape[] = [
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
];
