/** An amount as a person reads it: `$1,040.00`, `$0.006`. */
export function dollars(amount: number): string {
  const digits = Math.round(amount * 100) / 100 === amount ? 2 : undefined;
  return `$${amount.toLocaleString("en-US", { minimumFractionDigits: digits ?? 2, maximumFractionDigits: digits ?? 6 })}`;
}

/** A change of a cost as a person reads it: `+$50.01`, `-$1.00`. */
export function costChange(from: number, to: number): string {
  return `${to < from ? "-" : "+"}${dollars(Math.round(Math.abs(to - from) * 100) / 100)}`;
}
