import { describe, expect, it } from "vitest";
import { askedEngine } from "../../../cli/registry/registry-contents";
import { describedBy, effectiveConfig, essentials, partOf } from "../../../cli/stack/description";
import { StackConfig } from "../../../cli/stack/stack-config";
import { estimate } from "../../../components/description/estimate";

const read = (text: string, shared?: string) => describedBy(new StackConfig("shop", text, shared));

describe("a stack's file", () => {
  const secure = "{ secure: AAABAKz }";

  it("is read without its secrets", () => {
    const { args, problems, unread } = read(
      `config:
  wharf:target: azure
  wharf:repositories: [{ name: app }]
  wharf:users: [{ name: builder, role: push }]
  wharf:pullThroughCaches: [{ upstream: docker-hub, credentials: { username: shop, password: ${secure} } }]
  wharf:azure: { webhooks: [{ name: hooks, url: "https://ci.example.com/", headers: { Authorization: ${secure} } }] }
  wharf:labels: ${secure}
  azure-native:location: westeurope
`,
    );
    expect({ problems, unread }).toEqual({ problems: [], unread: ["wharf:labels"] });
    expect(args && estimate(args).monthlyDollars).toBe(5.01);
  });

  it("is read over what all stacks share, whose mistakes are said to be there", () => {
    const own = "config:\n  wharf:target: azure\n  azure-native:location: westeurope\n";
    const shared = "repositories: [{ name: app }]\nazure: { sku: Premium }\n";
    const { args } = read(own, shared);
    expect(args && estimate(args).monthlyDollars).toBe(50.01);
    const { problems } = read(own, "retentoin: {}\n");
    expect(problems.map(({ message }) => message)).toEqual([
      "unknown key; did you mean wharf:retention? (in wharf.yaml)",
    ]);
  });

  it("is read where what stands in for a secret is none", () => {
    const { args, problems } = read(
      `config:
  wharf:environment: dev
  wharf:endpoint: { hosts: [registry.example.com] }
  wharf:tls: { mode: provided, certificate: none, privateKey: ${secure} }
`,
    );
    expect(args).toBeUndefined();
    expect(problems.map(({ key }) => key)).toEqual(["wharf:tls.certificate"]);
  });

  it("has its problems told together", () => {
    const { args, problems } = read(
      "config:\n  wharf:retentoin: {}\n  wharf:usage: { storedGb: -1 }\n",
    );
    expect(args).toBeUndefined();
    expect(problems.map(({ key }) => key)).toEqual(["wharf:retentoin", "wharf:usage.storedGb"]);
  });

  it("is read where `pulumi config set` wrote a structured value as one text", () => {
    const config = new StackConfig(
      "shop",
      `config:
  wharf:target: docker
  wharf:endpoint: '{"hosts": ["localhost"], "port": 5001}'
  wharf:images: '{"registry": "mirror.example.com/registry:3"}'
`,
    );
    const { args, problems } = describedBy(config);
    expect(problems).toEqual([]);
    expect(args?.endpoint.port).toBe(5001);
    expect(essentials(config)?.images.registry).toBe("mirror.example.com/registry:3");
    expect(effectiveConfig(config)["wharf:endpoint"]).toMatchObject({ port: 5001 });
  });

  it("tells how the registry is asked, beside an encrypted password", () => {
    const cache = `{ kind: redis, addresses: ["redis.example.com:6379"], password: ${secure} }`;
    const text = `config:
  wharf:target: docker
  wharf:distribution: { http: { prefix: /registry/ }, cache: ${cache} }
`;
    expect(askedEngine(new StackConfig("shop", text))).toEqual({
      prefix: "/registry/",
      caches: false,
    });
  });

  it.each([
    [
      "distribution",
      `{ proxy: { remoteUrl: "https://mirror.example.com", username: a, password: ${secure} } }`,
    ],
    [
      "distribution",
      `{ notifications: { endpoints: [{ name: ci, url: "https://ci.example.com", headers: { Authorization: ${secure} } }] } }`,
    ],
    [
      "distribution",
      `{ notifications: { endpoints: [{ name: ci, url: "https://ci.example.com", headers: ${secure} }] } }`,
    ],
    [
      "storage",
      `{ kind: s3, bucket: b, region: eu-west-1, accessKey: ${secure}, secretKey: ${secure} }`,
    ],
    ["storage", `{ kind: gcs, bucket: b, serviceAccountKey: ${secure} }`],
    [
      "storage",
      `{ kind: azure, accountName: a, container: c, credentials: { type: shared_key, accountKey: ${secure} } }`,
    ],
    ["users", `[{ name: ci, role: push, password: ${secure} }]`],
    ["tls", `{ mode: provided, certificate: none, privateKey: ${secure} }`],
  ] as const)("is read key by key beside what is encrypted: %s: %s", (key, value) => {
    const config = new StackConfig("shop", `config:\n  wharf:${key}: ${value}\n`);
    expect(partOf(config, [key])).toBeDefined();
  });

  it("tells nothing of a key that is encrypted as a whole", () => {
    const text = `config:\n  wharf:target: docker\n  wharf:images: ${secure}\n`;
    expect(essentials(new StackConfig("shop", text))).toBeUndefined();
  });
});
