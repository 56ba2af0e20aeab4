/** SKUs of a registry in Azure's own words. */
export const Sku = { Basic: "Basic", Standard: "Standard", Premium: "Premium" } as const;
export type Sku = (typeof Sku)[keyof typeof Sku];
