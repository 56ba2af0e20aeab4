import { beforeAll, describe, expect, it } from "vitest";
import { checkDescription } from "../../../components/description/check";
import { DescriptionError, type Problem } from "../../../components/core/problems";
import { issue, type Issued } from "../../support/test-certificates";

type Values = Record<string, unknown>;

/** A description that is refused on Kubernetes, and every problem that is told of it. */
interface Row {
  name: string;
  values: Values;
  problems: Problem[];
}

const bucket = { kind: "s3", bucket: "images", region: "eu-central-1" };
const shared = { volume: { accessMode: "ReadWriteMany" } };
const redis = { cache: { kind: "redis" } };
const noCache = { cache: { kind: "none" } };
const immutable = {
  immutableTags: { enabled: true },
  images: { registry: `example.com/wharf-registry:3.1.2@sha256:${"0".repeat(64)}` },
};
/** The same image with tags that move. */
const moving = { ...immutable, immutableTags: { enabled: false } };
const nfs = { kind: "nfs", server: "nas", path: "/images", mountOptions: ["nfsvers=4.1"] };
const ingress = { kind: "Ingress", host: "registry.example.com", className: "nginx" };
const local = { kind: "local", path: "/disks/images", node: "node-1" };

/** What a description says only of Kubernetes. */
const only = (name: string, kubernetes: Values, problem: Problem, rest: Values = {}): Row => ({
  name,
  values: { kubernetes, ...rest },
  problems: [problem],
});

