import type { Cluster } from "./cluster";
import type { Settings } from "./settings";

/** What an operation on an object needs besides the object. */
export interface Operation {
  cluster: Cluster;
  settings: Settings;
  fieldManager: string;
  /** The resource patches an object that is not its own. */
  isPatch: boolean;
  /** The program's own timeout in seconds, 0 where it sets none. */
  timeoutSeconds: number;
  /** Aborts when the user interrupts. */
  signal: AbortSignal;
  /** Tells the user what is waited for. */
  report: (message: string) => void;
}
