/**
 * Images that only this target runs, pinned by the digest of their multi-platform index. The digest of `crane:debug` is the one
 * that public repositories pinned in autumn 2026.
 */
export const defaultImages = {
  /** crane of go-containerregistry, with BusyBox. */
  crane:
    "gcr.io/go-containerregistry/crane:debug@sha256:e78770b31258a3846f878036d9c1f63fbe4c871f9f56990bf77fd95c013e3c1b",
} as const;
