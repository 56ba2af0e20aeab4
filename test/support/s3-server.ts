import { execa } from "execa";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { versitygw } from "../cluster/programs";
import { announce } from "./announce";
import { until, ask } from "./running-registry";

/** Who may use a store. */
export interface S3Keys {
  accessKey: string;
  secretKey: string;
}

/**
 * Starts an S3 server with one bucket and waits until it answers; returns what ends it. Started again, it has the same objects.
 *
 * @param address `host:port` that it listens on
 * @param directory that holds the objects, as files below `buckets`
 */
export async function startS3Server(
  address: string,
  directory: string,
  bucket: string,
  { accessKey, secretKey }: S3Keys,
): Promise<() => Promise<void>> {
  const [buckets, attributes] = [join(directory, "buckets"), join(directory, "attributes")];
  for (const each of [join(buckets, bucket), attributes]) mkdirSync(each, { recursive: true });
  // What other file systems keep in extended attributes stands in files beside the objects.
  const args = ["--port", address, "posix", "--sidecar", attributes, buckets];
  const env = { ROOT_ACCESS_KEY: accessKey, ROOT_SECRET_KEY: secretKey };
  return startStore(await versitygw(announce), args, env, `http://${address}`);
}

/** Starts a server and waits until it answers; returns what ends it. */
export async function startStore(
  program: string,
  args: string[],
  env: Record<string, string>,
  url: string,
): Promise<() => Promise<void>> {
  const server = execa(program, args, { env, reject: false, stdio: "ignore" });
  const stop = async () => {
    server.kill();
    await server;
  };
  try {
    await until("the store answers", () =>
      ask(url, { rejectUnauthorized: false }).catch(() => undefined),
    );
  } catch (error) {
    await stop();
    throw error;
  }
  return stop;
}
