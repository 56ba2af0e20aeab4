/** Least, middle and greatest of some measurements. */
export interface Spread {
  minimum: number;
  median: number;
  maximum: number;
}

/** The spread of at least one value. */
export function spread(values: number[]): Spread {
  const sorted = [...values].sort((one, other) => one - other);
  const at = (position: number) => sorted[position] ?? NaN;
  const middle = (sorted.length - 1) / 2;
  return {
    minimum: at(0),
    median: (at(Math.floor(middle)) + at(Math.ceil(middle))) / 2,
    maximum: at(sorted.length - 1),
  };
}

/** The spread of ratios that were taken round by round, so that what slowed a whole round down cancels out. */
export function ratios(values: number[], others: number[]): Spread {
  return spread(values.map((value, round) => value / (others[round] ?? NaN)));
}
