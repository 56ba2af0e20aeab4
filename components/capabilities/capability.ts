import type { Target } from "../model/environment";

/** How a target has a feature, or why it does not. */
export type Support =
  /** The platform's own. */
  | { how: "native"; by: string }
  /** Supplied by Wharf on top of the platform. */
  | { how: "wharf"; by: string }
  /** Refused at preview, with the reason and what to use in its place. */
  | { how: "refused"; reason: string; instead: string };

/** One feature of a description on every target. */
export interface Capability {
  /** What it is, in a person's words. */
  feature: string;
  /**
   * Keys of the description that ask for it, without `wharf:`: `users[].role` stands for that key of every entry, and
   * `tls.mode=cert-manager` for one value of a key.
   */
  keys: readonly string[];
  on: Record<Target, Support>;
}

/** A feature of the platform's own, and what it is there. */
export const native = (by: string): Support => ({ how: "native", by });

/** A feature that Wharf supplies, and by what. */
export const wharf = (by: string): Support => ({ how: "wharf", by });

/** What a registry of Wharf's own image decides itself, with mode `roles` of `wharf:auth`. */
export const byRoles = wharf("Wharf's registry image, in mode roles of wharf:auth");

/** A feature that the target does not support, why, and what to use instead. */
export const refused = (reason: string, instead: string): Support => ({
  how: "refused",
  reason,
  instead,
});
