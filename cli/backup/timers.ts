/** What runs backups by a schedule. */
export const timers = ["systemd", "cron", "kubernetes"] as const;
/** One of them. */
export type Timer = (typeof timers)[number];
