import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, expect, it } from "vitest";
import { StackConfig } from "../../../cli/stack/stack-config";
import type { StackOutputs } from "../../../cli/stack/outputs";
import type { Finding } from "../../../cli/status/finding";
import { findingsOf } from "../../../cli/status/findings";
import { statusPage } from "../../../cli/status/page";
import { announce } from "../../support/announce";

const [user, password] = ["admin", "of the admin"];

let server: Server;
let endpoint: string;
/** What the registry answers at `/v2/` to whoever has the password. */
let greeting: number;
beforeEach(async () => {
  greeting = 200;
  const bodies: Record<string, object> = {
    "/v2/": {},
    "/v2/_catalog": { repositories: ["shop/api", "shop/web"] },
    "/v2/shop/api/tags/list": { tags: ["v1", "v2"] },
    "/v2/shop/web/tags/list": { tags: ["v1"] },
  };
  const right = `Basic ${Buffer.from(`${user}:${password}`).toString("base64")}`;
  server = createServer(({ headers, url = "" }, response) => {
    const { pathname } = new URL(url, "http://registry");
    response.statusCode = headers.authorization === right ? greeting : 401;
    response.end(JSON.stringify(bodies[pathname] ?? {}));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(() => server.close());

const daysFromNow = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString();

/** What is found, as `about verdict: text`, by the subject. */
async function found(
  outputs: Partial<StackOutputs> = {},
  described: Record<string, unknown> = {},
): Promise<Record<string, string>> {
  const findings = await findingsOf(
    {
      stack: "dev",
      outputs: {
        ...{ target: "docker", endpoint, caCertificate: "", certificateExpiresAt: "" },
        ...{ login: `docker login x --username ${user}`, credentials: { [user]: password } },
        ...outputs,
      } as unknown as StackOutputs,
      config: new StackConfig("dev", JSON.stringify({ config: described })),
    },
    announce as never,
  );
  return Object.fromEntries(findings.map((one) => [one.about, spoken(one)]));
}

const spoken = ({ fix, text, verdict }: Finding) =>
  `${verdict}: ${text}${fix === undefined ? "" : ` | ${fix}`}`;

it("a registry that answers lets its first user in, and tells what it holds", async () => {
  expect(await found()).toEqual({
    Registry: `good: ${endpoint} answers`,
    Login: "good: as admin",
    Images: "good: 3 images in 2 repositories",
  });
});

it("one that is away is told with what brings it back, and nothing else of it is asked", async () => {
  server.close();
  expect(await found()).toEqual({
    Registry: expect.stringMatching(
      /^bad: http:\/\/127\.0\.0\.1:\d+\/v2\/ does not answer: .*ECONNREFUSED.* \| npx wharf up$/,
    ),
  });
});

it("one by a name that this machine does not know is asked at its address, and that is said", async () => {
  const named = endpoint.replace("127.0.0.1", "registry.invalid");
  expect(await found({ endpoint: named })).toEqual({
    Registry: expect.stringMatching(
      /^note: http:\/\/registry\.invalid:\d+ answers at http:\/\/127\.0\.0\.1:\d+, and not by its name: .*ENOTFOUND/,
    ),
    Login: "good: as admin",
  });
});

it.each([
  [403, "Registry", "note: http://at does not admit this machine (wharf:endpoint.allowFrom)"],
  [503, "Registry", "bad: http://at answers 503"],
  [401, "Login", "bad: admin is refused, whose password the stack knows | npx wharf up"],
] as const)("an answer of %i is told as what it means", async (status, about, text) => {
  greeting = status;
  expect((await found())[about]).toBe(text.replace("http://at", endpoint));
});

it("where a token server or a cloud lets users in, its answer is all that is asked for", async () => {
  expect(await found({ credentials: {} })).toEqual({ Registry: `good: ${endpoint} answers` });
});

it("what ends soon or has ended is told: certificate, lab, user", async () => {
  const certificateRenewal = {
    mode: "provided",
    daysBefore: 30,
    advice: "write new files",
  } as const;
  const ending = { certificateRenewal, certificateExpiresAt: daysFromNow(3.52) };
  const users = [{ name: "admin" }, { name: "guest", expires: daysFromNow(2).slice(0, 10) }];
  expect(
    await found(
      { ...ending, expiresAt: daysFromNow(-1.5) },
      { "wharf:users": users, "wharf:auth": { mode: "roles" } },
    ),
  ).toMatchObject({
    Certificate: "note: The certificate of stack dev ends in 3 d 12 h: write new files",
    Lab: "bad: Lab dev expired 1 d 12 h ago: npx wharf extend | npx wharf down",
    User: expect.stringMatching(
      /^note: User guest expires in 1 d|^note: User guest expires in 2 d/,
    ),
  });
  expect(await found({ ...ending, certificateExpiresAt: daysFromNow(-2.5) })).toMatchObject({
    Certificate: "bad: The certificate of stack dev ended 2 d 12 h ago: write new files",
  });
  expect(await found({ certificateExpiresAt: daysFromNow(90.5) })).toMatchObject({
    Certificate: expect.stringMatching(/^good: until 20\d\d-\d\d-\d\d, in (89|90) d/),
  });
});

it("the page shows what was found, whatever characters it has, and needs nothing from elsewhere", async () => {
  const at = "2026-11-29T12:00:00.000Z";
  const text = `<script>alert("1")</script> & "more"`;
  const of = (stack: string, findings: Finding[]) => ({
    ...{ stack, target: "docker", endpoint: "https://r.example.com", at, findings },
  });
  const page = statusPage([
    of("shop", [{ about: "Registry", verdict: "bad", text, fix: "npx wharf up --stack 'a&b'" }]),
    of("dev", [{ about: "Registry", verdict: "good", text: "answers" }]),
  ]);
  expect(page).toContain("<h1>Something is wrong with 1 of 2 registries</h1>");
  expect(page).toContain(
    "&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt; &amp; &quot;more&quot;",
  );
  expect(page).toContain("<code>npx wharf up --stack &apos;a&amp;b&apos;</code>");
  expect(page).toContain("2026-11-29 at 12:00:00 UTC");
  expect(page).not.toMatch(/<script|src=|href=|url\(/);
  expect(statusPage([of("dev", [])])).toContain("<title>The registry is fine</title>");
});
