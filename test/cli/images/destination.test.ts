import { describe, expect, it } from "vitest";
import { destination } from "../../../cli/images/destination";

describe("where an image is published to", () => {
  it.each([
    ["ghcr.io/acme/registry", { host: "ghcr.io", name: "acme/registry", tag: "3.1.2" }],
    ["localhost:5000/registry:4", { host: "localhost:5000", name: "registry", tag: "4" }],
    ["[::1]:5000/infra/a__b", { host: "[::1]:5000", name: "infra/a__b", tag: "3.1.2" }],
    ["docker.io/acme/registry", { host: "docker.io", name: "acme/registry", tag: "3.1.2" }],
  ])("reads %s", (text, read) => {
    expect(destination(text, "3.1.2")).toEqual(read);
  });

  it.each([
    [
      "acme/registry",
      "does not name a registry and a repository in it, as registry.example.com/infra/registry; of Docker Hub: docker.io/acme/registry",
    ],
    [
      "ghcr.io",
      "does not name a registry and a repository in it, as registry.example.com/infra/registry; of Docker Hub: docker.io/ghcr.io",
    ],
    ["https://ghcr.io/acme/registry", "is a URL; leave its scheme out: --to ghcr.io/acme/registry"],
    [
      `ghcr.io/acme/registry@sha256:${"0".repeat(64)}`,
      "names a digest, which only the push can tell; give a tag",
    ],
    [
      "ghcr.io/Acme/registry",
      'names the repository "Acme/registry"; one has lower case letters, digits and single . _ - between them, parts of / between',
    ],
    [
      "ghcr.io/acme/registry:",
      'has the tag ""; a tag has 1 to 128 letters, digits, . _ - and begins with none of . -',
    ],
    ["a_b.io/acme/registry", "names a host that is not valid, a_b.io"],
  ])("refuses %s", (text, why) => {
    expect(() => destination(text, "3.1.2")).toThrow(
      expect.objectContaining({
        message: `--to ${text} ${why}. Nothing was changed.`,
        exitCode: 2,
      }),
    );
  });
});
