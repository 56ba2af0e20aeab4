import { Agent, request as plainRequest, type IncomingHttpHeaders } from "node:http";
import { Agent as TlsAgent, request as tlsRequest } from "node:https";
import type { Action } from "../../components/access/distribution";
import { digestOf, manifestType } from "../support/small-image";

// Every user, repository and operation of a registry, request by request, by the registry's API (OCI distribution specification 1.1).

/** A digest that no repository has. */
const absent = `sha256:${"0".repeat(64)}`;

/** An image without layers, of its own in each repository, so that no other repository has its blob. */
function imageOf(repository: string) {
  const config = JSON.stringify({ architecture: "amd64", os: "linux", author: repository });
  const manifest = JSON.stringify({
    schemaVersion: 2,
    mediaType: manifestType,
    config: {
      mediaType: "application/vnd.oci.image.config.v1+json",
      digest: digestOf(config),
      size: config.length,
    },
    layers: [],
  });
  return { config, manifest, configDigest: digestOf(config), digest: digestOf(manifest) };
}

/** An answer, read to the end. */
export interface Answered {
  status: number;
  headers: IncomingHttpHeaders;
  body: string;
}

/** Who asks: a name and a password, or nobody. */
export interface Client {
  name: string;
  password?: string;
}

/** A registry that is asked with paths as they are written, which no URL puts in order. */
export class AskedRegistry {
  private readonly agent: Agent;

  /** @param ca of its certificate, PEM; undefined without TLS */
  constructor(
    private readonly host: string,
    private readonly ca?: string,
  ) {
    this.agent =
      ca === undefined ? new Agent({ keepAlive: true }) : new TlsAgent({ keepAlive: true });
  }

  ask(
    { name, password }: Client,
    method: string,
    path: string,
    { headers = {}, body }: { headers?: Record<string, string>; body?: string } = {},
  ): Promise<Answered> {
    const [, hostname = "", port = ""] = /^(.*?)(?::(\d+))?$/.exec(this.host) ?? [];
    const request = this.ca === undefined ? plainRequest : tlsRequest;
    return new Promise((resolve, reject) => {
      const sent = request(
        {
          ...{ hostname, port: port || undefined, method, path, agent: this.agent },
          ...(this.ca !== undefined && { ca: this.ca }),
          ...(password !== undefined && { auth: `${name}:${password}` }),
          headers: {
            ...headers,
            ...(body !== undefined && { "content-length": Buffer.byteLength(body) }),
          },
        },
        (answer) => {
          let text = "";
          answer.setEncoding("utf8").on("data", (part: string) => (text += part));
          answer.on("end", () =>
            resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body: text }),
          );
        },
      );
      sent.on("error", reject).end(body);
    });
  }

  /** Pushes the image of a repository under a tag; the status of the last request. */
  async push(client: Client, repository: string, tag: string): Promise<number> {
    const { config, configDigest, manifest } = imageOf(repository);
    const started = await this.ask(client, "POST", `/v2/${repository}/blobs/uploads/`);
    if (started.status !== 202) return started.status;
    const at = new URL(String(started.headers.location), `https://${this.host}`);
    at.searchParams.set("digest", configDigest);
    const bytes = { "content-type": "application/octet-stream" };
    await this.ask(client, "PUT", at.pathname + at.search, { headers: bytes, body: config });
    return this.tag(client, repository, tag, manifest);
  }

  /** Puts a manifest under a tag; the status. */
  async tag(client: Client, repository: string, tag: string, manifest: string): Promise<number> {
    const headers = { "content-type": manifestType };
    const path = `/v2/${repository}/manifests/${tag}`;
    return (await this.ask(client, "PUT", path, { headers, body: manifest })).status;
  }

  close(): void {
    this.agent.destroy();
  }
}

/** One request, and what it needs: actions by repository. */
interface Operation {
  name: string;
  method: string;
  path: string;
  headers?: Record<string, string>;
  body?: string;
  needs: [Action, string][];
}

