import { readFile } from "node:fs/promises";
import type { Container } from "dockerode";
import { pack } from "tar-stream";
import { flag, objects, text, type Values } from "../values";
import { ask } from "./engine";

/**
 * Puts the planned files into a container that exists, running or not; a path inside a mounted
 * volume lands in the volume. Files belong to root and bear the time of now, so that whoever
 * watches a file by its time sees each delivery.
 */
export async function uploadFiles(container: Container, planned: Values): Promise<void> {
  for (const upload of objects(planned, "uploads")) {
    const file = text(upload, "file");
    const archive = pack();
    archive.entry(await header(upload, file), await content(upload, file));
    archive.finalize();
    await ask(`The file ${file} could not be put into the container ${text(planned, "name")}`, () =>
      container.putArchive(archive, { path: "/" }),
    );
  }
}

async function header(upload: Values, file: string) {
  const mtime = new Date();
  const mode =
    parseInt(text(upload, "permissions"), 8) || (flag(upload, "executable") ? 0o744 : 0o644);
  // The plain header has only whole seconds: two deliveries within one second would look the same.
  const pax = { mtime: (mtime.getTime() / 1000).toFixed(3) };
  return { name: file.replace(/^\/+/, ""), mode, uid: 0, gid: 0, mtime, pax };
}

async function content(upload: Values, file: string): Promise<Buffer> {
  const given = ["content", "contentBase64", "source"].filter((name) => text(upload, name) !== "");
  if (given.length !== 1) {
    throw new Error(
      `The upload of ${file} needs exactly one of content, contentBase64 and source.`,
    );
  }
  if (given[0] === "source") {
    return readFile(text(upload, "source"));
  }
  return given[0] === "content"
    ? Buffer.from(text(upload, "content"))
    : Buffer.from(text(upload, "contentBase64"), "base64");
}
