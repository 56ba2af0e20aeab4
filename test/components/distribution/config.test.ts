import { join } from "node:path";
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { tls12CipherSuites, tls13CipherSuites } from "../../../components/distribution/rules";
import {
  type ConfigInputs,
  distributionConfig,
  renderConfig,
} from "../../../components/distribution/config";
import { distributionSettings } from "../../../components/model/distribution/settings";
import { s3Regions } from "../../../components/model/s3-storage";
import { storageSettings } from "../../../components/model/storage";
import { authSettings } from "../../../components/model/auth";
import { configRows } from "../../../docs/tables";
import { distributionSources, goModule } from "./software";
import { keysInSources } from "./sources";
import { unwritten } from "./unwritten";
import { fullest, serviceAccountKey } from "./fullest-settings";

/** Maps whose keys are the user's own words, or Google's. */
const free =
  /^(http\.headers|log\.fields|storage\.gcs\.credentials|(health\.http|notifications\.endpoints)\[\]\.headers)\..*/;

/** The path of every value in config.yml, lists marked with `[]`. */
function paths(value: unknown, prefix = ""): string[] {
  if (Array.isArray(value)) {
    return value.length > 0 && value.every((item) => typeof item !== "object")
      ? [prefix]
      : value.flatMap((item) => paths(item, `${prefix}[]`));
  }
  if (typeof value !== "object" || value === null) {
    return [prefix];
  }
  return Object.entries(value).flatMap(([key, part]) =>
    paths(part, prefix === "" ? key : `${prefix}.${key}`),
  );
}

const written = (inputs: ConfigInputs): unknown => parse(renderConfig(distributionConfig(inputs)));

function smallest(over: Partial<ConfigInputs> = {}): ConfigInputs {
  return {
    storage: storageSettings.parse(undefined),
    distribution: distributionSettings.parse(undefined),
    httpSecret: "secret",
    auth: { kind: "none" },
    hosts: ["localhost"],
    ...over,
  };
}

describe("the keys of config.yml", () => {
  const directory = distributionSources();
  const known = keysInSources(directory);
  const rendered = new Set(
    fullest().flatMap((inputs) =>
      paths(written(inputs)).map((path) => (free.test(path) ? path.replace(free, "$1") : path)),
    ),
  );

  test("every key that Wharf writes is one that distribution reads", () => {
    expect([...rendered].filter((key) => !known.has(key))).toEqual([]);
  });

  test("every key that distribution reads is written, or left out for a reason", () => {
    const leaves = [...known].filter(
      (key) => ![...known].some((other) => other.startsWith(`${key}.`)),
    );
    expect(leaves.filter((key) => !rendered.has(key) && !(key in unwritten))).toEqual([]);
  });

  test("no key is both written and left out, and none that is left out is unknown", () => {
    const left = Object.keys(unwritten);
    expect(left.filter((key) => rendered.has(key) || !known.has(key))).toEqual([]);
  });

  test("the key of config.yml that the table names for a setting is written", () => {
    const rows = [
      ...configRows(storageSettings, "wharf:storage"),
      ...configRows(authSettings, "wharf:auth"),
      ...configRows(distributionSettings, "wharf:distribution"),
    ];
    const named = rows.flatMap(({ configYml }) => configYml ?? []);
    expect(named.filter((key) => !rendered.has(key))).toEqual([]);
    const missing = [...rendered].filter((key) => !named.includes(key));
    // What Wharf decides, or takes from other parts of a description.
    expect(missing.sort()).toEqual([
      "auth.htpasswd.path",
      "auth.htpasswd.realm",
      "http.addr",
      "http.debug.addr",
      "http.secret",
      "http.tls.certificate",
      "http.tls.ciphersuites",
      "http.tls.clientauth",
      "http.tls.clientcas",
      "http.tls.key",
      "http.tls.minimumtls",
      "middleware.storage[].name",
      "version",
    ]);
  });

  test("the cipher suites are those of distribution", () => {
    const go = readFileSync(join(directory, "registry", "registry.go"), "utf8");
    const names = [...go.matchAll(/^\t"(TLS_\w+)":/gm)].map(([, name]) => name);
    expect([...Object.keys(tls12CipherSuites), ...tls13CipherSuites].sort()).toEqual(names.sort());
  });

  test("the regions are those of distribution's AWS SDK", () => {
    const required = readFileSync(join(directory, "go.mod"), "utf8");
    const version = /aws\/aws-sdk-go (v\S+)/.exec(required)?.[1] ?? "";
    const sdk = goModule("github.com/aws/aws-sdk-go", version);
    const go = readFileSync(join(sdk, "aws", "endpoints", "defaults.go"), "utf8");
    const ids = [...go.matchAll(/RegionID\s+= "([^"]+)"/g)].map(([, id]) => id);
    expect([...s3Regions].sort()).toEqual(ids.sort());
  });
});

