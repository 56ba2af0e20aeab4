/** A description for Google Cloud that is refused. */
export interface GcpRow {
  name: string;
  /** The stack's config beside the target, keys without the `wharf:` before them. */
  config: Record<string, unknown>;
  /** The report below its first line and the empty one after it. */
  report: string;
}
