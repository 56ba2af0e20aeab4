import { limits, type Limits } from "../registry/registry-api";
import type { StackOutputs } from "../stack/outputs";
import type { StackConfig } from "../stack/stack-config";

/** How something is: as it should be, worth a look soon, or wrong. */
export type Verdict = "good" | "note" | "bad";

/** One thing that was looked at. */
export interface Finding {
  /** What it is about, as `Certificate`. */
  about: string;
  verdict: Verdict;
  /** What was found, in words. */
  text: string;
  /** The command that helps; left out where there is none. */
  fix?: string;
}

/** What was found of one stack's registry. */
export interface StackStatus {
  stack: string;
  target: string;
  endpoint: string;
  /** When it was looked at, ISO 8601. */
  at: string;
  findings: Finding[];
}

/** What a person waits for who only looks: an image is counted, however many there are, and none is measured. */
export const glance: Limits = { ...limits, totalMs: 20_000 };

/** A stack whose registry is looked at. */
export interface LookedAt {
  stack: string;
  outputs: StackOutputs;
  config: StackConfig;
}
