import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { testPush } from "../../../cli/registry/test-push";
import { StackConfig } from "../../../cli/stack/stack-config";
import type { StackOutputs } from "../../../cli/stack/outputs";

/** What a registry answers to whoever begins an upload. */
let answer: { status: number; code: string; message: string; detail?: string };
let server: Server;
beforeEach(async () => {
  server = createServer((request, response) => {
    const { status, ...error } = answer;
    response.statusCode = request.method === "GET" ? 200 : status;
    response.end(request.method === "GET" ? "{}" : JSON.stringify({ errors: [error] }));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
});
afterEach(() => server.close());

/** What a person reads after `wharf up` of stack dev, a line each, between the first two and the last. */
async function adviceIn(storage: object | undefined): Promise<string[]> {
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const outputs = { target: "docker", endpoint, caCertificate: "", credentials: { admin: "s" } };
  const described = {
    "wharf:auth": { mode: "htpasswd" },
    ...(storage && { "wharf:storage": storage }),
  };
  const config = new StackConfig("dev", JSON.stringify({ config: described }));
  const asked = { here: true, stack: "dev" };
  const pushed = await testPush(outputs as unknown as StackOutputs, config, asked);
  const fault = pushed?.fault ?? "";
  const [first = "", log, ...rest] = fault.split("\n");
  expect(first).toContain(answer.detail ?? answer.message);
  expect(log).toBe("Its log says why: docker logs --tail 20 wharf-dev-registry");
  expect(rest.pop()).toBe("Then test it again: npx wharf up");
  return rest;
}

/** As Wharf's own registry says it, and as the official one does. */
const own = (status: number, code: string, message: string) => ({ status, code, message });
const official = (cause: string) => ({
  ...{ status: 500, code: "UNKNOWN", message: "unknown error" },
  detail: `filesystem: mkdir /var/lib/registry/docker: ${cause}`,
});

describe("after a failed test push", () => {
  const volume = `"$(docker volume inspect --format '{{.Mountpoint}}' wharf-dev-data)"`;
  it.each([
    [
      "that the user of the registry may not write",
      "The directory of its images must belong to its user: sudo chown -R 10001:10001",
      own(503, "UNAVAILABLE", "the registry's user may not write in its volume"),
      official("permission denied"),
    ],
    [
      "that the disk is read-only",
      "The file system of its images has to be mounted for writing; this says which it is: findmnt --target",
      own(503, "UNAVAILABLE", "the registry's volume is read-only at the moment"),
      official("read-only file system"),
    ],
    [
      "that the disk is full",
      "This says how full the file system of its images is: df -h",
      own(
        403,
        "DENIED",
        "the registry's volume is nearly full: 1 MiB are free, and 1 GiB stay free",
      ),
      official("no space left on device"),
    ],
  ])("a registry that says %s is helped against that", async (_, advice, ...answers) => {
    for (const said of answers) {
      answer = said;
      expect(await adviceIn({ kind: "volume", path: "/srv/the images" })).toEqual([
        `${advice} '/srv/the images'`,
      ]);
      expect(await adviceIn(undefined)).toEqual([`${advice} ${volume}`]);
    }
  });

  it("one that says something else, or keeps its images in a bucket, is not helped with its disk", async () => {
    const bucket = { kind: "s3", bucket: "images", region: "eu-central-1" };
    answer = own(503, "UNAVAILABLE", "the registry's storage cannot be used at the moment");
    expect(await adviceIn({ kind: "volume", path: "/srv/images" })).toEqual([]);
    answer = official("permission denied");
    expect(await adviceIn(bucket)).toEqual([]);
  });
});
