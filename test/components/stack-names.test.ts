import { describe, expect, it } from "vitest";
import { keyAlias, nameOf, type Named } from "../../components/aws/names";
import { selectorLabels } from "../../components/kubernetes/labels";
import { stackLabelValue } from "../../components/core/stack-names";

const long = "s".repeat(99);

// Pulumi takes 1 to 100 letters, digits, `.`, `-` and `_` for a stack's name, in any order.
describe("a stack's name", () => {
  it.each(["dev", "shop.prod", "a_b-c", "s".repeat(63)])(
    "%s is a label of Kubernetes as it is",
    (name) => {
      expect(stackLabelValue(name)).toBe(name);
    },
  );

  it.each(["dev-", ".dev", "_", "team.shop.", `${long}a`])(
    "%s becomes a valid label of Kubernetes",
    (name) => {
      const value = selectorLabels({ stack: name }, "registry")["app.kubernetes.io/instance"];
      // The API server's own expression, and its limit.
      expect(value).toMatch(/^([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]$/);
      expect(value.length).toBeLessThanOrEqual(63);
    },
  );

  it("that differs in what is cut off or replaced stays another one", () => {
    const values = ["dev-", "dev", "dev.", `${long}a`, `${long}b`].map(stackLabelValue);
    expect(new Set(values).size).toBe(values.length);
  });

  it("makes names that AWS takes", () => {
    expect(keyAlias("wharf-prod-")).toBe("alias/wharf-prod-");
    expect(keyAlias("wharf-shop.prod")).toMatch(/^alias\/wharf-shop-prod-[0-9a-f]{6}$/);
    expect(nameOf("policy", "wharf-shop", "role-ci")).toBe("wharf-shop-role-ci");
    // Patterns and lengths of the service models, botocore 1.44.
    const patterns: Record<Named, RegExp> = {
      alias: /^[a-zA-Z0-9/_-]{1,250}$/,
      connection: /^[\s\S]{1,32}$/,
      eventRule: /^[.\-_A-Za-z0-9]{1,64}$/,
      policy: /^[\w+=,.@-]{1,128}$/,
      project: /^[A-Za-z0-9][A-Za-z0-9\-_]{1,254}$/,
      role: /^[\w+=,.@-]{1,64}$/,
      secret: /^[\w/+=.@-]{1,512}$/,
      securityGroup: /^[\w .:/()#,@[\]+=&;{}!$*-]{1,255}$/,
      topic: /^[a-zA-Z0-9_-]{1,256}$/,
    };
    const stacks = ["dev", "eu.prod", "eu-prod", "a_b", `${long}a`, `${long}b`, `${long}.`];
    for (const [kind, pattern] of Object.entries(patterns)) {
      const names = stacks.map((stack) =>
        nameOf(kind as Named, `wharf-${stack}`, "build-shop-api"),
      );
      expect(names.filter((name) => !pattern.test(name))).toEqual([]);
      expect(new Set(names).size).toBe(stacks.length);
    }
  });
});
