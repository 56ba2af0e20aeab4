import { byRoles, native, refused, wharf, type Capability } from "./capability";

const ecrKnows = "ECR authenticates IAM principals, not users with passwords";
const artifactRegistryKnows =
  "Artifact Registry authenticates IAM principals, not users with passwords";
const givePrincipals = "name the principals in wharf:access";
const ownAddress = (platform: string) =>
  refused(`${platform} chooses the registry's address`, "read it from the stack's output endpoint");
const ownCertificate = (platform: string) =>
  refused(`${platform} has its own certificate`, "clients trust it already");
const ownStorage = (platform: string) =>
  refused(`${platform} stores the images itself`, "limit what is kept by wharf:retention");
const ownSoftware = (platform: string) =>
  refused(`${platform} runs its own software`, "use the platform's own block of keys");

const managed = (because: (platform: string) => ReturnType<typeof refused>) => ({
  aws: because("ECR"),
  gcp: because("Artifact Registry"),
  azure: because("ACR"),
});

/** Features of a registry whose software Wharf runs. */
export const selfHostedFeatures: readonly Capability[] = [
  {
    feature: "Users with passwords",
    keys: ["users"],
    on: {
      docker: wharf("htpasswd, or a policy with roles, which the registry reads live"),
      kubernetes: wharf("the same in a Secret, which the registry reads live"),
      aws: refused(ecrKnows, givePrincipals),
      gcp: refused(artifactRegistryKnows, givePrincipals),
      azure: native("tokens, each with a scope map"),
    },
  },
  {
    feature: "Backups",
    keys: ["backup"],
    on: {
      docker: wharf("npx wharf backup, by a timer"),
      kubernetes: wharf("npx wharf backup, by a timer or a CronJob"),
      ...managed((platform) =>
        refused(
          `${platform} keeps the images itself, and has no volume to lose`,
          "copy them elsewhere by npx wharf copy",
        ),
      ),
    },
  },
  {
    feature: "A webhook for runs that fail",
    keys: ["notifications"],
    on: {
      docker: wharf("the commands that timers run, and the registry's own schedule"),
      kubernetes: wharf("the same, and the NetworkPolicy lets the registry out to it"),
      ...managed((platform) =>
        refused(
          `${platform} deletes and renews by itself, and no timer of Wharf's runs for it`,
          "have the platform's own monitoring tell of it",
        ),
      ),
    },
  },
  {
    feature: "Roles of users",
    keys: ["users[].role", "users[].repositories"],
    on: {
      docker: byRoles,
      kubernetes: byRoles,
      aws: refused(ecrKnows, givePrincipals),
      gcp: refused(artifactRegistryKnows, givePrincipals),
      azure: native("scope maps"),
    },
  },
  {
    feature: "Passwords that expire",
    keys: ["users[].expires"],
    on: {
      docker: byRoles,
      kubernetes: byRoles,
      aws: refused(ecrKnows, "ECR's logins expire after 12 hours"),
      gcp: refused(artifactRegistryKnows, "access tokens expire after an hour"),
      azure: wharf(
        "the expiry that the command for a token's password sets; the next up after it disables the token",
      ),
    },
  },
  {
    feature: "Your own passwords, and their rotation",
    keys: ["users[].password", "users[].rotation"],
    on: {
      docker: wharf("bcrypt"),
      kubernetes: wharf("bcrypt"),
      aws: refused(ecrKnows, givePrincipals),
      gcp: refused(artifactRegistryKnows, givePrincipals),
      azure: refused(
        "ACR generates the passwords of tokens itself",
        "generate a new one by az acr token credential generate",
      ),
    },
  },
  {
    feature: "Several passwords of one user, so that a rotation overlaps",
    keys: ["users[].secrets"],
    on: {
      docker: byRoles,
      kubernetes: byRoles,
      aws: refused(ecrKnows, givePrincipals),
      gcp: refused(artifactRegistryKnows, givePrincipals),
      azure: refused(
        "each token of ACR has two passwords of its own",
        "renew one of them: az acr token credential generate --password1",
      ),
    },
  },
  {
    feature: "Addresses of each user",
    keys: ["users[].allowFrom"],
    on: {
      docker: byRoles,
      kubernetes: byRoles,
      aws: refused(ecrKnows, givePrincipals),
      gcp: refused(artifactRegistryKnows, givePrincipals),
      azure: refused(
        "ACR limits addresses for the whole registry",
        "limit them by wharf:endpoint.allowFrom",
      ),
    },
  },
  {
    feature: "A choice of access control",
    keys: ["auth.mode", "auth.revokedTokens", "auth.trustedProxies"],
    on: {
      docker: wharf("roles, htpasswd or a token server"),
      kubernetes: wharf("roles, htpasswd or a token server"),
      ...managed((platform) => refused(`${platform} has its own access control`, givePrincipals)),
    },
  },
  {
    feature: "A token server",
    keys: ["auth.token"],
    on: {
      docker: wharf("distribution's token authentication"),
      kubernetes: wharf("distribution's token authentication"),
      ...managed((platform) => refused(`${platform} issues its own tokens`, givePrincipals)),
    },
  },
  {
    feature: "Your own DNS names and port",
    keys: ["endpoint.hosts", "endpoint.port"],
    on: {
      docker: native("a published port, and a certificate for the names"),
      kubernetes: native("a Service, and a certificate for the names"),
      ...managed(ownAddress),
    },
  },
  {
    feature: "The address of the host to listen on",
    keys: ["endpoint.address"],
    on: {
      docker: native("a port published on that address"),
      kubernetes: refused(
        "a Service is reachable from the whole cluster",
        "choose how it is exposed by wharf:kubernetes.expose and limit it by wharf:endpoint.allowFrom",
      ),
      ...managed(ownAddress),
    },
  },
  {
    feature: "Access only from certain addresses",
    keys: ["endpoint.allowFrom"],
    on: {
      docker: byRoles,
      kubernetes: wharf("a NetworkPolicy, and the load balancer's source ranges"),
      aws: native("a condition on the source address in the repositories' policies"),
      gcp: refused(
        "Artifact Registry does not limit addresses",
        "put the project into a VPC Service Controls perimeter",
      ),
      azure: native("the registry's network rules, on Premium"),
    },
  },
  {
    feature: "Certificates of a CA in the stack, or your own",
    keys: ["tls"],
    on: {
      docker: wharf("a CA in the stack, or your files"),
      kubernetes: wharf("a CA in the stack, your files, a Secret, or cert-manager"),
      ...managed(ownCertificate),
    },
  },
  {
    feature: "Certificates by cert-manager",
    keys: ["tls.mode=cert-manager", "tls.issuer"],
    on: {
      docker: refused("cert-manager runs on Kubernetes", "set wharf:tls.mode to self-signed"),
      kubernetes: native("cert-manager's Certificate"),
      ...managed(ownCertificate),
    },
  },
  {
    feature: "Certificates by an ACME server that the registry asks itself",
    keys: ["tls.mode=acme", "tls.acme"],
    on: {
      docker: wharf("the registry itself, by tls-alpn-01 on its own port"),
      kubernetes: refused(
        "each pod would ask for a certificate of its own",
        "let cert-manager ask the ACME server: wharf:tls.mode cert-manager",
      ),
      ...managed(ownCertificate),
    },
  },
  {
    feature: "A certificate in a Secret of the cluster",
    keys: ["tls.secretName"],
    on: {
      docker: refused(
        "a Docker host has no Secrets of Kubernetes",
        "name the files in wharf:tls.certificate and wharf:tls.privateKey",
      ),
      kubernetes: native("a Secret of type kubernetes.io/tls"),
      ...managed(ownCertificate),
    },
  },
  {
    feature: "Images on a volume or in your own bucket",
    keys: ["storage"],
    on: {
      docker: native("a volume of the engine, a directory, or a bucket"),
      kubernetes: native("a PersistentVolumeClaim, or a bucket"),
      ...managed(ownStorage),
    },
  },
  {
    feature: "A quota, and space that stays free",
    keys: ["storage.quotaGiB", "storage.minFreeGiB"],
    on: {
      docker: wharf("pushes are denied, pulls go on, by Wharf's registry image"),
      kubernetes: wharf("pushes are denied, pulls go on, by Wharf's registry image"),
      ...managed(ownStorage),
    },
  },
  {
    feature: "Images in a directory of the host",
    keys: ["storage.path"],
    on: {
      docker: native("a bind volume"),
      kubernetes: refused(
        "a pod may run on any node",
        "describe a PersistentVolume of the node by wharf:kubernetes.volume.persistentVolume",
      ),
      ...managed(ownStorage),
    },
  },
  {
    feature: "Container images that run, and their limits",
    keys: ["images", "resources"],
    on: {
      docker: native("images pinned by digest; memory and processors limited"),
      kubernetes: native("images pinned by digest; requests and limits"),
      ...managed(ownSoftware),
    },
  },
  {
    feature: "Settings of distribution, its cache and its notifications",
    keys: ["distribution"],
    on: {
      docker: wharf("config.yml rendered from checked settings"),
      kubernetes: wharf("config.yml rendered from checked settings"),
      ...managed(ownSoftware),
    },
  },
];
