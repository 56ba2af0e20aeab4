/**
 * A Pulumi program that knows nothing of Wharf: a registry on each cloud, one on a Docker host and one on Kubernetes. Config `faults`
 * plants one fault in each of eleven places.
 */
export const plainProgram = `
const pulumi = require("@pulumi/pulumi");
const { Repository: Ecr } = require("@pulumi/aws/ecr/repository");
const { LifecyclePolicy } = require("@pulumi/aws/ecr/lifecyclePolicy");
const { RepositoryPolicy } = require("@pulumi/aws/ecr/repositoryPolicy");
const { Repository: Gar } = require("@pulumi/gcp/artifactregistry/repository");
const { RepositoryIamMember } = require("@pulumi/gcp/artifactregistry/repositoryIamMember");
const { Registry } = require("@pulumi/azure-native/containerregistry/registry");
const { Container } = require("@pulumi/docker/container");
const { RemoteImage } = require("@pulumi/docker/remoteImage");
const { Deployment } = require("@pulumi/kubernetes/apps/v1/deployment");
const { NetworkPolicy } = require("@pulumi/kubernetes/networking/v1/networkPolicy");

const faults = new pulumi.Config().getBoolean("faults");
const either = (right, wrong) => (faults ? wrong : right);
const tags = { stack: "shop", owner: "shop" };
const digest = "sha256:" + "0".repeat(64);
const kept = { protect: true };

// As awsx makes it: a component whose inputs come out in its children. They would be refused, if they were judged.
const parent = new pulumi.ComponentResource("awsx:ecr:Repository", "images", {
  forceDelete: true,
  imageTagMutability: "MUTABLE",
});

const ecr = new Ecr("ecr", {
  imageTagMutability: either("IMMUTABLE", "MUTABLE"),
  imageScanningConfiguration: { scanOnPush: either(true, false) },
  tags,
}, { ...kept, parent });
const untagged = { rulePriority: 1, selection: { tagStatus: "untagged" }, action: { type: "expire" } };
new LifecyclePolicy("lifecycle", { repository: ecr.name, policy: JSON.stringify({ rules: [untagged] }) }, { parent });
const principal = either({ AWS: "arn:aws:iam::123456789012:root" }, "*");
new RepositoryPolicy("policy", {
  repository: ecr.name,
  policy: ecr.arn.apply(() => JSON.stringify({ Statement: [] })),
});
new RepositoryPolicy("pullers", {
  repository: "shop/api",
  policy: JSON.stringify({ Statement: [{ Effect: "Allow", Principal: principal, Action: "ecr:BatchGetImage" }] }),
});
new Gar("gar", {
  format: "DOCKER",
  repositoryId: "shop",
  dockerConfig: { immutableTags: either(true, false) },
  cleanupPolicies: [
    { id: "untagged", action: "DELETE", condition: { tagState: "UNTAGGED" } },
    { id: "keep", action: "KEEP", mostRecentVersions: { keepCount: 10 } },
  ],
  vulnerabilityScanningConfig: { enablementConfig: "INHERITED" },
  labels: tags,
}, kept);
new RepositoryIamMember("readers", {
  repository: "shop",
  role: "roles/artifactregistry.reader",
  member: either("group:developers@example.com", "allUsers"),
});
new Registry("acr", {
  resourceGroupName: "shop",
  registryName: "acmeshop",
  sku: { name: "Premium" },
  adminUserEnabled: either(false, true),
  policies: { retentionPolicy: { status: "enabled", days: 7 } },
  tags,
}, { protect: !faults });
const hardened = {
  readOnly: true,
  securityOpts: ["no-new-privileges:true"],
  capabilities: { drops: ["ALL"] },
  user: "10001:10001",
  restart: "always",
  memory: 512,
  cpus: "1.0",
  labels: Object.entries(tags).map(([label, value]) => ({ label, value })),
};
new Container("docker", {
  ...hardened,
  image: "registry:3.1.2@" + digest,
  envs: ["REGISTRY_AUTH_HTPASSWD_PATH=/auth/htpasswd", "REGISTRY_STORAGE_DELETE_ENABLED=true"],
  ports: [{ internal: 5000, external: 5000, ip: either("127.0.0.1", "0.0.0.0") }],
  volumes: [{ containerPath: "/var/lib/registry", volumeName: "shop" }],
});
const pulled = new RemoteImage("pulled", { name: "registry:3.1.2@" + digest });
new Container("followed", {
  ...hardened,
  image: pulled.imageId,
  envs: either(["REGISTRY_AUTH_HTPASSWD_PATH=/auth/htpasswd"], []).concat("REGISTRY_STORAGE_DELETE_ENABLED=true"),
  volumes: [{ containerPath: "/var/lib/registry", volumeName: "shop" }],
});
const labels = { ...tags, app: "registry" };
new NetworkPolicy("network-policy", { metadata: { name: "registry" }, spec: { podSelector: {} } });
new Deployment("deployment", {
  metadata: { name: "registry", labels },
  spec: {
    selector: { matchLabels: { app: "registry" } },
    template: {
      metadata: { labels },
      spec: {
        automountServiceAccountToken: false,
        securityContext: { runAsNonRoot: true, seccompProfile: { type: "RuntimeDefault" } },
        containers: [{
          name: "app",
          image: either("shop/api@" + digest, "shop/api:latest"),
          resources: { requests: { cpu: "1", memory: "1Gi" }, limits: { cpu: "1", memory: "1Gi" } },
          securityContext: {
            allowPrivilegeEscalation: false,
            capabilities: { drop: ["ALL"] },
            readOnlyRootFilesystem: either(true, false),
          },
          livenessProbe: { tcpSocket: { port: 80 } },
          readinessProbe: { tcpSocket: { port: 80 } },
        }],
      },
    },
  },
});
`;

/** The faults that the program plants, as \`rule resource\`. */
export const planted = [
  "acr-admin-disabled acr",
  "ecr-immutable-tags ecr",
  "ecr-policy-not-public pullers",
  "ecr-scan-on-push ecr",
  "gar-immutable-tags gar",
  "gar-not-public readers",
  "k8s-hardening deployment",
  "registry-auth followed",
  "registry-image-pinned deployment",
  "registry-tls docker",
  "stateful-protected acr",
];

export const plainConfig = {
  "wharf:environment": "prod",
  "wharf:scope": "all",
  "aws:region": "eu-central-1",
  "gcp:project": "acme-registry",
  "gcp:region": "europe-west3",
  "azure-native:subscriptionId": "00000000-0000-0000-0000-000000000000",
  "azure-native:location": "germanywestcentral",
};
