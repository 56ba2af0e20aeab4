/** SKUs of a registry in Azure's own words. */
export const Sku = { Basic: "Basic", Standard: "Standard", Premium: "Premium" } as const;
export type Sku = (typeof Sku)[keyof typeof Sku];

/** Sizes of the machines of an agent pool. */
export const AgentPoolTier = { S1: "S1", S2: "S2", S3: "S3", I6: "I6" } as const;
export type AgentPoolTier = (typeof AgentPoolTier)[keyof typeof AgentPoolTier];
