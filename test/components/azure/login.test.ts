import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { platformLogin } from "../../../components/azure/identities/workflows";

const at = {
  cloud: "public",
  server: "acmeshop.azurecr.io",
  clientId: "11111111-1111-1111-1111-111111111111",
  tenantId: "22222222-2222-2222-2222-222222222222",
} as const;

// In place of Entra ID and of the registry, as "OAuth 2.0 client credentials flow" and AAD-OAuth.md of Azure/acr describe them.
describe("a pipeline's login", () => {
  let directory: string;
  let server: Server;
  const asked: { path: string; form: Record<string, string> }[] = [];

  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), "wharf-azure-login-"));
    writeFileSync(join(directory, "apk"), "#!/bin/sh\n", { mode: 0o700 });
    writeFileSync(join(directory, "az"), "#!/bin/sh\necho of-az+/=\n", { mode: 0o700 });
    const docker = `#!/bin/sh\necho "$@" > ${directory}/arguments\ncat > ${directory}/password\n`;
    writeFileSync(join(directory, "docker"), docker, { mode: 0o700 });
    server = createServer((request, response) => {
      let body = "";
      request.on("data", (chunk: Buffer) => (body += chunk.toString()));
      request.on("end", () => {
        const path = request.url ?? "";
        asked.push({ path, form: Object.fromEntries(new URLSearchParams(body)) });
        response.end(
          JSON.stringify(
            path.endsWith("/exchange")
              ? { refresh_token: "of the registry" }
              : { access_token: "of Entra+/=" },
          ),
        );
      });
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  });
  afterAll(() => {
    server.close();
    rmSync(directory, { recursive: true, force: true });
  });

  /** Runs a script with the stand-ins for what it calls, and yields what Docker was told. */
  async function run(script: string): Promise<{ told: string; password: string }> {
    asked.length = 0;
    const { port } = server.address() as AddressInfo;
    const local = script
      .replace(`https://${at.server}/`, `http://127.0.0.1:${port}/`)
      .replace("https://login.microsoftonline.com/", `http://127.0.0.1:${port}/`);
    await execa("sh", ["-e", "-c", local], {
      env: {
        PATH: `${directory}${delimiter}${process.env.PATH}`,
        WHARF_ID_TOKEN: "of GitLab+/=",
      },
    });
    const read = (name: string) => readFileSync(join(directory, name), "utf8");
    return { told: read("arguments"), password: read("password") };
  }
  const exchange = (accessToken: string) => ({
    path: "/oauth2/exchange",
    form: { grant_type: "access_token", service: at.server, access_token: accessToken },
  });
  const loggedIn = {
    told: `login ${at.server} --username 00000000-0000-0000-0000-000000000000 --password-stdin\n`,
    password: "of the registry",
  };

  test("on GitHub exchanges the token of azure/login for the registry's", async () => {
    const { steps } = platformLogin(at).github;
    expect(await run(steps.at(-1)?.run ?? "")).toEqual(loggedIn);
    expect(asked).toEqual([exchange("of-az+/=")]);
  });

  test("on GitLab exchanges GitLab's token for Entra ID's first", async () => {
    const { script } = platformLogin(at).gitlab;
    expect(await run(script.join("\n"))).toEqual(loggedIn);
    expect(asked).toEqual([
      {
        path: `/${at.tenantId}/oauth2/v2.0/token`,
        form: {
          grant_type: "client_credentials",
          client_id: at.clientId,
          scope: "https://containerregistry.azure.net/.default",
          client_assertion_type: "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
          client_assertion: "of GitLab+/=",
        },
      },
      exchange("of Entra+/="),
    ]);
  });
});