describe("what is decided in config.yml", () => {
  test("equal inputs give equal text", () => {
    expect(renderConfig(distributionConfig(smallest()))).toBe(
      renderConfig(distributionConfig(smallest())),
    );
  });

  test("text that YAML 1.1 would read as something else stays text", () => {
    for (const password of [
      "yes",
      "0x10",
      "1_000",
      "12:30:45",
      "~",
      "a: b # c",
      "'\"\\",
      "é\u2028",
    ]) {
      const distribution = distributionSettings.parse({ cache: { kind: "redis" } });
      const text = renderConfig(
        distributionConfig(smallest({ distribution, redis: { address: "redis:6379", password } })),
      );
      expect(parse(text, { version: "1.1" })).toMatchObject({ redis: { password } });
    }
  });

  test("health answers only inside the container, until metrics are asked for", () => {
    expect(written(smallest())).toMatchObject({ http: { debug: { addr: "127.0.0.1:5001" } } });
    const distribution = distributionSettings.parse({ metrics: { enabled: true } });
    expect(written(smallest({ distribution }))).toMatchObject({
      http: { debug: { addr: ":5001" } },
    });
  });

  test.each([
    [["registry.example.com"], true],
    [["registry.example.com", "10.0.0.5"], true],
    [["registry.example.com", "localhost"], false],
    [["dev.localhost"], false],
    [["10.0.0.5", "[::1]", "::1"], false],
    [[], false],
  ])("browsers at %j are told to use HTTPS only: %s", (hosts, told) => {
    const tls = { certificatePath: "/c", keyPath: "/k", minimumVersion: "tls1.2" as const };
    const names = (inputs: ConfigInputs) => Object.keys(distributionConfig(inputs).http.headers);
    expect(names(smallest({ hosts, tls })).includes("Strict-Transport-Security")).toBe(told);
    expect(names(smallest({ hosts }))).toEqual(["X-Content-Type-Options"]);
  });

  test("a header of the user's own replaces the one that is always sent", () => {
    const distribution = distributionSettings.parse({
      http: { headers: { "x-content-type-options": "x" } },
    });
    expect(distributionConfig(smallest({ distribution })).http.headers).toEqual({
      "x-content-type-options": ["x"],
    });
  });

  test.each([
    [{ kind: "volume" }, {}, true],
    [{ kind: "volume" }, { redirection: { baseUrl: "https://files.example.com" } }, false],
    [{ kind: "s3", bucket: "b", region: "eu-west-1" }, {}, false],
    [{ kind: "s3", bucket: "b", region: "eu-west-1" }, { redirect: false }, true],
    [{ kind: "s3", bucket: "b", regionEndpoint: "https://minio:9000" }, {}, true],
    [
      {
        kind: "s3",
        bucket: "b",
        regionEndpoint: "https://minio:9000",
        redirectEndpoint: "https://minio.example.com",
      },
      {},
      false,
    ],
    [
      { kind: "gcs", bucket: "b", serviceAccountKey: serviceAccountKey("http://127.0.0.1:1") },
      {},
      false,
    ],
  ])("clients of %j with %j are kept from the storage: %s", (storage, distribution, disable) => {
    const inputs = smallest({
      storage: storageSettings.parse(storage),
      distribution: distributionSettings.parse(distribution),
    });
    expect(distributionConfig(inputs).storage.redirect).toEqual({ disable });
  });

  test("nothing is purged while the registry is read-only", () => {
    const distribution = distributionSettings.parse({ readOnly: true });
    expect(distributionConfig(smallest({ distribution })).storage.maintenance).toMatchObject({
      uploadpurging: { enabled: false },
      readonly: { enabled: true },
    });
  });

  test("notification headers keep the log at warn", () => {
    const endpoints = [
      { name: "ci", url: "https://ci.example.com", headers: { Authorization: "x" } },
    ];
    const distribution = distributionSettings.parse({ notifications: { endpoints } });
    expect(distributionConfig(smallest({ distribution })).log.level).toBe("warn");
    expect(distributionConfig(smallest()).log.level).toBe("info");
  });

  test("a Redis without an address is a mistake of the program", () => {
    const distribution = distributionSettings.parse({ cache: { kind: "redis" } });
    expect(() => distributionConfig(smallest({ distribution }))).toThrow(
      "the Redis cache has neither addresses of its own nor a Redis beside it",
    );
  });
});
