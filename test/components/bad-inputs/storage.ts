import type { Row } from "./row";
import { caCertificate } from "../../support/authority";

/** Where images lie, the settings of the registry's software, and many things at once. */
export const storageRows: Row[] = [
  {
    name: "a volume path that is not absolute",
    config: { storage: { kind: "volume", path: "images" } },
    report: `
  wharf:storage.path   "images" must be an absolute path on the host, without a colon, . or .. in it
`,
  },
  {
    name: "a storage of no kind",
    config: { storage: { sizeGiB: 50 } },
    report: `
  wharf:storage.kind   is missing; one of volume, s3, gcs, azure belongs here
                       pulumi config set --path 'wharf:storage.kind' volume
`,
  },
  {
    name: "a misspelt kind of storage",
    config: { storage: { kind: "gsc", bucket: "images" } },
    report: `
  wharf:storage.kind   "gsc" is not one of volume, s3, gcs, azure; did you mean gcs?
                       pulumi config set --path 'wharf:storage.kind' gcs
`,
  },
  {
    name: "a storage that distribution dropped",
    config: { storage: { kind: "swift" } },
    report: `
  wharf:storage.kind   "swift" was removed in distribution v3; one of volume, s3, gcs, azure belongs here
`,
  },
  {
    name: "a size of nothing",
    config: { storage: { kind: "volume", sizeGiB: 0 } },
    report: `
  wharf:storage.sizeGiB   0 is not above 0
                          pulumi config set --path 'wharf:storage.sizeGiB' 5
`,
  },
  {
    name: "a quota on the official image",
    config: {
      target: "docker",
      auth: { mode: "htpasswd" },
      storage: { kind: "volume", quotaGiB: 4 },
    },
    report: `
  wharf:storage.quotaGiB   needs roles, but wharf:auth.mode is htpasswd: distribution fills its volume to the last byte
                           pulumi config set --path 'wharf:auth.mode' roles
`,
  },
  {
    name: "a volume whose limits leave no room",
    config: { storage: { kind: "volume", sizeGiB: 5, quotaGiB: 8, minFreeGiB: 5 } },
    count: 2,
    report: `
  wharf:storage.minFreeGiB   5 leaves nothing of the 5 GiB of wharf:storage.sizeGiB for images; allowed is less than that
                             pulumi config rm --path 'wharf:storage.minFreeGiB'
  wharf:storage.quotaGiB     8 is more than the 5 GiB of wharf:storage.sizeGiB; allowed is up to that
                             pulumi config set --path 'wharf:storage.sizeGiB' 8
`,
  },
  {
    name: "an S3-compatible endpoint without path style",
    config: {
      storage: {
        kind: "s3",
        bucket: "images",
        region: "us-east-1",
        regionEndpoint: "https://minio.example.com",
        forcePathStyle: false,
      },
    },
    report: `
  wharf:storage.forcePathStyle   false asks for the bucket as a host name below that of https://minio.example.com; an S3-compatible server (wharf:storage.regionEndpoint) needs true
                                 pulumi config set --path 'wharf:storage.forcePathStyle' true
`,
  },
  {
    name: "a pull-through cache with repositories to push to",
    config: {
      repositories: [{ name: "app" }],
      distribution: { proxy: { remoteUrl: "https://registry-1.docker.io" } },
    },
    report: `
  wharf:repositories   names "app", but nothing can be pushed to a pull-through cache of https://registry-1.docker.io (wharf:distribution.proxy)
                       pulumi config rm wharf:repositories
`,
  },
  {
    name: "two kinds of login",
    config: {
      users: [{ name: "ada" }],
      auth: {
        token: {
          realm: "https://auth.example.com/token",
          service: "registry",
          issuer: "auth",
          rootCertBundle: caCertificate,
        },
      },
    },
    report: `
  wharf:users   names 1 user, but with wharf:auth.token a token server decides who may log in; a registry has one of the two
                pulumi config rm wharf:users
`,
  },
  {
    name: "a token server without a URL",
    config: {
      auth: {
        token: {
          realm: "auth",
          service: "registry",
          issuer: "auth",
          rootCertBundle: caCertificate,
        },
      },
    },
    report: `
  wharf:auth.token.realm   "auth" is not an http:// or https:// URL
`,
  },
  {
    name: "a header that HTTP does not know",
    config: { distribution: { http: { headers: { "X Frame": "DENY" } } } },
    report: `
  wharf:distribution.http.headers["X Frame"]   "X Frame" is not a header name
                                               pulumi config rm --path 'wharf:distribution.http.headers["X Frame"]'
`,
  },
  {
    name: "too little memory",
    config: { resources: { memoryMiB: 16 } },
    report: `
  wharf:resources.memoryMiB   16 is below 64, the lowest allowed
                              pulumi config set --path 'wharf:resources.memoryMiB' 512
`,
  },
  {
    name: "many things at once",
    config: {
      retentoin: 7,
      environment: "stagin",
      endpoint: { port: 70000, host: "a" },
      users: [{ name: "a b" }, {}],
      storage: { kind: "volume", path: "x" },
    },
    count: 7,
    report: `
  wharf:retentoin       unknown key; did you mean wharf:retention?
                        pulumi config rm wharf:retentoin
  wharf:environment     "stagin" is not one of lab, dev, staging, prod; did you mean staging?
                        pulumi config set wharf:environment staging
  wharf:users[0].name   "a b" holds a colon, a space or a control character, which htpasswd cannot store
  wharf:users[1].name   is missing; a text belongs here
  wharf:endpoint.port   70000 is not a port (1 to 65535)
                        pulumi config set --path 'wharf:endpoint.port' 5000
  wharf:endpoint.host   unknown key; did you mean wharf:endpoint.hosts?
                        pulumi config rm --path 'wharf:endpoint.host'
  wharf:storage.path    "x" must be an absolute path on the host, without a colon, . or .. in it
`,
  },
];