/** The requests to one repository. None changes what another request finds. */
function operationsOn(repository: string, others: readonly string[]): Operation[] {
  const { configDigest, digest, manifest } = imageOf(repository);
  const at = `/v2/${repository}`;
  const accept = { accept: manifestType };
  const typed = { "content-type": manifestType };
  const one = (action: Action) => [[action, repository]] as [Action, string][];
  return [
    {
      name: "HEAD manifest",
      method: "HEAD",
      path: `${at}/manifests/v1`,
      headers: accept,
      needs: one("pull"),
    },
    {
      name: "GET manifest",
      method: "GET",
      path: `${at}/manifests/${digest}`,
      headers: accept,
      needs: one("pull"),
    },
    { name: "GET blob", method: "GET", path: `${at}/blobs/${configDigest}`, needs: one("pull") },
    { name: "list tags", method: "GET", path: `${at}/tags/list`, needs: one("pull") },
    {
      name: "list referrers",
      method: "GET",
      path: `${at}/referrers/${digest}`,
      needs: one("pull"),
    },
    { name: "begin upload", method: "POST", path: `${at}/blobs/uploads/`, needs: one("push") },
    {
      name: "push manifest",
      method: "PUT",
      path: `${at}/manifests/v1`,
      headers: typed,
      body: manifest,
      needs: one("push"),
    },
    {
      name: "delete manifest",
      method: "DELETE",
      path: `${at}/manifests/${absent}`,
      needs: one("delete"),
    },
    { name: "delete tag", method: "DELETE", path: `${at}/manifests/absent`, needs: one("delete") },
    { name: "delete blob", method: "DELETE", path: `${at}/blobs/${absent}`, needs: one("delete") },
    ...others.map((from): Operation => ({
      name: `mount from ${from}`,
      method: "POST",
      path: `${at}/blobs/uploads/?mount=${absent}&from=${encodeURIComponent(from)}`,
      needs: [...one("push"), ["pull", from]],
    })),
  ];
}

/** Who is expected to do what. */
export type Expected = (client: Client, action: Action, repository: string) => boolean;

/** Every request of the matrix, as a line each: who, what, and whether it was refused. */
export interface Matrix {
  seen: string[];
  expected: string[];
}

/**
 * Asks every request of the matrix. A client without a valid login is answered 401, one who may not 403, and anything else is allowed.
 * @param clients who asks, the first of them one who may do everything
 * @param known whether a client's login is valid
 */
export async function accessMatrixOf(
  registry: AskedRegistry,
  clients: readonly Client[],
  repositories: readonly string[],
  { expected, known }: { expected: Expected; known: (client: Client) => boolean },
): Promise<Matrix> {
  const [owner] = clients;
  if (owner === undefined) throw new Error("a matrix needs clients");
  for (const repository of repositories) {
    const status = await registry.push(owner, repository, "v1");
    if (status !== 201) throw new Error(`the image of ${repository} was not pushed: ${status}`);
  }
  // A registry without that API has no such path, whoever asks.
  const { digest } = imageOf(repositories[0] ?? "");
  const referrers = await registry.ask(owner, "GET", `/v2/${repositories[0]}/referrers/${digest}`);
  const matrix: Matrix = { seen: [], expected: [] };
  const refused = (client: Client) => (known(client) ? "403" : "401");
  for (const client of clients) {
    for (const repository of repositories) {
      const others = repositories.filter((other) => other !== repository);
      for (const { name, method, path, headers, body, needs } of operationsOn(repository, others)) {
        if (path.includes("/referrers/") && referrers.status === 404) continue;
        const { status } = await registry.ask(client, method, path, { headers, body });
        const may = needs.every(([action, on]) => expected(client, action, on));
        const line = `${client.name} · ${repository} · ${name}`;
        matrix.seen.push(`${line}: ${[401, 403].includes(status) ? status : "allowed"}`);
        matrix.expected.push(`${line}: ${may ? "allowed" : refused(client)}`);
      }
    }
    const { status, body } = await registry.ask(client, "GET", "/v2/_catalog?n=1000");
    const listed =
      status === 200
        ? (JSON.parse(body) as { repositories: string[] }).repositories
            .filter((name) => repositories.includes(name))
            .sort()
            .join(" ")
        : String(status);
    const visible = repositories.filter((name) => expected(client, "pull", name)).toSorted();
    const anything = visible.length > 0 || known(client);
    matrix.seen.push(`${client.name} · catalog: ${listed}`);
    matrix.expected.push(
      `${client.name} · catalog: ${anything ? visible.join(" ") : refused(client)}`,
    );
  }
  return matrix;
}

/**
 * The matrix of a registry with htpasswd, where every user may do everything, and nobody else anything.
 * @param passwords of the users, by name; one of them is `admin`
 */
