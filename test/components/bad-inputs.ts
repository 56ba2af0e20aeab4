import { endOf, type Issued } from "../support/test-certificates";

/** What rows need of the machine that the test runs on. */
export interface Place {
  /** DOCKER_HOST of an engine with space. */
  dockerHost: string;
  /** DOCKER_HOST of an engine whose disk has 2 GiB, and its directory. */
  small: { dockerHost: string; directory: string };
  /** DOCKER_HOST of an engine whose disk is full, and its directory. */
  full: { dockerHost: string; directory: string };
  /** DOCKER_HOST of a socket that answers as podman's does. */
  podmanHost: string;
  /** DOCKER_HOST of a socket that nobody may open who has not root's override. */
  forbiddenHost: string;
  /** A port that a program of the test listens on. */
  takenPort: number;
  /** A port that a container publishes which is not Wharf's. */
  publishedPort: number;
  /** A port that nobody listens on. */
  freePort: number;
  /** Covers registry.example.com, valid, signed by `ca`. */
  server: Issued;
  /** Covers the same host, ends 29 days after its CA, `ca`. */
  outlasting: Issued;
  /** Covers the same host, ended on 2020-01-01. */
  expired: Issued;
  /** Covers the same host, begins on 2100-01-01. */
  future: Issued;
  /** Covers other.example.com and 10.1.2.3. */
  elsewhere: Issued;
  ca: Issued;
  otherCa: Issued;
}

/** A description that is refused. */
export interface Row {
  name: string;
  /** The stack's config, keys without the `wharf:` before them. */
  config: Config | ((place: Place) => Config);
  /** What is set with `pulumi config set --secret --path`, by path. */
  secrets?: Secrets | ((place: Place) => Secrets);
  /** How many problems the first line of the report counts; 1 by default. */
  count?: number;
  /** The report below its first line and the empty one after it. */
  report: string | ((place: Place) => string);
  /** DOCKER_HOST, where it is not the engine with space. */
  dockerHost?: (place: Place) => string;
  /** A command with its arguments that starts the CLI in turn. */
  through?: string[];
}

type Config = Record<string, unknown>;
type Secrets = Record<string, string>;

