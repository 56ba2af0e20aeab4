// Values that settings of AWS take, for the args of a registry and the schema of its description.

/** Whether tags of signatures and attestations, `sha256-*`, may move where other tags may not. */
export const SignatureTags = { Movable: "movable", Immutable: "immutable" } as const;
export type SignatureTags = (typeof SignatureTags)[keyof typeof SignatureTags];

/** What a gateway endpoint for S3 lets through: all of S3, or only the layers of ECR. */
export const S3EndpointScope = { All: "all", Layers: "layers" } as const;
export type S3EndpointScope = (typeof S3EndpointScope)[keyof typeof S3EndpointScope];