export async function htpasswdMatrixOf(
  registry: AskedRegistry,
  passwords: Record<string, string | undefined>,
): Promise<Matrix> {
  const users = Object.entries(passwords).map(([name, password]): Client => ({ name, password }));
  const strangers = [{ name: "admin", password: "not the password" }, { name: "a stranger" }];
  const known = (client: Client) => users.includes(client);
  const repositories = ["shop/api", "shop/web", "secret/x", "ops", "a/b/c"];
  return accessMatrixOf(registry, [...users, ...strangers], repositories, {
    known,
    expected: known,
  });
}

/**
 * Requests by which a client who may use only `own` tries to reach `secret`, and the statuses that would let it in. What stands for a
 * repository is written in ways that a server may read as another one.
 */
export async function fuzzedRequests(
  registry: AskedRegistry,
  client: Client,
  own: string,
  secret: string,
): Promise<{ tried: number; let: string[] }> {
  const { configDigest, manifest } = imageOf(secret);
  const [first = "", ...rest] = secret.split("/");
  const names = [
    secret,
    secret.replaceAll("/", "%2f"),
    secret.replaceAll("/", "%2F"),
    secret.replaceAll("/", "%252f"),
    secret.replaceAll("/", "//"),
    secret.replaceAll("/", "/./"),
    secret.toUpperCase(),
    first.toUpperCase() + ["", ...rest].join("/"),
    `${own}/../${secret}`,
    `${own}/../../${secret}`,
    `${own}/%2e%2e/${secret}`,
    `${own}/..%2f${secret}`,
    `${own}%2f..%2f${secret}`,
    `./${secret}`,
    `/${secret}`,
    `${secret}/`,
    `${secret}%00`,
    `${secret}%20`,
    `${secret};${own}`,
    `${secret}?${own}`,
    `${secret}#${own}`,
    `%73ecret${secret.slice(first.length)}`,
    `${own},${secret}`,
    `${"a/".repeat(300)}${secret}`,
  ];
  const digest = imageOf(secret).digest;
  const typed = { "content-type": manifestType };
  const form = { "content-type": "application/x-www-form-urlencoded" };
  const requests: [string, string, { headers?: Record<string, string>; body?: string }][] =
    names.flatMap(
      (name): [string, string, { headers?: Record<string, string>; body?: string }][] => [
        ["GET", `/v2/${name}/manifests/${digest}`, { headers: { accept: manifestType } }],
        ["GET", `/v2/${name}/blobs/${configDigest}`, {}],
        ["GET", `/v2/${name}/tags/list`, {}],
        ["PUT", `/v2/${name}/manifests/v2`, { headers: typed, body: manifest }],
        ["POST", `/v2/${name}/blobs/uploads/`, {}],
      ],
    );
  const mount = `mount=${configDigest}`;
  for (const from of names.slice(0, 8)) {
    requests.push(["POST", `/v2/${own}/blobs/uploads/?${mount}&from=${from}`, {}]);
  }
  requests.push(
    [
      "POST",
      `/v2/${own}/blobs/uploads/?${mount}`,
      { headers: form, body: `from=${encodeURIComponent(secret)}` },
    ],
    [
      "POST",
      `/v2/${own}/blobs/uploads/`,
      { headers: form, body: `${mount}&from=${encodeURIComponent(secret)}` },
    ],
    ["POST", `/v2/${own}/blobs/uploads/?${mount}&from=${own}&from=${secret}`, {}],
    ["POST", `/v2/${own}/blobs/uploads/?${mount}&from=${secret}&from=${own}`, {}],
  );
  const entered: string[] = [];
  for (const [method, path, options] of requests) {
    const { status } = await registry.ask(client, method, path, options);
    const mounted = path.includes("uploads/?mount") || path.startsWith(`/v2/${own}/blobs/uploads/`);
    // An upload of the client's own repository may begin (202); a mount would be 201.
    const letIn = mounted ? status === 201 : status < 300 || status === 307;
    if (letIn) entered.push(`${method} ${path}: ${status}`);
  }
  // Whatever was answered, the secret layer is not in the client's own repository.
  const stolen = await registry.ask(client, "GET", `/v2/${own}/blobs/${configDigest}`);
  if (stolen.status === 200) entered.push(`the blob of ${secret} is in ${own}`);
  return { tried: requests.length + 1, let: entered };
}
