// Values of settings for Google Cloud, for the args of a registry and the schema of its description.

/** What happens to a download that a rule matches. */
export const DownloadAction = { Allow: "allow", Deny: "deny" } as const;
export type DownloadAction = (typeof DownloadAction)[keyof typeof DownloadAction];

/** Whether remote repositories may reach their upstream from inside a VPC Service Controls perimeter. */
export const VpcServiceControls = { Allow: "allow", Deny: "deny" } as const;
export type VpcServiceControls = (typeof VpcServiceControls)[keyof typeof VpcServiceControls];

/** Least severity of Artifact Registry's platform logs, or `disabled`. */
export const PlatformLogs = {
  Disabled: "disabled",
  Debug: "debug",
  Info: "info",
  Notice: "notice",
  Warning: "warning",
  Error: "error",
  Critical: "critical",
  Alert: "alert",
  Emergency: "emergency",
} as const;
export type PlatformLogs = (typeof PlatformLogs)[keyof typeof PlatformLogs];
