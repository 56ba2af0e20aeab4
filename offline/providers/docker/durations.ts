const nanoseconds: Record<string, number> = {
  ns: 1,
  us: 1e3,
  µs: 1e3,
  ms: 1e6,
  s: 1e9,
  m: 60e9,
  h: 3600e9,
};

/** Reads a duration in Go's form, such as "1m30s", as nanoseconds. */
export function parseDuration(duration: string): number {
  let total = 0;
  for (const [, amount, unit] of duration.matchAll(/(\d+(?:\.\d+)?)(ns|us|µs|ms|s|m|h)/g)) {
    total += Number(amount) * (nanoseconds[unit ?? ""] ?? 0);
  }
  return Math.round(total);
}

/** Writes nanoseconds as Go does: "0s", "1.5s", "2m0s", "1h0m30s". */
export function formatDuration(total: number): string {
  if (total < 1e9) {
    const [unit, size] =
      total >= 1e6
        ? (["ms", 1e6] as const)
        : total >= 1e3
          ? (["µs", 1e3] as const)
          : (["ns", 1] as const);
    return total === 0 ? "0s" : `${total / size}${unit}`;
  }
  const hours = Math.floor(total / 3600e9);
  const minutes = Math.floor((total % 3600e9) / 60e9);
  const seconds = (total % 60e9) / 1e9;
  if (hours > 0) {
    return `${hours}h${minutes}m${seconds}s`;
  }
  return minutes > 0 ? `${minutes}m${seconds}s` : `${seconds}s`;
}
