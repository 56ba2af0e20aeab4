import type { Announce } from "../offline/announce";
import type { Plugin } from "../offline/plugins/plugins";
import type { Cloud } from "./clouds/cloud";
import type { Row } from "./table";

/** How much is measured. */
export interface Extent {
  rounds: number;
  /** How many rounds go before them, to warm caches up, and do not count. */
  warmUps: number;
  /** How often a turn pushes and pulls the big image where registries with and without users are measured. */
  transfers: number;
  /** Size of the image that is pushed to and pulled from the registry on a Docker host, in MB; a copy has five times as much. */
  megabytes: number;
  /** The clouds whose previews are measured. */
  clouds: readonly Cloud[];
  /** Where registries with and without users are measured beside each other. */
  platforms: readonly ("docker" | "kubernetes")[];
  /** How many repositories the descriptions of clouds have, ascending. */
  repositories: number[];
}

/** What a section works with. */
export interface Surroundings {
  /** Where all that is made is kept; the caller removes it. */
  directory: string;
  extent: Extent;
  announce: Announce;
  /** Aborted where the benchmark is to end before its time. */
  signal: AbortSignal;
}

/** What a section has measured. */
export interface Measured {
  rows: Row[];
  /** The providers that took part. */
  plugins: Plugin[];
  /** Version of the engine; left out where none takes part. */
  version?: string;
}

/** A part of the benchmark that can be run by itself: everything that is measured on one platform. */
export type Section = (surroundings: Surroundings) => Promise<Measured>;

/** Tells of a turn that begins, and ends the benchmark where that was asked for; rounds that do not count are below 1. */
export function turnTeller({ announce, signal }: Surroundings) {
  return (round: number, name: string) => {
    signal.throwIfAborted();
    announce.update(`${round < 1 ? "warm-up" : `round ${round}`}: ${name}`);
  };
}
