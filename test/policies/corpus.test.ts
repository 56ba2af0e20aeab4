import { describe, expect, it } from "vitest";
import { corpus } from "./corpus";
import { findings } from "./stack";

describe("a program as others write it", () => {
  it.each(corpus.map((shape) => [shape.title, shape] as const))(
    "%s: what the pack finds in production",
    (_, { resources, found }) => {
      expect(findings(resources, "prod", "registries")).toEqual([...found].sort());
    },
  );

  it("is judged as a whole where the scope is all", () => {
    const guestbook = findings(corpus[0]!.resources, "prod", "all");
    expect(guestbook).toContain("k8s-hardening frontend");
    expect(guestbook).toContain("k8s-service-not-public frontend-service");
  });
});