const rows: Row[] = [
  only(
    "a misspelt key",
    { replica: 2 },
    {
      key: "wharf:kubernetes.replica",
      message: "unknown key; did you mean wharf:kubernetes.replicas?",
      fix: "pulumi config rm --path 'wharf:kubernetes.replica'",
    },
  ),
  only(
    "a namespace that is not a name",
    { namespace: "My_Registry" },
    {
      key: "wharf:kubernetes.namespace",
      message:
        '"My_Registry" is not the name of an object: 1 to 63 lower-case letters, digits and -, beginning with a letter',
      fix: "pulumi config set --path 'wharf:kubernetes.namespace' registry",
    },
  ),
  only(
    "two pods on a volume with one writer",
    { replicas: 2 },
    {
      key: "wharf:kubernetes.replicas",
      message:
        "2 pods cannot share a volume of access mode ReadWriteOnce; use 1, or wharf:kubernetes.volume.accessMode ReadWriteMany, or a bucket in wharf:storage",
      fix: "pulumi config set --path 'wharf:kubernetes.replicas' 1",
    },
    { distribution: redis },
  ),
  only(
    "an autoscaler on a volume with one writer",
    { autoscaling: { maxReplicas: 3 } },
    {
      key: "wharf:kubernetes.autoscaling.maxReplicas",
      message:
        "3 pods cannot share a volume of access mode ReadWriteOnce; use 1, or wharf:kubernetes.volume.accessMode ReadWriteMany, or a bucket in wharf:storage",
      fix: "pulumi config rm --path 'wharf:kubernetes.autoscaling'",
    },
    { distribution: redis },
  ),
  only(
    "several pods with a cache of their own each",
    { replicas: 3, ...shared },
    {
      key: "wharf:distribution.cache.kind",
      message:
        '"memory" is a cache of each pod: of 3 pods the others would go on serving what was deleted through one; use redis or none',
      fix: "pulumi config set --path 'wharf:distribution.cache.kind' redis",
    },
  ),
  only(
    "several pods that would agree on an immutable tag without a lock",
    { replicas: 3 },
    {
      key: "wharf:distribution.cache.kind",
      message:
        '"none" leaves 3 pods on a bucket without a lock, so that two pushes at once could both have an immutable tag; use redis',
      fix: "pulumi config set --path 'wharf:distribution.cache.kind' redis",
    },
    { storage: bucket, distribution: noCache, ...immutable },
  ),
  only(
    "several pods that would lose signatures without a lock",
    { autoscaling: { maxReplicas: 2 } },
    {
      key: "wharf:distribution.cache.kind",
      message: `"none" leaves 2 pods on a bucket without a lock, so that of two signatures that are pushed at once one could be missing from the image's list; use redis`,
      fix: "pulumi config set --path 'wharf:distribution.cache.kind' redis",
    },
    { storage: bucket, distribution: noCache, ...moving },
  ),
  only(
    "several pods with htpasswd on Wharf's image, whose signatures are listed in every mode",
    { replicas: 2, volume: { ...shared.volume, persistentVolume: nfs } },
    {
      key: "wharf:kubernetes.volume.persistentVolume.mountOptions",
      message:
        "lacks lookupcache=positive: without it a pod does not see for some seconds that another one has listed an image's first signature",
      fix: "pulumi config set --path 'wharf:kubernetes.volume.persistentVolume.mountOptions[1]' 'lookupcache=positive'",
    },
    { distribution: noCache, images: immutable.images, auth: { mode: "htpasswd" } },
  ),
  only(
    "several pods with an immutable tag on a volume that tells of it late",
    { replicas: 2, volume: { ...shared.volume, persistentVolume: nfs } },
    {
      key: "wharf:kubernetes.volume.persistentVolume.mountOptions",
      message:
        "lacks lookupcache=positive: without it a pod does not see for some seconds that another one has set an immutable tag",
      fix: "pulumi config set --path 'wharf:kubernetes.volume.persistentVolume.mountOptions[1]' 'lookupcache=positive'",
    },
    { distribution: noCache, ...immutable },
  ),
  only(
    "fewer pods at most than at least",
    { autoscaling: { minReplicas: 4, maxReplicas: 3 } },
    {
      key: "wharf:kubernetes.autoscaling.maxReplicas",
      message: "3 is below wharf:kubernetes.autoscaling.minReplicas, 4",
      fix: "pulumi config set --path 'wharf:kubernetes.autoscaling.maxReplicas' 4",
    },
    { storage: bucket, distribution: redis },
  ),
  only(
    "a number of pods beside an autoscaler",
    { replicas: 2, autoscaling: { maxReplicas: 3 } },
    {
      key: "wharf:kubernetes.replicas",
      message: "2 has no effect with wharf:kubernetes.autoscaling, which decides how many pods run",
      fix: "pulumi config rm --path 'wharf:kubernetes.replicas'",
    },
    { storage: bucket, distribution: redis },
  ),
  only(
    "an unknown way in",
    { expose: { kind: "nodeport" } },
    {
      key: "wharf:kubernetes.expose.kind",
      message:
        '"nodeport" is not one of ClusterIP, NodePort, LoadBalancer, Ingress, Gateway; did you mean NodePort?',
      fix: "pulumi config set --path 'wharf:kubernetes.expose.kind' NodePort",
    },
  ),
  only(
    "a key of another way in",
    { expose: { kind: "ClusterIP", nodePort: 30500 } },
    {
      key: "wharf:kubernetes.expose.nodePort",
      message: "unknown key; known here: kind, clusterIp",
      fix: "pulumi config rm --path 'wharf:kubernetes.expose.nodePort'",
    },
  ),
  only(
    "a NodePort that is not a port",
    { expose: { kind: "NodePort", nodePort: 70000 } },
    {
      key: "wharf:kubernetes.expose.nodePort",
      message: "70000 is not a port (1 to 65535)",
    },
    { endpoint: { hosts: ["10.1.2.3"] } },
  ),
  only(
    "a NodePort out of the cluster's range",
    { expose: { kind: "NodePort", nodePort: 5000 } },
    {
      key: "wharf:kubernetes.expose.nodePort",
      message:
        "5000 is not in the cluster's range of NodePorts, 30000 to 32767 (wharf:kubernetes.expose.nodePortRange)",
      fix: "pulumi config set --path 'wharf:kubernetes.expose.nodePort' 30500",
    },
    { endpoint: { hosts: ["10.1.2.3"] } },
  ),
  only(
    "a NodePort of no node",
    { expose: { kind: "NodePort", nodePort: 30500 } },
    {
      key: "wharf:endpoint.hosts",
      message:
        "is empty; with a NodePort name at least one address of a node, by which clients reach the registry and which the certificate covers",
      fix: `pulumi config set --path 'wharf:endpoint.hosts[0]' "$(kubectl get nodes --output jsonpath='{.items[0].status.addresses[0].address}')"`,
    },
  ),
  only(
    "an Ingress without a host",
    { expose: { kind: "Ingress", className: "nginx" } },
    {
      key: "wharf:kubernetes.expose.host",
      message: "is missing; a text belongs here",
    },
  ),
  only(
    "a limit of addresses, and clients behind the addresses of nodes",
    { expose: { kind: "LoadBalancer", externalTrafficPolicy: "Cluster" } },
    {
      key: "wharf:kubernetes.expose.externalTrafficPolicy",
      message:
        '"Cluster" replaces a client\'s address with that of a node, and nodes are admitted: whoever reaches a node gets past wharf:endpoint.allowFrom',
      fix: "pulumi config rm --path 'wharf:kubernetes.expose.externalTrafficPolicy'",
    },
    { endpoint: { hosts: ["registry.example.com"], allowFrom: ["10.0.0.0/8"] } },
  ),
  only(
    "nodes that are admitted where everyone is",
    { networkPolicy: { fromNodes: ["10.0.0.0/16"] } },
    {
      key: "wharf:kubernetes.networkPolicy.fromNodes",
      message:
        "has no effect: without wharf:endpoint.allowFrom and wharf:kubernetes.networkPolicy.fromNamespaces everyone may connect",
      fix: "pulumi config rm --path 'wharf:kubernetes.networkPolicy.fromNodes'",
    },
  ),
  only(
    "a limit of addresses where only the controller sees them",
    { expose: { ...ingress, className: "traefik" } },
    {
      key: "wharf:endpoint.allowFrom",
      message:
        "limits no addresses behind an Ingress of controller traefik, where every connection comes from the controller; limit them there",
      fix: "pulumi config rm --path 'wharf:endpoint.allowFrom'",
    },
    { endpoint: { allowFrom: ["10.0.0.0/8"] } },
  ),
  only(
    "settings of a volume beside a bucket",
    { volume: { storageClass: "fast" } },
    {
      key: "wharf:kubernetes.volume.storageClass",
      message: "is for images on a volume, but wharf:storage.kind is s3",
      fix: "pulumi config rm --path 'wharf:kubernetes.volume.storageClass'",
    },
    { storage: bucket },
  ),
  only(
    "a StorageClass for an existing claim",
    { existingNamespace: true, volume: { existingClaim: "images", storageClass: "fast" } },
    {
      key: "wharf:kubernetes.volume.storageClass",
      message:
        'is for a claim that is created, but wharf:kubernetes.volume.existingClaim names "images", which exists already',
      fix: "pulumi config rm --path 'wharf:kubernetes.volume.storageClass'",
    },
  ),
  only(
    "an existing claim in a namespace that is not",
    { volume: { existingClaim: "images" } },
    {
      key: "wharf:kubernetes.volume.existingClaim",
      message:
        "claim images cannot exist already in a namespace that the stack creates; set wharf:kubernetes.existingNamespace to true",
      fix: "pulumi config set --path 'wharf:kubernetes.existingNamespace' true",
    },
  ),
  only(
    "a directory of every node for many pods",
    {
      replicas: 2,
      volume: {
        accessMode: "ReadWriteMany",
        persistentVolume: { kind: "hostPath", path: "/images" },
      },
    },
    {
      key: "wharf:kubernetes.volume.persistentVolume.node",
      message:
        "is missing; pods on other nodes would each write a directory of their own, so ReadWriteMany needs the one node of a hostPath",
      fix: "pulumi config set --path 'wharf:kubernetes.volume.persistentVolume.node' NODE",
    },
    { distribution: redis },
  ),
  only(
    "a local volume of no node",
    { volume: { persistentVolume: { kind: "local", path: "/disks/images" } } },
    {
      key: "wharf:kubernetes.volume.persistentVolume.node",
      message: "is missing; a text belongs here",
    },
  ),
  only(
    "a relative directory",
    { volume: { persistentVolume: { ...local, path: "images" } } },
    {
      key: "wharf:kubernetes.volume.persistentVolume.path",
      message: '"images" is not an absolute path, without a colon, . or .. in it',
    },
  ),
  only(
    "a local volume that is to be deleted",
    { volume: { persistentVolume: local, reclaimPolicy: "Delete" } },
    {
      key: "wharf:kubernetes.volume.reclaimPolicy",
      message: "Kubernetes cannot delete a volume of kind local; use Retain",
      fix: "pulumi config set --path 'wharf:kubernetes.volume.reclaimPolicy' Retain",
    },
  ),
  only(
    "a volume that is deleted with its claim in prod",
    { volume: { reclaimPolicy: "Delete" } },
    {
      key: "wharf:kubernetes.volume.reclaimPolicy",
      message: '"Delete" would delete images with their claim; prod allows Retain',
      fix: "pulumi config set --path 'wharf:kubernetes.volume.reclaimPolicy' Retain",
    },
    { environment: "prod" },
  ),
  only(
    "plain HTTP outside of the cluster",
    { expose: { kind: "NodePort" } },
    {
      key: "wharf:tls.mode",
      message:
        '"off" sends passwords unencrypted; it is allowed only in a lab that wharf:kubernetes.expose keeps in the cluster (ClusterIP)',
      fix: "pulumi config set --path 'wharf:tls.mode' self-signed",
    },
    { tls: { mode: "off" }, endpoint: { hosts: ["10.1.2.3"] } },
  ),
  {
    name: "cert-manager without an issuer",
    values: { tls: { mode: "cert-manager" } },
    problems: [
      {
        key: "wharf:tls.issuer.name",
        message: 'is missing; tls.mode "cert-manager" needs it',
        fix: "pulumi config set --path 'wharf:tls.issuer.name' NAME",
      },
    ],
  },
  {
    name: "an issuer that nobody asks",
    values: { tls: { issuer: { name: "letsencrypt" } } },
    problems: [
      {
        key: "wharf:tls.issuer",
        message: 'is set, but tls.mode "self-signed" does not use it',
        fix: "pulumi config set --path 'wharf:tls.mode' cert-manager",
      },
    ],
  },
  {
    name: "an existing Secret in a namespace that is not",
    values: { tls: { mode: "provided", secretName: "registry-tls" } },
    problems: [
      {
        key: "wharf:tls.secretName",
        message:
          "Secret registry-tls cannot exist already in a namespace that the stack creates; set wharf:kubernetes.existingNamespace to true",
        fix: "pulumi config set --path 'wharf:kubernetes.existingNamespace' true",
      },
    ],
  },
  only(
    "a proof that has no certificate to show",
    {},
    {
      key: "wharf:kubernetes.smoke.enabled",
      message:
        "true tests the registry without a client certificate, but wharf:tls.clientCaCertificates requires one of every client",
      fix: "pulumi config set --path 'wharf:kubernetes.smoke.enabled' false",
    },
    { tls: { clientCaCertificates: "[the authority]" } },
  ),
  only(
    "a pull secret of a user who may only delete",
    { pullSecrets: { user: "broom", namespaces: [{ namespace: "shop" }] } },
    {
      key: "wharf:kubernetes.pullSecrets.user",
      message: '"broom" may not pull from any repository',
      fix: "pulumi config set --path 'wharf:kubernetes.pullSecrets.user' ci",
    },
    { ...moving, users: [{ name: "broom", role: "delete" }, { name: "ci" }] },
  ),
  only(
    "a pull secret where nobody may pull",
    { pullSecrets: { namespaces: [{ namespace: "shop" }] } },
    {
      key: "wharf:kubernetes.pullSecrets.namespaces",
      message: "needs the password of a user who may pull, and no user may",
    },
    { ...moving, users: [{ name: "broom", role: "delete" }] },
  ),
  only(
    "a pull secret of nobody",
    { pullSecrets: { user: "readonyl", namespaces: [{ namespace: "shop" }] } },
    {
      key: "wharf:kubernetes.pullSecrets.user",
      message: '"readonyl" is not a user of the registry; did you mean readonly?',
      fix: "pulumi config set --path 'wharf:kubernetes.pullSecrets.user' readonly",
    },
  ),
  only(
    "two pull secrets for one namespace",
    { pullSecrets: { namespaces: [{ namespace: "shop" }, { namespace: "shop" }] } },
    {
      key: "wharf:kubernetes.pullSecrets.namespaces[1].namespace",
      message:
        '"shop" appears twice, first in wharf:kubernetes.pullSecrets.namespaces[0]; a namespace has one pull secret',
      fix: "pulumi config rm --path 'wharf:kubernetes.pullSecrets.namespaces[1]'",
    },
  ),
  only(
    "an identity of another cloud than the bucket's",
    { identity: { awsRoleArn: "arn:aws:iam::123456789012:role/registry" } },
    {
      key: "wharf:kubernetes.identity.awsRoleArn",
      message: "is for storage of kind s3, but wharf:storage.kind is gcs",
      fix: "pulumi config rm --path 'wharf:kubernetes.identity.awsRoleArn'",
    },
    { storage: { kind: "gcs", bucket: "images" } },
  ),
  {
    name: "a label that Kubernetes does not take",
    values: { labels: { team: "web shop" } },
    problems: [
      {
        key: "wharf:labels.team",
        message:
          '"web shop" is not the value of a label: up to 63 letters, digits, - _ and ., a letter or digit at both ends',
        fix: "pulumi config rm --path 'wharf:labels.team'",
      },
    ],
  },
  {
    name: "a directory of the host",
    values: { storage: { kind: "volume", path: "/srv/images" } },
    problems: [
      {
        key: "wharf:storage.path",
        message:
          "not on kubernetes: a pod may run on any node; describe a PersistentVolume of the node by wharf:kubernetes.volume.persistentVolume",
        fix: "pulumi config rm --path 'wharf:storage.path'",
      },
    ],
  },
  {
    name: "an address of the host",
    values: { endpoint: { address: "10.1.2.3" } },
    problems: [
      {
        key: "wharf:endpoint.address",
        message:
          "not on kubernetes: a Service is reachable from the whole cluster; choose how it is exposed by wharf:kubernetes.expose and limit it by wharf:endpoint.allowFrom",
        fix: "pulumi config rm --path 'wharf:endpoint.address'",
      },
    ],
  },
];

