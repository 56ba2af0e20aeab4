/**
 * Images that Wharf runs where a description names no other, pinned by the digest of their multi-platform index.
 * The digest of `registry:3.1.2` is the one that Docker Hub served for the official image in autumn 2026.
 */
export const defaultImages = {
  /** distribution v3.1.2, the reference implementation of the OCI distribution specification. */
  registry:
    "registry:3.1.2@sha256:ddf754342cfc8acc51a56d5d0ab6af06826461864460636d8bd5c546dab2a7b8",
  /** Redis 7.4, the digest that Docker Hub served for its multi-platform index in October 2026. */
  redis: "redis:7.4-alpine@sha256:858f009f9709ce576febc734aa78b8f6d624b82571f9ddb6bda4377c833b3499",
} as const;
