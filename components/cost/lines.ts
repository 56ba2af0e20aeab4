import type { SharedDescription } from "../model/description";
import type { Price } from "./prices";

/** An amount as a person reads it: `$1,040.00`, `$0.006`. */
export function dollars(amount: number): string {
  const digits = Math.round(amount * 100) / 100 === amount ? 2 : undefined;
  return `$${amount.toLocaleString("en-US", { minimumFractionDigits: digits ?? 2, maximumFractionDigits: digits ?? 6 })}`;
}

/** A change of a cost as a person reads it: `+$50.01`, `-$1.00`. */
export function costChange(from: number, to: number): string {
  return `${to < from ? "-" : "+"}${dollars(Math.round(Math.abs(to - from) * 100) / 100)}`;
}

/**
 * What a month costs, and how that differs from what is deployed, as the beginning of a sentence; undefined where nothing is charged
 * before and after.
 * @param standing US dollars by the outputs of the stack; undefined where it is not up
 */
export function monthlyPrice(described: number, standing: number | undefined): string | undefined {
  if (described === 0 && !standing) return undefined;
  const change =
    standing === undefined || standing === described
      ? ""
      : ` (${costChange(standing, described)} compared with what is deployed)`;
  return `${monthlyPriceStart} ${dollars(described)}${change}`;
}

/** How `monthlyPrice` begins, by which a command that says it itself knows it. */
export const monthlyPriceStart = "A month costs";

/** A line of an estimate: how much of something, and what a month of it costs. */
export interface CostLine {
  /** What is charged: `Storage`. */
  name: string;
  /** How much of it in a month; undefined where it depends on use. */
  quantity?: number;
  /** What is counted. */
  unit: string;
  /** US dollars for one unit. */
  unitPrice: number;
  /** US dollars in whole cents; 0 where the quantity is not known. */
  monthlyDollars: number;
  /** Whether `wharf:usage` decides, and not what the stack creates. */
  usageBased: boolean;
}

/** What is charged for one thing that the stack creates. */
export interface CostItem {
  /** The thing in the platform's words: `KMS key`. */
  name: string;
  lines: CostLine[];
}

/** Rounds to whole cents: tenths have no exact binary form, and three times 0.06 would show as 0.18 and a tail. */
export function cents(dollars: number): number {
  return Math.round(dollars * 100) / 100;
}

/** A line for what is charged whether it is used or not. */
export function standing(name: string, price: Price, quantity: number): CostLine {
  const { unit, dollars: unitPrice } = price;
  const monthlyDollars = cents(quantity * unitPrice);
  return { name, quantity, unit, unitPrice, monthlyDollars, usageBased: false };
}

/**
 * A line for what is used, beyond what is free of charge in a month.
 * @param quantity expected in a month; 0 or undefined where it is not described
 */
export function used(name: string, price: Price, quantity = 0): CostLine {
  const { unit, dollars: unitPrice, free = 0 } = price;
  const known = quantity === 0 ? undefined : Math.max(0, round(quantity - free));
  return {
    name: free === 0 ? name : `${name} (over ${free.toLocaleString("en-US")} ${unit})`,
    ...(known === undefined ? {} : { quantity: known }),
    unit,
    unitPrice,
    monthlyDollars: cents((known ?? 0) * unitPrice),
    usageBased: true,
  };
}

/** A quantity to six digits after the point, without the tail of a subtraction. */
function round(quantity: number): number {
  return Number(quantity.toFixed(6));
}

/** An item where it has lines. */
export function item(name: string, ...lines: (CostLine | false)[]): CostItem[] {
  const there = lines.filter((line) => line !== false);
  return there.length === 0 ? [] : [{ name, lines: there }];
}

/** Passwords of caches that Wharf stores in the platform's store of secrets; an existing secret is not the stack's. */
export function cacheSecrets({
  pullThroughCaches: caches,
}: Pick<SharedDescription, "pullThroughCaches">): number {
  return caches.filter(({ credentials }) => credentials?.password !== undefined).length;
}
