import { describe, expect, it } from "vitest";
import { expiryLine, span } from "../../../cli/ui/expiry";

const hourMs = 3_600_000;
const now = Date.parse("2027-01-31T12:00:00.250Z");
const at = (hours: number) =>
  new Date(now - 250 + hours * hourMs).toISOString().replace(".000", "");

describe("how long a lab has left", () => {
  it.each([
    [at(5.2), "Lab shop expires in 5 h 12 m."],
    [at(49), "Lab shop expires in 2 d 1 h."],
    [
      at(-3),
      "Lab shop expired 3 h ago: npx wharf extend --stack shop | npx wharf down --stack shop",
    ],
    ["", ""],
  ])("is told in one line of %s", (expiresAt, line) => {
    expect(expiryLine(expiresAt, "shop", now - 250)).toBe(line);
  });

  it.each([
    [0, "1 s"],
    [59_900, "59 s"],
    [60_000, "1 m"],
    [-61_000, "1 m 1 s"],
    [24 * hourMs, "1 d"],
  ])("reads %d ms as %s", (ms, text) => expect(span(ms)).toBe(text));
});
