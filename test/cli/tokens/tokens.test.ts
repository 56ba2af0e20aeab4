import { InvalidArgumentError } from "commander";
import { describe, expect, it } from "vitest";
import { StackConfig } from "../../../cli/stack/stack-config";
import { describedBy } from "../../../cli/stack/description";
import { ttlSeconds } from "../../../cli/tokens/command-line";
import { endOf, newTokenId, stillRevoked } from "../../../cli/tokens/token-id";
import { tokenAccess } from "../../../cli/tokens/token-request";

const { args, problems } = describedBy(
  new StackConfig(
    "shop",
    `config:
  wharf:target: docker
  wharf:auth: { mode: roles }
  wharf:repositories: [{ name: shop/api, push: [guest] }, { name: shop/web }, { name: base }]
  wharf:users:
    - { name: ci, role: push, repositories: ["shop/**"] }
    - { name: readonly }
    - { name: guest }
    - { name: gone, expires: 2026-01-01 }
`,
  ),
);
const now = Date.parse("2026-06-01T00:00:00Z");
const accessFor = (user: string, repositories: string[], actions: string[]) =>
  tokenAccess({ user, repositories, actions }, args!, now);

describe("what a token may do", () => {
  it("is what was asked for, where the user may do it", () => {
    expect(problems).toEqual([]);
    expect(accessFor("ci", ["shop/api"], ["pull"])).toEqual([
      { repositories: ["shop/api"], actions: ["pull"] },
    ]);
    // A push begins with questions, which are pulls.
    expect(accessFor("ci", ["shop/*"], ["push"])).toEqual([
      { repositories: ["shop/*"], actions: ["pull", "push"] },
    ]);
    expect(accessFor("guest", ["shop/api"], ["push"])).toHaveLength(1);
  });

  it.each([
    ["cy", ["shop/api"], ["pull"], "There is no user cy. Did you mean ci?"],
    ["ci", ["shop/apy"], ["pull"], "There is no repository shop/apy. Did you mean shop/api?"],
    ["ci", ["shop/api"], ["pul"], "There is no action pul. Did you mean pull?"],
    ["ci", ["base"], ["pull"], "User ci may not pull in base: it has no rights there."],
    ["ci", ["**"], ["pull"], "User ci may not pull in base: it has no rights there."],
    ["readonly", ["base"], ["push"], "User readonly may not push in base: it has only pull."],
    [
      "guest",
      ["shop/web"],
      ["pull"],
      "User guest may not pull in shop/web: it has no rights there.",
    ],
    [
      "ci",
      ["shop/api"],
      ["delete"],
      "User ci may not delete in shop/api: it has only pull and push.",
    ],
    ["gone", ["base"], ["pull"], "User gone has expired: wharf:users says 2026-01-01."],
  ])("of %s in %j to %j is refused", (user, repositories, actions, why) => {
    expect(() => accessFor(user, repositories, actions)).toThrow(
      expect.objectContaining({ message: `${why}\nNothing was changed.`, exitCode: 2 }),
    );
  });

  it("is refused with all that is wrong", () => {
    expect(() => accessFor("cy", ["shop/apy", "bas"], ["pul"])).toThrow(
      expect.objectContaining({
        message: `There is no user cy. Did you mean ci?
There is no action pul. Did you mean pull?
There is no repository shop/apy. Did you mean shop/api?
There is no repository bas. Did you mean base?
Nothing was changed.`,
      }),
    );
  });
});

describe("how long a token is valid", () => {
  it.each([
    ["1m", 60],
    ["90s", 90],
    ["2h", 7200],
    ["1h30m", 5400],
    ["24h", 86_400],
  ])("reads %s", (text, seconds) => expect(ttlSeconds(text)).toBe(seconds));

  it.each(["", "2", "h", "2d", "59s", "0m", "24h1s", "-2h", "2h junk"])("refuses %j", (text) => {
    expect(() => ttlSeconds(text)).toThrow(InvalidArgumentError);
  });
});

describe("the id of a token", () => {
  it("tells when the token has expired, never too early", () => {
    const id = newTokenId(new Date("2027-01-31T11:59:01Z"));
    expect(id).toMatch(/^20270131T1200Z-[0-9a-f]{8}$/);
    expect(endOf(id)).toEqual(new Date("2027-01-31T12:00:00Z"));
    expect(newTokenId(new Date("2027-01-31T12:00:00Z"))).toMatch(/^20270131T1200Z-/);
  });

  it.each(["", "20270131T1200Z", "20271331T1200Z-4b7d2f19", "4b7d2f19"])("is not %j", (id) => {
    expect(endOf(id)).toBeUndefined();
  });

  it("drops out of the revoked ones once nobody need refuse it; another's id stays", () => {
    const [ended, valid] = ["20270131T1200Z-4b7d2f19", "20270131T1201Z-4b7d2f19"];
    expect(stillRevoked([ended, valid, "of-another"], new Date("2027-01-31T12:00:00Z"))).toEqual([
      valid,
      "of-another",
    ]);
  });
});