const check = (values: Values, secretKeys: string[] = []) =>
  checkDescription({
    stack: "bad",
    values: { target: "kubernetes", ...values },
    secretKeys: new Set(secretKeys),
  });

/** The problems that a description is refused for. */
function problemsOf(values: Values, secretKeys?: string[]): Problem[] {
  try {
    check(values, secretKeys);
  } catch (error) {
    if (error instanceof DescriptionError) return error.problems;
    throw error;
  }
  return [];
}

describe("a description for Kubernetes", () => {
  let authority: Issued;
  let server: Issued;
  beforeAll(async () => {
    authority = await issue({ name: "Wharf test CA" });
    const hosts = ["registry.example.com"];
    server = await issue({ name: "registry", hosts, issuer: authority });
  });

  it.each(rows)("is refused for $name", ({ values, problems }) => {
    const withAuthority = JSON.stringify(values).replace(
      '"[the authority]"',
      JSON.stringify(authority.certificate),
    );
    expect(problemsOf(JSON.parse(withAuthority) as Values)).toEqual(problems);
  });

  it("is refused where the certificate leaves out the host of the Ingress", () => {
    const tls = { mode: "provided", ...server };
    const other = { expose: { ...ingress, host: "images.example.com" } };
    expect(problemsOf({ tls, kubernetes: other }, ["tls"])).toEqual([
      {
        key: "wharf:tls.certificate",
        message: "does not cover images.example.com; it names DNS:registry.example.com",
        fix: "pulumi config set --path 'wharf:tls.certificate' < tls.crt",
      },
    ]);
    expect(problemsOf({ tls, kubernetes: { expose: ingress } }, ["tls"])).toEqual([]);
  });

  it("is accepted with nothing but its target, on a claim that only the cluster reaches", () => {
    const { kubernetes, storage, tls } = check({});
    expect(kubernetes).toMatchObject({
      namespace: "registry",
      service: "registry-service",
      replicas: 1,
      expose: { kind: "ClusterIP" },
      volume: { accessMode: "ReadWriteOnce" },
    });
    expect(storage).toMatchObject({ kind: "volume", sizeGiB: 5 });
    expect(tls.mode).toBe("self-signed");
  });

  it("is accepted with several pods on a bucket and with a shared cache", () => {
    const kubernetes = { replicas: 3, expose: { ...ingress, className: "haproxy" } };
    const endpoint = { allowFrom: ["10.0.0.0/8"] };
    expect(problemsOf({ kubernetes, endpoint, storage: bucket, distribution: redis })).toEqual([]);
  });
});
