// Values that settings of AWS take, for the args of a registry and the schema of its description.

/** Whether tags of signatures and attestations, `sha256-*`, may move where other tags may not. */
export const SignatureTags = { Movable: "movable", Immutable: "immutable" } as const;
export type SignatureTags = (typeof SignatureTags)[keyof typeof SignatureTags];

/** What ECR's basic scan runs on; the API no longer takes CLAIR (PutAccountSetting). */
export const BasicScan = { AwsNative: "AWS_NATIVE" } as const;
export type BasicScan = (typeof BasicScan)[keyof typeof BasicScan];

/** What the policy of a private registry covers: `V2` all actions; the API no longer takes V1 (PutAccountSetting). */
export const PolicyScope = { V2: "V2" } as const;
export type PolicyScope = (typeof PolicyScope)[keyof typeof PolicyScope];

/** What a gateway endpoint for S3 lets through: all of S3, or only the layers of ECR. */
export const S3EndpointScope = { All: "all", Layers: "layers" } as const;
export type S3EndpointScope = (typeof S3EndpointScope)[keyof typeof S3EndpointScope];
