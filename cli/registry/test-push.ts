import { createHash } from "node:crypto";
import { z } from "zod";
import { quoted } from "../../components/core/shell";
import { smokeRepository } from "../../components/kubernetes/smoke/script";
import { unprivilegedUser } from "../../components/docker/container";
import type { StackOutputs } from "../stack/outputs";
import { AuthMode } from "../../components/model/auth";
import { imagesDirectory } from "../../components/model/storage";
import { waysTo } from "./addresses";
import { RegistryApi, RegistryFailure, type Answer } from "./registry-api";
import { commandLogin } from "./signed-token";
import { command } from "../stack/stack";
import { partOf } from "../stack/description";
import type { StackConfig } from "../stack/stack-config";

/** How a test push ended; undefined in its place where the registry does not accept a push. */
export interface TestPush {
  /** What was done, where all of it succeeded. */
  succeeded?: string;
  /** Why it was not tried, a sentence. */
  skipped?: string;
  /** What a person should read where the registry answers, and refuses what it should take. */
  fault?: string;
}

const settingKeys = ["distribution", "endpoint", "storage", "tls"] as const;

/** The settings that a push depends on; undefined where they cannot be read. */
type PushSettings = ReturnType<typeof partOf<(typeof settingKeys)[number]>>;

/** The empty descriptor's content (OCI image specification 1.1): it is used for the configuration and the only layer. */
const empty = Buffer.from("{}");
const emptyType = "application/vnd.oci.empty.v1+json";
const manifestType = "application/vnd.oci.image.manifest.v1+json";

/** What a registry says of an error (OCI distribution specification 1.1, "Error Codes"). */
const errorBody = z.object({
  errors: z.tuple(
    [
      z.object({
        code: z.string().optional(),
        message: z.string().optional(),
        detail: z.unknown().optional(),
      }),
    ],
    z.unknown(),
  ),
});

/** An answer that a push, a pull or a deletion does not end with. */
class Refused extends Error {}

/**
 * Pushes a tiny image to a registry on Docker as its first user, pulls it and deletes it, in a repository of its own. A container
 * calls itself healthy as soon as it answers, whether or not it can write.
 * @param here whether the registry runs on this machine, where it is reached whatever its name resolves to
 */
export async function testPush(
  outputs: StackOutputs,
  config: StackConfig,
  { here, stack }: { here: boolean; stack: string },
): Promise<TestPush | undefined> {
  const settings = partOf(config, settingKeys);
  const { distribution, tls } = settings ?? {};
  if (distribution?.readOnly || distribution?.proxy !== undefined) return undefined;
  if (tls?.clientCaCertificates !== undefined) {
    return { skipped: "No test push was made: the registry asks for a client certificate." };
  }
  const login = commandLogin(outputs);
  if (login === undefined && partOf(config, ["auth"])?.auth.mode !== AuthMode.Off) {
    return { skipped: "No test push was made: a token server decides who may push." };
  }
  const { caCertificate } = outputs;
  const ways = waysTo(outputs, here ? (settings?.endpoint.address ?? "127.0.0.1") : undefined);
  let unreached = "";
  for (const way of ways) {
    const api = new RegistryApi({
      ...way,
      caCertificate,
      prefix: distribution?.http.prefix,
      login,
    });
    let reached = false;
    try {
      const greeting = await api.send("GET", "/v2/");
      reached = true;
      expected(greeting, 200, "GET");
      await push(api, distribution?.delete !== false);
      const deleted = distribution?.delete === false ? "" : ", and deleted";
      return { succeeded: `an image was pushed and pulled${deleted}` };
    } catch (error) {
      if (error instanceof Refused && (settings?.endpoint.allowFrom ?? []).length > 0) {
        return {
          skipped: `No test push was made: ${error.message}, and wharf:endpoint.allowFrom may not admit this machine.`,
        };
      }
      if (error instanceof Refused) return { fault: faultOf(error.message, stack, settings) };
      if (!(error instanceof RegistryFailure)) throw error;
      if (reached) return { fault: faultOf(error.message, stack, settings) };
      unreached = error.message;
    } finally {
      await api.close();
    }
  }
  return { skipped: `No test push was made from this machine: ${unreached}.` };
}

