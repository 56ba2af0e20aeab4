import http from "node:http";
import https from "node:https";
import { rootCertificates } from "node:tls";
import type { StackOutputs } from "./outputs";

/** How much a registry holds. */
export interface Contents {
  repositories: number;
  /** Tagged images, one for each tag of each repository. */
  images: number;
}

/** A registry on this host answers at once; one that does not is reported as unknown. */
const timeoutMs = 5000;
const pageSize = 1000;

/**
 * Counts the images in a registry through its catalog (OCI distribution API). Undefined where it cannot be asked: it
 * does not run, or its users are a token server's.
 */
export async function registryContents(outputs: StackOutputs): Promise<Contents | undefined> {
  try {
    const names = await pages<{ repositories: string[] | null }>(outputs, "/v2/_catalog");
    const repositories = names.flatMap(({ repositories }) => repositories ?? []);
    const counts = await Promise.all(
      repositories.map(async (name) => {
        const tags = await pages<{ tags: string[] | null }>(outputs, `/v2/${name}/tags/list`);
        return tags.flatMap(({ tags }) => tags ?? []).length;
      }),
    );
    return {
      repositories: counts.filter((count) => count > 0).length,
      images: counts.reduce((sum, count) => sum + count, 0),
    };
  } catch {
    return undefined;
  }
}

/** Every page of a list; a deleted repository, which the catalog still names, has none. */
async function pages<Page>(outputs: StackOutputs, path: string): Promise<Page[]> {
  const found: Page[] = [];
  let next: string | undefined = `${path}?n=${pageSize}`;
  while (next !== undefined) {
    const { status, link, body }: Answer = await get(outputs, next);
    if (status === 404) break;
    if (status !== 200) throw new Error(`${next} answered ${status}`);
    found.push(JSON.parse(body) as Page);
    next = /<([^>]+)>;\s*rel="next"/.exec(link)?.[1];
  }
  return found;
}

interface Answer {
  status: number;
  link: string;
  body: string;
}

function get(
  { endpoint, caCertificate, credentials }: StackOutputs,
  path: string,
): Promise<Answer> {
  const [login] = Object.entries(credentials);
  const url = new URL(path, endpoint);
  const options = {
    auth: login?.join(":"),
    timeout: timeoutMs,
    ca: caCertificate === "" ? undefined : [caCertificate, ...rootCertificates],
  };
  return new Promise((resolve, reject) => {
    const request = (url.protocol === "https:" ? https : http).get(url, options, (response) => {
      let body = "";
      response.setEncoding("utf8");
      response.on("data", (chunk: string) => (body += chunk));
      response.on("error", reject);
      response.on("end", () =>
        resolve({
          status: response.statusCode ?? 0,
          link: String(response.headers.link ?? ""),
          body,
        }),
      );
    });
    request.on("timeout", () => request.destroy(new Error("no answer")));
    request.on("error", reject);
  });
}

/** A number of images as a phrase. */
export function describeContents(contents: Contents | undefined): string {
  if (contents === undefined) return "an unknown number of images";
  const { images, repositories } = contents;
  if (images === 0) return "no images";
  return `${images} ${images === 1 ? "image" : "images"} in ${repositories} ${repositories === 1 ? "repository" : "repositories"}`;
}
