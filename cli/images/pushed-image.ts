import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { crane } from "../../offline/images/crane";
import type { ImageDescription } from "../../offline/images/image-archive";
import { writeOciLayout } from "../../offline/images/oci-layout";
import { Failure } from "../failure";
import { removeScratch, scratchDirectory } from "../scratch";
import type { Progress } from "../ui/progress";
import type { Destination } from "./destination";

/**
 * Pushes images of several architectures under one tag, as this user's Docker client would: with the login of `docker login`.
 * @param ca file with the CA of the registry's certificate, PEM; the system's where it is not given
 * @returns digest of the index that was pushed
 * @throws Failure where the registry refuses, with what to do
 */
export async function pushImage(
  images: readonly ImageDescription[],
  { host, name, tag }: Destination,
  progress: Progress,
  ca?: string,
): Promise<string> {
  const program = await crane(progress);
  const directory = scratchDirectory("image");
  try {
    const digest = await writeOciLayout(images, directory);
    progress.start("push", `to ${host}/${name}:${tag}`);
    const began = ["push", directory, `${host}/${name}:${tag}`, "--index"];
    await promisify(execFile)(program, began, {
      env: { ...process.env, ...(ca !== undefined && { SSL_CERT_FILE: ca }) },
    }).catch((error: Error & { stderr?: string }) => {
      throw refused(host, error.stderr || error.message);
    });
    return digest;
  } finally {
    removeScratch(directory);
  }
}

/** What a person should do about a push that failed, by what crane says. */
function refused(host: string, said: string): Failure {
  // crane repeats each try; the last line tells what ended it.
  const why = said
    .trim()
    .split("\n")
    .at(-1)!
    .replace(/^Error: /, "");
  const wayOut = /UNAUTHORIZED|DENIED|401|403/.test(why)
    ? `Log in as a user who may push there: docker login ${host}`
    : /x509|certificate/.test(why)
      ? "Name the CA of its certificate: --ca ca.crt"
      : /connection refused|no such host|timeout|unreachable/.test(why)
        ? "Check the host and the port, and the network between here and there."
        : undefined;
  return new Failure([`The push to ${host} failed: ${why}`, wayOut ?? []].flat().join("\n"));
}
