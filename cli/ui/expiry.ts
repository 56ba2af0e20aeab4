import { command } from "../checkout";

const units = [
  ["d", 86_400_000],
  ["h", 3_600_000],
  ["m", 60_000],
  ["s", 1000],
] as const;

/** A span of time as its two largest units, `5 h 12 m`; the second one only where it counts. */
export function span(milliseconds: number): string {
  const whole = Math.max(1000, Math.abs(milliseconds));
  const first = units.findIndex(([, ms]) => whole >= ms);
  const [large, next] = units.slice(first, first + 2);
  if (large === undefined) return "";
  const [unit, ms] = large;
  const count = `${Math.floor(whole / ms)} ${unit}`;
  const rest = next === undefined ? 0 : Math.floor((whole % ms) / next[1]);
  return rest === 0 || next === undefined ? count : `${count} ${rest} ${next[0]}`;
}

/** How long until a time, or since it: `in 5 h 12 m`, `3 h ago`. */
export function distanceTo(expiresAt: string, now = Date.now()): string {
  const left = Date.parse(expiresAt) - now;
  return left > 0 ? `in ${span(left)}` : `${span(left)} ago`;
}

/** One line on how long a lab has left, with what to do once it has expired; empty where the stack never expires. */
export function expiryLine(expiresAt: string | undefined, stack: string, now = Date.now()): string {
  if (expiresAt === undefined || expiresAt === "") return "";
  const distance = distanceTo(expiresAt, now);
  return Date.parse(expiresAt) > now
    ? `Lab ${stack} expires ${distance}.`
    : `Lab ${stack} expired ${distance}: ${command("extend", stack)} | ${command("down", stack)}`;
}