async function push(api: RegistryApi, deletes: boolean): Promise<void> {
  const repository = `/v2/${smokeRepository}`;
  const bytes = { "content-type": "application/octet-stream" };
  const begun = await api.send("POST", `${repository}/blobs/uploads/`);
  expected(begun, 202, "POST");
  // The registry may name itself as clients elsewhere do.
  const place = new URL(String(begun.headers.location), begun.url);
  place.searchParams.set("digest", digestOf(empty));
  const upload = new URL(place.pathname + place.search, begun.url);
  expected(await api.send("PUT", upload, { headers: bytes, body: empty }), 201, "PUT");

  const descriptor = { mediaType: emptyType, digest: digestOf(empty), size: empty.length };
  const manifest = Buffer.from(
    JSON.stringify({
      schemaVersion: 2,
      mediaType: manifestType,
      artifactType: "application/vnd.wharf.test-push.v1",
      config: descriptor,
      layers: [descriptor],
      // Another one each time, so that it is written; always the same where nothing can be deleted.
      annotations: {
        "org.opencontainers.image.created": (deletes ? new Date() : new Date(0)).toISOString(),
      },
    }),
  );
  // By its digest, without a tag.
  const image = `${repository}/manifests/${digestOf(manifest)}`;
  const type = { "content-type": manifestType };
  expected(await api.send("PUT", image, { headers: type, body: manifest }), 201, "PUT");

  const pulled = await api.send("GET", image, { headers: { accept: manifestType } });
  expected(pulled, 200, "GET");
  if (!pulled.body.equals(manifest)) throw new Refused(`GET ${image} gives another manifest back`);
  const blob = `${repository}/blobs/${digestOf(empty)}`;
  // A bucket may hand the layer out itself, and is not asked.
  const layer = await api.send("GET", blob, { follow: false });
  if (layer.status !== 307) expected(layer, 200, "GET");

  if (!deletes) return;
  expected(await api.send("DELETE", image), 202, "DELETE");
  expected(await api.send("DELETE", blob), 202, "DELETE");
}

function digestOf(content: Buffer): string {
  return `sha256:${createHash("sha256").update(content).digest("hex")}`;
}

function expected(answer: Answer, status: number, method: string): void {
  if (answer.status === status) return;
  const path = answer.url.pathname.replace(/[^/]{33,}/g, "…");
  throw new Refused(`${method} ${path} answered ${answer.status}${saidIn(answer)}`);
}

/** Most characters that are shown of what the registry says. */
const mostSaid = 300;

function saidIn({ body }: Answer): string {
  let said: unknown;
  try {
    said = JSON.parse(body.toString("utf8"));
  } catch {
    return "";
  }
  const parsed = errorBody.safeParse(said);
  if (!parsed.success) return "";
  const [{ code, message, detail }] = parsed.data.errors;
  const text = [code, message, detail === undefined ? undefined : JSON.stringify(detail)]
    .filter(Boolean)
    .join(", ")
    // Control characters do not belong on a terminal.
    .replace(/[^\x20-\x7e]/g, "")
    .slice(0, mostSaid);
  return text === "" ? "" : ` (${text})`;
}

/** What helps against a fault of the storage that a registry tells of: Wharf's own in words, the official one by the kernel's message. */
const advices: { said: RegExp; advice: (place: string) => string }[] = [
  {
    said: /permission denied|may not write in its volume/,
    advice: (place) =>
      `The directory of its images must belong to its user: sudo chown -R ${unprivilegedUser} ${place}`,
  },
  {
    said: /read-only/,
    advice: (place) =>
      `The file system of its images has to be mounted for writing; this says which it is: findmnt --target ${place}`,
  },
  {
    said: /no space left|disk quota exceeded|volume is (nearly )?full/,
    advice: (place) => `This says how full the file system of its images is: df -h ${place}`,
  },
];

function faultOf(refused: string, stack: string, settings: PushSettings): string {
  const storage = settings?.storage;
  const directory = storage === undefined ? undefined : imagesDirectory(storage);
  const place =
    directory === undefined
      ? `"$(docker volume inspect --format '{{.Mountpoint}}' wharf-${stack}-data)"`
      : quoted(directory);
  const found =
    storage?.kind === "volume" ? advices.find(({ said }) => said.test(refused)) : undefined;
  return [
    `The registry of stack ${stack} runs, but its test push failed: ${refused}. Nothing was rolled back.`,
    `Its log says why: docker logs --tail 20 wharf-${stack}-registry`,
    ...(found === undefined ? [] : [found.advice(place)]),
    `Then test it again: ${command("up", stack)}`,
  ].join("\n");
}
