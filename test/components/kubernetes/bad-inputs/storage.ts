import type { ClusterRow } from "./row";
import {
  inNamespace,
  existing,
  namespaceOf,
  ownId,
  byId,
  claimOf,
  volumeOf,
  boundClaim,
  standingStack,
} from "./objects";

/** Classes, claims, volumes and nodes. */
export const storageRows: ClusterRow[] = [
  {
    name: "a misspelt StorageClass",
    config: inNamespace("classless", { volume: { storageClass: "standrad" } }),
    report: `
  wharf:kubernetes.volume.storageClass   "standrad" is not a StorageClass of the cluster; did you mean standard?
                                         pulumi config set --path 'wharf:kubernetes.volume.storageClass' standard
`,
  },
  {
    name: "a StorageClass that resembles none",
    config: inNamespace("classless", { volume: { storageClass: "gp3" } }),
    report: `
  wharf:kubernetes.volume.storageClass   "gp3" is not a StorageClass of the cluster, which has standard
                                         kubectl get storageclasses
`,
  },
  {
    name: "a size below that of the claim",
    config: { ...inNamespace("large"), storage: { kind: "volume", sizeGiB: 5 } },
    stands: standingStack("large", "standard", byId(ownId)),
    holds: "by their id",
    report: `
  wharf:storage.sizeGiB   5 is below the 10 GiB of claim registry-data; a claim grows and never shrinks
                          pulumi config set --path 'wharf:storage.sizeGiB' 10
`,
  },
  {
    name: "a class that cannot expand",
    config: { ...inNamespace("stiff"), storage: { kind: "volume", sizeGiB: 20 } },
    stands: standingStack("stiff", "standard"),
    holds: "by their uid",
    report: `
  wharf:storage.sizeGiB   20 is above the 10 GiB that claim registry-data has, of StorageClass standard, which allows no expansion
                          pulumi config set --path 'wharf:storage.sizeGiB' 10
`,
  },
  {
    name: "a volume without a class that is to expand",
    config: { ...inNamespace("classic"), storage: { kind: "volume", sizeGiB: 20 } },
    stands: standingStack("classic", ""),
    holds: "by their uid",
    report: `
  wharf:storage.sizeGiB   20 is above the 10 GiB that claim registry-data has, of a volume without a class
                          pulumi config set --path 'wharf:storage.sizeGiB' 10
`,
  },
  {
    name: "a claim that does not exist",
    config: existing("claimed", { volume: { existingClaim: "imags" } }),
    stands: [
      namespaceOf("claimed"),
      claimOf("claimed", "images", { storageClassName: "standard" }),
    ],
    report: `
  wharf:kubernetes.volume.existingClaim   "imags" is not a claim of namespace claimed; did you mean images?
                                          pulumi config set --path 'wharf:kubernetes.volume.existingClaim' images
`,
  },
  {
    name: "a claim that fewer may write",
    config: existing("single", {
      volume: { existingClaim: "images", accessMode: "ReadWriteMany" },
    }),
    stands: [namespaceOf("single"), ...boundClaim("single", "images")],
    report: `
  wharf:kubernetes.volume.accessMode   "ReadWriteMany" is not what claim images allows, ReadWriteOnce
                                       pulumi config set --path 'wharf:kubernetes.volume.accessMode' ReadWriteOnce
`,
  },
  {
    name: "a claim that is too small",
    config: {
      ...existing("narrow", { volume: { existingClaim: "images" } }),
      storage: { kind: "volume", sizeGiB: 50 },
    },
    stands: [namespaceOf("narrow"), ...boundClaim("narrow", "images")],
    report: `
  wharf:storage.sizeGiB   50 is above the 10 GiB of claim images, which this stack does not own and so does not expand
                          pulumi config set --path 'wharf:storage.sizeGiB' 10
`,
  },
  {
    name: "a directory of a server whose volume another claim has",
    config: inNamespace("second", {
      volume: {
        persistentVolume: {
          kind: "nfs",
          server: "nfs.example.com",
          path: "/first-images-volume",
        },
      },
    }),
    stands: [namespaceOf("first"), ...boundClaim("first", "images")],
    report: `
  wharf:kubernetes.volume.persistentVolume   PersistentVolume first-images-volume exists already, and is bound to claim images of namespace first
                                             kubectl describe persistentvolume first-images-volume
`,
  },
  {
    name: "a volume of the same name that nobody has bound",
    config: inNamespace("former", {
      volume: { persistentVolume: { kind: "hostPath", path: "/images" } },
    }),
    stands: [volumeOf("former-registry-data", {})],
    report: `
  wharf:kubernetes.volume.persistentVolume   PersistentVolume former-registry-data exists already, bound to no claim
                                             kubectl describe persistentvolume former-registry-data
`,
  },
  {
    name: "a misspelt node",
    config: inNamespace("nowhere", {
      volume: { persistentVolume: { kind: "local", path: "/images", node: "nod" } },
    }),
    report: `
  wharf:kubernetes.volume.persistentVolume.node   "nod" is not a node of the cluster; did you mean node?
                                                  pulumi config set --path 'wharf:kubernetes.volume.persistentVolume.node' node
`,
  },
];