/** Descriptions that are refused by what they say, with the report of each below its first line. */
export const descriptionRows: Row[] = [
  {
    name: "a misspelt key",
    config: { enviroment: "dev" },
    report: `
  wharf:enviroment   unknown key; did you mean wharf:environment?
                     pulumi config rm wharf:enviroment
`,
  },
  {
    name: "a key that resembles none",
    config: { replicas: 3 },
    report: `
  wharf:replicas   unknown key; known here: target, environment, repositories, immutableTags, scan, retention, access, identities, clusters, builds, caches, encryption, labels, users, auth, endpoint, tls, storage, deletion, lab, usage, images, resources, engine, kubernetes, aws, gcp, azure
                   pulumi config rm wharf:replicas
`,
  },
  {
    name: "a misspelt key in a block",
    config: { endpoint: { prot: 5001 } },
    report: `
  wharf:endpoint.prot   unknown key; did you mean wharf:endpoint.port?
                        pulumi config rm --path 'wharf:endpoint.prot'
`,
  },
  {
    name: "a misspelt key in a list",
    config: { users: [{ nmae: "ada", name: "ada" }] },
    report: `
  wharf:users[0].nmae   unknown key; did you mean wharf:users[0].name?
                        pulumi config rm --path 'wharf:users[0].nmae'
`,
  },
  {
    name: "a key with a dot in its name",
    config: { endpoint: { "port.number": 5001 } },
    report: `
  wharf:endpoint["port.number"]   unknown key; did you mean wharf:endpoint.port?
                                  pulumi config rm --path 'wharf:endpoint["port.number"]'
`,
  },
  {
    name: "a part that was set without --path",
    config: { "endpoint.port": 5001 },
    report: `
  wharf:endpoint.port   unknown key; a part of wharf:endpoint is set with --path
                        pulumi config rm 'wharf:endpoint.port' && pulumi config set --path 'wharf:endpoint.port' 5001
`,
  },
  {
    name: "an unknown target",
    config: { target: "dockr" },
    report: `
  wharf:target   "dockr" is not one of docker, kubernetes, aws, gcp, azure; did you mean docker?
                 pulumi config set wharf:target docker
`,
  },
  {
    name: "an environment's long name",
    config: { environment: "production" },
    report: `
  wharf:environment   "production" is not one of lab, dev, staging, prod; did you mean prod?
                      pulumi config set wharf:environment prod
`,
  },
  {
    name: "an unknown deletion",
    config: { deletion: "keep" },
    report: `
  wharf:deletion   "keep" is not one of protect, retain, force
`,
  },
  {
    name: "text for a number",
    config: { endpoint: { port: "https" } },
    report: `
  wharf:endpoint.port   "https" is not a number
                        pulumi config rm --path 'wharf:endpoint.port' && pulumi config set --path 'wharf:endpoint.port' 5000
`,
  },
  {
    name: "a number in quotes",
    config: { endpoint: { port: "5001" } },
    report: `
  wharf:endpoint.port   "5001" is not a number
                        pulumi config rm --path 'wharf:endpoint.port' && pulumi config set --path 'wharf:endpoint.port' 5001
`,
  },
  {
    name: "a decimal that Pulumi stored as text",
    config: { resources: { cpus: "0.5" } },
    report: `
  wharf:resources.cpus   "0.5" is not a number
                         pulumi config rm --path 'wharf:resources.cpus' && pulumi config set --path --type float 'wharf:resources.cpus' 0.5
`,
  },
  {
    name: "a fraction for a whole number",
    config: { endpoint: { port: 5000.5 } },
    report: `
  wharf:endpoint.port   5000.5 is not a whole number
                        pulumi config set --path 'wharf:endpoint.port' 5000
`,
  },
  {
    name: "a number for a name",
    config: { users: [{ name: 1234 }] },
    report: `
  wharf:users[0].name   1234 is not a text
                        pulumi config set --path --type string 'wharf:users[0].name' 1234
`,
  },
  {
    name: "text for true or false",
    config: { engine: { readOnly: "yes" } },
    report: `
  wharf:engine.readOnly   "yes" is not true or false
                          pulumi config rm --path 'wharf:engine.readOnly' && pulumi config set --path 'wharf:engine.readOnly' true
`,
  },
  {
    name: "a word for a block",
    config: { engine: { log: "debug" } },
    report: `
  wharf:engine.log   "debug" is not a block of keys
`,
  },
  {
    name: "a list for a text",
    config: { endpoint: { address: ["127.0.0.1"] } },
    report: `
  wharf:endpoint.address   a list is not a text
`,
  },
  {
    name: "an empty value",
    config: { endpoint: { address: null } },
    report: `
  wharf:endpoint.address   is empty; a text belongs here
                           pulumi config rm --path 'wharf:endpoint.address'
`,
  },
  {
    name: "port 0",
    config: { endpoint: { port: 0 } },
    report: `
  wharf:endpoint.port   0 is not a port (1 to 65535)
                        pulumi config set --path 'wharf:endpoint.port' 5000
`,
  },
  {
    name: "a port above 65535",
    config: { endpoint: { port: 70000 } },
    report: `
  wharf:endpoint.port   70000 is not a port (1 to 65535)
                        pulumi config set --path 'wharf:endpoint.port' 5000
`,
  },
  {
    name: "a host with a space",
    config: { endpoint: { hosts: ["my registry"] } },
    report: `
  wharf:endpoint.hosts[0]   "my registry" is no DNS name or IP address; no scheme, port or path belongs here
`,
  },
  {
    name: "a URL for a host",
    config: { endpoint: { hosts: ["https://registry.example.com"] } },
    report: `
  wharf:endpoint.hosts[0]   "https://registry.example.com" is no DNS name or IP address; no scheme, port or path belongs here
`,
  },
  {
    name: "an IP address with a number too large",
    config: { endpoint: { hosts: ["10.1.2.300"] } },
    report: `
  wharf:endpoint.hosts[0]   "10.1.2.300" is no DNS name or IP address; no scheme, port or path belongs here
`,
  },
  {
    name: "an address that is a name",
    config: { endpoint: { address: "localhost" } },
    report: `
  wharf:endpoint.address   "localhost" is no IP address
`,
  },
  {
    name: "a lab that other machines reach",
    config: { endpoint: { address: "0.0.0.0" } },
    report: `
  wharf:endpoint.address   0.0.0.0 is reached from other machines; a lab answers on loopback alone (127.0.0.1)
                           pulumi config set wharf:environment dev
`,
  },
  {
    name: "no host outside a lab",
    config: { environment: "prod" },
    report: `
  wharf:endpoint.hosts   is empty; outside a lab name at least one DNS name or IP address by which clients reach the registry
                         pulumi config set --path 'wharf:endpoint.hosts[0]' registry.example.com
`,
  },
  {
    name: "TLS off outside a lab",
    config: {
      environment: "dev",
      endpoint: { hosts: ["registry.example.com"] },
      tls: { mode: "off" },
    },
    report: `
  wharf:tls.mode   "off" sends passwords in clear; it is allowed only in a lab on a loopback address
                   pulumi config set --path 'wharf:tls.mode' self-signed
`,
  },
  {
    name: "deletion by force in prod",
    config: {
      environment: "prod",
      endpoint: { hosts: ["registry.example.com"] },
      deletion: "force",
    },
    report: `
  wharf:deletion   "force" would delete images with the stack; prod allows protect or retain
                   pulumi config set wharf:deletion protect
`,
  },
  {
    name: "a repository in capitals",
    config: { repositories: [{ name: "Shop/API" }] },
    report: `
  wharf:repositories[0].name   "Shop/API" is no repository name: lower-case letters, digits and . _ - between them, parts separated by /
`,
  },
  {
    name: "a repository without a name",
    config: { repositories: [{}] },
    report: `
  wharf:repositories[0].name   is missing; a text belongs here
`,
  },
  {
    name: "a repository twice",
    config: { repositories: [{ name: "app" }, { name: "shop" }, { name: "app" }] },
    report: `
  wharf:repositories[2].name   "app" stands twice, first in wharf:repositories[0]
`,
  },
  {
    name: "a user twice",
    config: { users: [{ name: "ada" }, { name: "ada" }] },
    report: `
  wharf:users[1].name   "ada" stands twice, first in wharf:users[0]
`,
  },
  {
    name: "a user with a colon",
    config: { users: [{ name: "ada:lovelace" }] },
    report: `
  wharf:users[0].name   "ada:lovelace" holds a colon, a space or a control character, which htpasswd cannot store
`,
  },
  {
    name: "users who could never log in",
    config: {
      users: [{ name: "#ada" }, { name: "grace" }, { name: "lin" }],
    },
    secrets: { "users[1].password": "long-enough\n", "users[2].password": "long\u0007enough" },
    count: 3,
    report: `
  wharf:users[0].name       "#ada" begins with #, which makes a comment of the user's line in htpasswd
  wharf:users[1].password   the value ends in a line break, which a login strips; set it without one, by printf and not by echo
                            pulumi config set --secret --path 'wharf:users[1].password'
  wharf:users[2].password   the value holds a control character, which no login can send (RFC 7617)
                            pulumi config set --secret --path 'wharf:users[2].password'
`,
  },
  {
    name: "a user without letters",
    config: { users: [{ name: "" }] },
    report: `
  wharf:users[0].name   is empty; a user needs a name
`,
  },
  {
    name: "a password over bcrypt's 72 bytes",
    config: { users: [{ name: "ada" }] },
    secrets: {
      "users[0].password":
        "passpasspasspasspasspasspasspasspasspasspasspasspasspasspasspasspasspasspasspass",
    },
    report: `
  wharf:users[0].password   the value has 80 bytes; bcrypt reads only the first 72 and would ignore the rest
                            pulumi config set --secret --path 'wharf:users[0].password'
`,
  },
  {
    name: "a password of few letters",
    config: { users: [{ name: "ada" }] },
    secrets: { "users[0].password": "hunter2" },
    report: `
  wharf:users[0].password   the value is shorter than 8 characters
                            pulumi config set --secret --path 'wharf:users[0].password'
`,
  },
  {
    name: "a password in clear",
    config: { users: [{ name: "ada", password: "correct horse" }] },
    report: `
  wharf:users[0].password   stands in clear in the stack's config; a secret is set encrypted
                            pulumi config set --secret --path 'wharf:users[0].password'
`,
  },
  {
    name: "a secret in a block where none belongs",
    config: {},
    secrets: { "engine.proxy[0].password": "hunter2-hunter2" },
    report: `
  wharf:engine.proxy   the value is not a block of keys
`,
  },
  {
    name: "an unknown TLS mode",
    config: { tls: { mode: "selfsigned" } },
    report: `
  wharf:tls.mode   "selfsigned" is not one of self-signed, provided, cert-manager, off; did you mean self-signed?
                   pulumi config set --path 'wharf:tls.mode' self-signed
`,
  },
  {
    name: "a minimum TLS version below 1.2",
    config: { tls: { minimumVersion: "tls1.1" } },
    report: `
  wharf:tls.minimumVersion   "tls1.1" is not one of tls1.2, tls1.3; did you mean tls1.2?
                             pulumi config set --path 'wharf:tls.minimumVersion' tls1.2
`,
  },
  {
    name: "a certificate that lasts longer than clients accept",
    config: { tls: { validityDays: 3650 } },
    report: `
  wharf:tls.validityDays   3650 is above 825, the highest allowed
                           pulumi config set --path 'wharf:tls.validityDays' 397
`,
  },
  {
    name: "a renewal before the certificate begins",
    config: { tls: { validityDays: 20 } },
    report: `
  wharf:tls.renewBeforeDays   30 is not below tls.validityDays, 20: every up would renew the certificate
                              pulumi config set --path 'wharf:tls.renewBeforeDays' 6
`,
  },
  {
    name: "a CA that ends before its server's certificate",
    config: { tls: { caValidityDays: 397 } },
    report: `
  wharf:tls.caValidityDays   397 is not above tls.validityDays, 397: the CA would end before a certificate that it signs
                             pulumi config set --path 'wharf:tls.caValidityDays' 3650
`,
  },
  {
    name: "a certificate without its mode",
    config: { tls: { certificate: "-----BEGIN CERTIFICATE-----" } },
    report: `
  wharf:tls.certificate   is set, but tls.mode "self-signed" does not use it
                          pulumi config set --path 'wharf:tls.mode' provided
`,
  },
  {
    name: "provided certificates that are not there",
    config: { tls: { mode: "provided" } },
    count: 2,
    report: `
  wharf:tls.certificate   is missing; tls.mode "provided" needs it
                          pulumi config set --path 'wharf:tls.certificate' < tls.crt
  wharf:tls.privateKey    is missing; tls.mode "provided" needs it
                          pulumi config set --secret --path 'wharf:tls.privateKey' < tls.key
`,
  },
  {
    name: "a certificate that is none",
    config: { tls: { mode: "provided", certificate: "tls.crt" } },
    secrets: { "tls.privateKey": "no key at all" },
    count: 2,
    report: `
  wharf:tls.certificate   holds no PEM certificate that can be read
                          pulumi config set --path 'wharf:tls.certificate' < tls.crt
  wharf:tls.privateKey    is no private key in PEM that can be read
                          pulumi config set --secret --path 'wharf:tls.privateKey' < tls.key
`,
  },
  {
    name: "client CAs that are none",
    config: { tls: { clientCaCertificates: "ca.crt" } },
    report: `
  wharf:tls.clientCaCertificates   holds no PEM certificate that can be read
                                   pulumi config set --path 'wharf:tls.clientCaCertificates' < client-ca.crt
`,
  },
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
      engine: { proxy: { remoteUrl: "https://registry-1.docker.io" } },
    },
    report: `
  wharf:repositories   names "app", but nothing can be pushed to a pull-through cache of https://registry-1.docker.io (wharf:engine.proxy)
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
          rootCertBundle: "-----BEGIN CERTIFICATE-----",
        },
      },
    },
    report: `
  wharf:users   names 1 user, but wharf:auth.token leaves it to a token server who may come in; a registry has one of the two
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
          rootCertBundle: "-----BEGIN CERTIFICATE-----",
        },
      },
    },
    report: `
  wharf:auth.token.realm   "auth" is not an http:// or https:// URL
`,
  },
  {
    name: "a header that HTTP does not know",
    config: { engine: { http: { headers: { "X Frame": "DENY" } } } },
    report: `
  wharf:engine.http.headers["X Frame"]   "X Frame" is not a header name
                                         pulumi config rm --path 'wharf:engine.http.headers["X Frame"]'
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

const provided = (certificate: string, more: Config = {}): Config => ({
  environment: "dev",
  endpoint: { hosts: ["registry.example.com"] },
  tls: { mode: "provided", certificate, ...more },
});

/** Certificates that clients or the registry itself would refuse. */
export const certificateRows: Row[] = [
  {
    name: "a key that does not match its certificate",
    config: ({ server }) => provided(server.certificate),
    secrets: ({ expired }) => ({ "tls.privateKey": expired.privateKey }),
    report: `
  wharf:tls.privateKey   does not match the certificate of CN=registry.example.com
                         pulumi config set --secret --path 'wharf:tls.privateKey' < tls.key
`,
  },
  {
    name: "an expired certificate",
    config: ({ expired }) => provided(expired.certificate),
    secrets: ({ expired }) => ({ "tls.privateKey": expired.privateKey }),
    report: `
  wharf:tls.certificate   CN=registry.example.com expired on 2020-01-01
                          pulumi config set --path 'wharf:tls.certificate' < tls.crt
`,
  },
  {
    name: "a certificate of the future",
    config: ({ future }) => provided(future.certificate),
    secrets: ({ future }) => ({ "tls.privateKey": future.privateKey }),
    report: `
  wharf:tls.certificate   CN=registry.example.com is not valid before 2100-01-01
                          pulumi config set --path 'wharf:tls.certificate' < tls.crt
`,
  },
  {
    name: "a certificate of another host",
    config: ({ elsewhere }) => provided(elsewhere.certificate),
    secrets: ({ elsewhere }) => ({ "tls.privateKey": elsewhere.privateKey }),
    report: `
  wharf:tls.certificate   does not cover registry.example.com; it names DNS:other.example.com, IP Address:10.1.2.3
                          pulumi config set --path 'wharf:tls.certificate' < tls.crt
`,
  },
  {
    name: "a CA that ends before the certificate that it signed",
    config: ({ outlasting, ca }) =>
      provided(outlasting.certificate, { caCertificate: ca.certificate }),
    secrets: ({ outlasting }) => ({ "tls.privateKey": outlasting.privateKey }),
    report: ({ outlasting, ca }) => `
  wharf:tls.caCertificate   CN=Example CA ends on ${endOf(ca)}, before CN=registry.example.com, which ends on ${endOf(outlasting)}: clients would refuse both from then on
                            pulumi config set --path 'wharf:tls.caCertificate' < ca.crt
`,
  },
  {
    name: "a chain that ends before the certificate at its head",
    config: ({ outlasting, ca }) => provided(`${outlasting.certificate}${ca.certificate}`),
    secrets: ({ outlasting }) => ({ "tls.privateKey": outlasting.privateKey }),
    report: ({ outlasting, ca }) => `
  wharf:tls.certificate   CN=Example CA ends on ${endOf(ca)}, before CN=registry.example.com, which ends on ${endOf(outlasting)}: clients would refuse both from then on
                          pulumi config set --path 'wharf:tls.certificate' < tls.crt
`,
  },
  {
    name: "a CA that did not issue the certificate",
    config: ({ server, otherCa }) =>
      provided(server.certificate, { caCertificate: otherCa.certificate }),
    secrets: ({ server }) => ({ "tls.privateKey": server.privateKey }),
    report: `
  wharf:tls.caCertificate   CN=Other CA did not issue CN=registry.example.com
                            pulumi config set --path 'wharf:tls.caCertificate' < ca.crt
`,
  },
  {
    name: "a chain in the wrong order",
    config: ({ server, ca, otherCa }) =>
      provided([server, otherCa, ca].map(({ certificate }) => certificate).join("\n")),
    secrets: ({ server }) => ({ "tls.privateKey": server.privateKey }),
    count: 2,
    report: `
  wharf:tls.certificate   CN=registry.example.com was not issued by CN=Other CA, the next in the file
                          pulumi config set --path 'wharf:tls.certificate' < tls.crt
  wharf:tls.certificate   CN=Other CA was not issued by CN=Example CA, the next in the file
                          pulumi config set --path 'wharf:tls.certificate' < tls.crt
`,
  },
];

/** Good descriptions that the machine cannot carry out. */
export const hostRows: Row[] = [
  {
    name: "an address that is none",
    config: {},
    dockerHost: () => "somewhere",
    report: `
  docker:host   "somewhere" is no address of a Docker engine, such as unix:///var/run/docker.sock or tcp://10.1.2.3:2376
                unset DOCKER_HOST
`,
  },
  {
    name: "a directory for the images that is not there",
    config: ({ freePort }) => ({
      endpoint: { port: freePort },
      storage: { kind: "volume", path: "/nonexistent/images", sizeGiB: 0.5 },
    }),
    report: `
  wharf:storage.path   "/nonexistent/images" is no directory of this host
                       sudo install -d -o 10001 -g 10001 '/nonexistent/images'
`,
  },
  {
    name: "podman's socket",
    config: ({ freePort }) => ({ endpoint: { port: freePort } }),
    dockerHost: ({ podmanHost }) => podmanHost,
    report: ({ podmanHost }) => `
  docker:host   podman 4.3.1 answers at ${podmanHost}, and it puts no files into a volume before a container runs, so that the registry would find no settings. Docker Engine does, rootless as well
                unset DOCKER_HOST; pulumi config set docker:host unix:///var/run/docker.sock
`,
  },
  {
    name: "no Docker engine",
    config: {},
    dockerHost: () => "unix:///nonexistent/docker.sock",
    report: `
  docker:host   no Docker engine answers at unix:///nonexistent/docker.sock
                sudo service docker start
`,
  },
  {
    name: "no Docker engine on another host",
    config: {},
    dockerHost: ({ freePort }) => `tcp://127.0.0.1:${freePort}`,
    report: ({ freePort }) => `
  docker:host   no Docker engine answers at tcp://127.0.0.1:${freePort}
`,
  },
  {
    name: "a host of prod that anybody on the network may reach",
    config: { environment: "prod", endpoint: { hosts: ["registry.example.com"] } },
    dockerHost: () => "tcp://192.0.2.1:2375",
    report: `
  docker:host   tcp://192.0.2.1:2375 without TLS gives everybody on the network the rights of root on that host, and shows them the registry's key and passwords
                pulumi config set docker:certPath DIRECTORY   # of ca.pem, cert.pem and key.pem
`,
  },
  {
    name: "an engine that this user may not use",
    config: {},
    dockerHost: ({ forbiddenHost }) => forbiddenHost,
    // Root opens any socket as long as it has these two.
    through: ["setpriv", "--bounding-set=-dac_override,-dac_read_search", "--inh-caps=-all"],
    report: ({ forbiddenHost }) => `
  docker:host   this user is not permitted to use the Docker engine at ${forbiddenHost}
                sudo usermod -aG docker "$USER" && newgrp docker
`,
  },
  {
    name: "a port that another program listens on",
    config: ({ takenPort }) => ({ endpoint: { port: takenPort } }),
    report: ({ takenPort }) => `
  wharf:endpoint.port   ${takenPort} on 127.0.0.1 is in use by another program
                        pulumi config set --path 'wharf:endpoint.port' ${takenPort + 1}
`,
  },
  {
    name: "a port of a cache that another program listens on",
    config: ({ freePort, takenPort }) => ({
      endpoint: { port: freePort },
      caches: [{ upstream: "quay", port: takenPort }],
    }),
    report: ({ takenPort }) => `
  wharf:caches[0].port   ${takenPort} on 127.0.0.1 is in use by another program
                         pulumi config set --path 'wharf:caches[0].port' ${takenPort + 1}
`,
  },
  {
    name: "a port that another container publishes",
    config: ({ publishedPort }) => ({ endpoint: { port: publishedPort } }),
    report: ({ publishedPort }) => `
  wharf:endpoint.port   ${publishedPort} on 127.0.0.1 is in use by container squatter
                        pulumi config set --path 'wharf:endpoint.port' ${publishedPort + 1}
`,
  },
  {
    name: "a full disk",
    config: ({ freePort }) => ({
      endpoint: { port: freePort },
      storage: { kind: "volume", sizeGiB: 0.5 },
    }),
    dockerHost: ({ full }) => full.dockerHost,
    report: ({ full }) => `
  wharf:storage.sizeGiB   1 GiB are needed and ${full.directory} has 0.0 GiB free
                          docker system df
`,
  },
  {
    name: "a disk smaller than the images are expected to be",
    config: ({ freePort }) => ({ endpoint: { port: freePort } }),
    dockerHost: ({ small }) => small.dockerHost,
    report: ({ small }) => `
  wharf:storage.sizeGiB   5 GiB are needed and ${small.directory} has 2.0 GiB free
                          docker system df
`,
  },
];
