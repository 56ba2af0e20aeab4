import { nothingChanged } from "../../components/core/problems";
import { refusal } from "../failure";

/** Where an image is pushed to. */
export interface Destination {
  /** Host of the registry, with its port where it has one. */
  host: string;
  /** Repository in it. */
  name: string;
  tag: string;
}

/** Grammar of a reference (OCI distribution specification 1.1, "Pulling manifests"; distribution's reference package). */
const host =
  /^(\[[0-9a-f:.]+\]|[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*)(:\d{1,5})?$/i;
const part = /^[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*$/;
const tagName = /^\w[\w.-]{0,127}$/;

/**
 * Reads `HOST/NAME` or `HOST/NAME:TAG`.
 * @param tag the tag where none is given
 * @throws Failure where it is not of this form
 */
export function destination(text: string, tag: string): Destination {
  const refuse = (why: string) => refusal(`--to ${text} ${why}. ${nothingChanged}`);
  if (/^https?:\/\//.test(text)) {
    throw refuse(`is a URL; leave its scheme out: --to ${text.replace(/^https?:\/\//, "")}`);
  }
  if (text.includes("@")) throw refuse("names a digest, which only the push can tell; give a tag");
  const [first = "", ...rest] = text.split("/");
  const isHost = /[.:]/.test(first) || first === "localhost";
  if (!isHost || rest.length === 0) {
    throw refuse(
      `does not name a registry and a repository in it, as registry.example.com/infra/registry; of Docker Hub: docker.io/${text}`,
    );
  }
  if (!host.test(first)) throw refuse(`names a host that is not valid, ${first}`);
  const [, path = "", given] = /^([^:]*)(?::(.*))?$/.exec(rest.join("/")) ?? [];
  if (path.length > 255 || !path.split("/").every((one) => part.test(one))) {
    throw refuse(
      `names the repository "${path}"; one has lower case letters, digits and single . _ - between them, parts of / between`,
    );
  }
  if (given !== undefined && !tagName.test(given)) {
    throw refuse(
      `has the tag "${given}"; a tag has 1 to 128 letters, digits, . _ - and begins with none of . -`,
    );
  }
  return { host: first, name: path, tag: given ?? tag };
}
