import type { Issued } from "../../../support/test-certificates";

/** What rows need of the machine and of the cluster. */
export interface ClusterPlace {
  /** An administrator's kubeconfig. */
  kubeconfig: string;
  /** URL of the cluster's API. */
  server: string;
  /** Address of the Service `kubernetes` of the namespace default, which is the API as pods see it. */
  apiAddress: string;
  /** A user's kubeconfig, its context `visitor`, who may do nothing. */
  visitor: string;
  /** A user's kubeconfig, its context `editor`, who may do what the role `edit` allows in the namespace shared. */
  editor: string;
  /** A directory without a kubeconfig in it, in which `files` are written. */
  home: string;
  /** A port of this machine that nobody listens on. */
  freePort: number;
  /** Covers registry.example.com. */
  certificate: Issued;
  /** Covers the same, ended on 2020-01-01. */
  expired: Issued;
  /** A CA that ends tomorrow, and a certificate of the same host that it signed for thirty days. */
  authority: Issued;
  outlasting: Issued;
}

export type Config = Record<string, unknown>;
export type At<Value> = Value | ((place: ClusterPlace) => Value);

/** A description that the cluster cannot carry out. */
export interface ClusterRow {
  name: string;
  /** The stack's config, keys without the `wharf:` before them; `wharf:target` goes without saying. */
  config: At<Config>;
  /** The provider's config, keys without the `kubernetes:` before them. */
  provider?: Record<string, string>;
  /** KUBECONFIG; the administrator's by default. */
  kubeconfig?: (place: ClusterPlace) => string | undefined;
  /** A kubeconfig file that is written for the row, from the administrator's, and is then its KUBECONFIG. */
  rewritten?: (text: string, place: ClusterPlace) => string;
  /** Objects that stand in the cluster from before the first row. */
  stands?: At<object[]>;
  /** Whether those that carry the stack's name are in its state. */
  holds?: "by their id" | "by their uid";
  /** What `--take-over` names. */
  takeOver?: string;
  /** Objects that stand in the cluster while the row is tried, because other rows need them to be absent. */
  meanwhile?: object[];
  /** How many problems the first line of the report counts; 1 by default. */
  count?: number;
  /** The report below its first line and the empty one after it. */
  report: At<string>;
}

/** What a row says of a place. */
export function valueAt<Value>(value: At<Value>, place: ClusterPlace): Value {
  return typeof value === "function" ? (value as (place: ClusterPlace) => Value)(place) : value;
}
