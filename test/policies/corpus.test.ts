import { describe, expect, it } from "vitest";
import { evaluateResource, type Surroundings } from "../../policies/evaluate";
import type { ResourceRule } from "../../policies/rule";
import { rules } from "../../policies/rules";
import { corpus } from "./corpus";
import { findings, given } from "./stack";

describe("a program as others write it", () => {
  it.each(corpus.map((shape) => [shape.title, shape] as const))(
    "%s: what the pack finds in production",
    (_, { resources, found }) => {
      expect(findings(resources, "prod", "registries")).toEqual([...found].sort());
    },
  );

  it("is told in the words of its own package", () => {
    const [resource] = given([
      {
        type: "azure:containerservice/registry:Registry",
        name: "images",
        props: { name: "images", sku: "Basic", adminEnabled: true },
      },
    ]);
    const surroundings: Surroundings = {
      environment: "prod",
      environmentSaid: true,
      scope: "registries",
      parameters: {},
      exclude: [],
    };
    const messages = rules
      .filter((rule) => "checks" in rule && /^acr-(admin|prod|cmek|network)/.test(rule.name))
      .flatMap((rule) => evaluateResource(rule as ResourceRule, resource!, surroundings))
      .map(({ message }) => message.replace(/[:,].*/, ""));
    expect(messages).toEqual([
      "adminEnabled is true",
      "encryption.keyVaultKeyId is not set.",
      "publicNetworkAccessEnabled is not false",
      "sku is Basic.",
    ]);
  });

  it("is judged as a whole where the scope is all", () => {
    const guestbook = findings(corpus[0]!.resources, "prod", "all");
    expect(guestbook).toContain("k8s-hardening frontend");
    expect(guestbook).toContain("k8s-service-not-public frontend-service");
  });
});
