import { expect, test } from "vitest";
import { DescriptionError } from "../../../components/core/problems";
import { checkDescription } from "../../../components/description/check";

/** A description, and every problem that is told of it: its key, what is wrong, and the command that fixes it. */
const badInputs: Record<
  string,
  [config: Record<string, unknown>, problems: string[], secretKeys?: string[]]
> = {
  "a schedule in words": [
    { retention: { schedule: "every night" } },
    [
      'wharf:retention.schedule: "every night" is neither a schedule in cron\'s five fields, as in 0 3 * * * for every night at 3:00 UTC, nor never | ',
    ],
  ],
  "a schedule of six fields": [
    { retention: { schedule: "0 0 3 * * *" } },
    [
      'wharf:retention.schedule: "0 0 3 * * *" is neither a schedule in cron\'s five fields, as in 0 3 * * * for every night at 3:00 UTC, nor never | ',
    ],
  ],
  "a schedule of a minute that there is not": [
    { retention: { schedule: "61 3 * * *" } },
    [
      'wharf:retention.schedule: "61 3 * * *" is neither a schedule in cron\'s five fields, as in 0 3 * * * for every night at 3:00 UTC, nor never | ',
    ],
  ],
  "a grace period of a month": [
    { retention: { graceMinutes: 43200 } },
    ["wharf:retention.graceMinutes: 43200 is above 10080, the highest allowed | "],
  ],
  "a share of more than all": [
    { retention: { mostPercent: 200 } },
    ["wharf:retention.mostPercent: 200 is above 100, the highest allowed | "],
  ],
  "a share of nothing": [
    { retention: { mostPercent: 0 } },
    ["wharf:retention.mostPercent: 0 is below 1, the lowest allowed | "],
  ],
  "what runs, asked by a registry on a Docker host": [
    { retention: { keepRunning: true } },
    [
      "wharf:retention.keepRunning: true needs schedule never on docker: the registry's container may not ask the Docker engine, which could do anything for it; let a timer of the host run npx wharf collect --yes, which asks | pulumi config set --path 'wharf:retention.schedule' never",
    ],
  ],
  "what runs, in a lab that expires": [
    {
      target: "kubernetes",
      images: { registry: "example.com/wharf-registry:1" },
      lab: { ttlHours: 8 },
      retention: { keepRunning: true },
    },
    [
      "wharf:retention.keepRunning: true makes a role of the whole cluster, which npx wharf reap may not delete, and wharf:lab.ttlHours, 8, lets this lab expire | pulumi config rm --path 'wharf:retention.keepRunning'",
    ],
  ],
  "what runs, in words": [
    { retention: { keepRunning: "prod" } },
    ['wharf:retention.keepRunning: "prod" is not true or false | '],
  ],
  "what runs, of one repository": [
    { repositories: [{ name: "a", retention: { keepRunning: true } }] },
    [
      "wharf:repositories[0].retention.keepRunning: unknown key; did you mean wharf:repositories[0].retention.keep? | pulumi config rm --path 'wharf:repositories[0].retention.keepRunning'",
    ],
  ],
  "backups without a place": [
    { backup: { schedule: "0 3 * * *" } },
    ["wharf:backup.to: is missing; a text belongs here | "],
  ],
  "backups in a directory of the machine that happens to run them": [
    { backup: { to: "backups" } },
    [
      'wharf:backup.to: "backups" is not a place of backups: an absolute directory, s3://bucket/prefix, gs://bucket/prefix or azblob://container/prefix | ',
    ],
  ],
  "backups at another scheme": [
    { backup: { to: "sftp://nas/backups" } },
    [
      'wharf:backup.to: "sftp://nas/backups" is not a place of backups: an absolute directory, s3://bucket/prefix, gs://bucket/prefix or azblob://container/prefix | ',
    ],
  ],
  "backups beside the images": [
    { storage: { kind: "volume", path: "/srv/images" }, backup: { to: "/srv/images/backups" } },
    [
      "wharf:backup.to: /srv/images/backups is in the directory of the images, /srv/images (wharf:storage.path), and would be lost with them; name a place on another disk | ",
    ],
  ],
  "backups never": [
    { backup: { to: "/mnt/backup", schedule: "never" } },
    [
      "wharf:backup.schedule: \"never\" is not a schedule in cron's five fields, as in 41 2 * * * for every night at 2:41 | pulumi config set --path 'wharf:backup.schedule' '41 2 * * *'",
    ],
  ],
  "backups of which none stays": [
    { backup: { to: "/mnt/backup", keep: { last: 0, daily: 0, weekly: 0, monthly: 0 } } },
    [
      "wharf:backup.keep: keeps no backup: last, daily, weekly and monthly are all 0 | pulumi config rm --path 'wharf:backup.keep'",
    ],
  ],
  "backups of every year": [
    { backup: { to: "/mnt/backup", keep: { yearly: 1 } } },
    [
      "wharf:backup.keep.yearly: unknown key; known here: last, daily, weekly, monthly | pulumi config rm --path 'wharf:backup.keep.yearly'",
    ],
  ],
  "metrics of backups in no directory": [
    { backup: { to: "/mnt/backup", metrics: "wharf.prom" } },
    [
      'wharf:backup.metrics: "wharf.prom" is neither an absolute path that ends in .prom, in the directory of the node exporter\'s textfile collector, nor the URL of a Pushgateway | ',
    ],
  ],
  "a webhook in plaintext": [
    { notifications: { url: "https://hooks.example.com/T0/hidden" } },
    [
      "wharf:notifications.url: is in plaintext in the stack's config; set a secret encrypted | pulumi config set --secret --path 'wharf:notifications.url'",
    ],
  ],
  "a webhook without TLS": [
    { notifications: { url: "http://hooks.example.com/T0/hidden" } },
    [
      "wharf:notifications.url: the value is not an https:// URL; http:// is for localhost, 127.0.0.1 and [::1] | pulumi config set --secret --path 'wharf:notifications.url'",
    ],
    ["notifications"],
  ],
  "a webhook without an address": [
    { notifications: { onSuccess: true } },
    [
      "wharf:notifications.url: is missing; a text belongs here | pulumi config set --secret --path 'wharf:notifications.url'",
    ],
  ],
  "a webhook signed by a word": [
    { notifications: { url: "https://hooks.example.com/T0/hidden", secret: "hunter2" } },
    [
      "wharf:notifications.secret: the value is shorter than 16 characters | pulumi config set --secret --path 'wharf:notifications.secret'",
    ],
    ["notifications"],
  ],
  "a webhook whose CA was cut off": [
    {
      notifications: {
        url: "https://hooks.example.com/T0/hidden",
        caCertificate: "-----BEGIN CERTIFICATE-----\nMIIB",
      },
    },
    [
      'wharf:notifications.caCertificate: "-----BEGIN CERTIFICATE-----\\nMIIB" holds no PEM certificate that can be read | ',
    ],
    ["notifications"],
  ],
  "a webhook for one command": [
    { notifications: { url: "https://hooks.example.com/T0/hidden", onBackup: true } },
    [
      "wharf:notifications.onBackup: unknown key; known here: url, secret, caCertificate, onSuccess | pulumi config rm --path 'wharf:notifications.onBackup'",
    ],
    ["notifications"],
  ],
  "a webhook on gcp": [
    { target: "gcp", notifications: { url: "https://hooks.example.com/T0/hidden" } },
    [
      "wharf:notifications: not on gcp: Artifact Registry deletes and renews by itself, and no timer of Wharf's runs for it; have the platform's own monitoring tell of it | pulumi config rm wharf:notifications",
    ],
    ["notifications"],
  ],
  "an image of distribution 2": [
    { images: { registry: "registry:2.8.3" } },
    [
      "wharf:images.registry: \"registry:2.8.3\" is distribution 2.8.3; its config.yml differs from that of version 3, which Wharf writes: a key that it does not know is ignored without an error message. Name an image of distribution 3 | pulumi config rm --path 'wharf:images.registry'",
    ],
  ],
  "a mirrored image of distribution 2": [
    { images: { registry: "mirror.example.com/library/registry:2" } },
    [
      "wharf:images.registry: \"mirror.example.com/library/registry:2\" is distribution 2; its config.yml differs from that of version 3, which Wharf writes: a key that it does not know is ignored without an error message. Name an image of distribution 3 | pulumi config rm --path 'wharf:images.registry'",
    ],
  ],
  "a schedule of one repository": [
    { repositories: [{ name: "a", retention: { schedule: "0 3 * * *" } }] },
    [
      "wharf:repositories[0].retention.schedule: unknown key; known here: keep, keepLast, expireAfterDays, expireUnpulledAfterDays, untaggedAfterDays, archiveAfterDays, groups, dryRun | pulumi config rm --path 'wharf:repositories[0].retention.schedule'",
    ],
  ],
  "a group without tags": [
    { retention: { groups: [{ tags: [], keepLast: 3 }] } },
    ["wharf:retention.groups[0].tags: is empty; name the tags that the group is about | "],
  ],
  "a group without a number": [
    { retention: { groups: [{ tags: ["dev-*"] }] } },
    ["wharf:retention.groups[0].keepLast: is missing; a number belongs here | "],
  ],
  "a group that keeps nothing": [
    { retention: { groups: [{ tags: ["dev-*"], keepLast: 0 }] } },
    ["wharf:retention.groups[0].keepLast: 0 is below 1, the lowest allowed | "],
  ],
  "a group of what is not a tag": [
    { retention: { groups: [{ tags: ["dev/*"], keepLast: 3 }] } },
    [
      'wharf:retention.groups[0].tags[0]: "dev/*" is not a tag pattern: letters, digits and _ . - as in a tag, and * for any text | ',
    ],
  ],
  "a group with an age": [
    { retention: { groups: [{ tags: ["dev-*"], keepLast: 3, expireAfterDays: 2 }] } },
    [
      "wharf:retention.groups[0].expireAfterDays: unknown key; known here: tags, keepLast | pulumi config rm --path 'wharf:retention.groups[0].expireAfterDays'",
    ],
  ],
  "an archive": [
    { retention: { archiveAfterDays: 30 } },
    [
      "wharf:retention.archiveAfterDays: a self-hosted registry has one storage class only; leave it out | ",
    ],
  ],
  "retention with htpasswd": [
    { retention: { keepLast: 3 }, auth: { mode: "htpasswd" } },
    [
      "wharf:retention: needs roles, but wharf:auth.mode is htpasswd: distribution does not expire images | pulumi config set --path 'wharf:auth.mode' roles",
    ],
  ],
  "retention without login": [
    { retention: { keepLast: 3 }, auth: { mode: "off" } },
    [
      "wharf:retention: needs roles, but wharf:auth.mode is off: nobody logs in, and everybody may do everything | pulumi config set --path 'wharf:auth.mode' roles",
    ],
  ],
  "retention while nothing may be deleted": [
    { retention: { keepLast: 3 }, distribution: { delete: false } },
    [
      "wharf:retention: needs wharf:distribution.delete, which is false: the registry may delete nothing | pulumi config set --path 'wharf:distribution.delete' true",
    ],
  ],
  "retention of a registry that accepts no changes": [
    { retention: { keepLast: 3 }, distribution: { readOnly: true } },
    [
      "wharf:retention: needs a registry that takes changes, and wharf:distribution.readOnly is true | pulumi config set --path 'wharf:distribution.readOnly' false",
    ],
  ],
  "retention of a pull-through cache": [
    {
      retention: { keepLast: 3 },
      distribution: { proxy: { remoteUrl: "https://registry-1.docker.io" } },
    },
    [
      "wharf:retention: is not for a pull-through cache, which deletes what was not pulled for wharf:distribution.proxy.ttlHours | pulumi config rm wharf:retention",
    ],
  ],
  "keep that leaves nothing to delete": [
    { retention: { keep: ["*"], groups: [{ tags: ["dev-*"], keepLast: 3 }] } },
    [
      "wharf:retention.keep: \"*\" keeps every tag, so that keepLast and the expiry of tagged images would never delete one | pulumi config rm --path 'wharf:retention.keep'",
    ],
  ],
  "retention with the official image on a cluster": [
    { target: "kubernetes", retention: { keepLast: 3 } },
    [
      "wharf:images.registry: is the official image; wharf:retention needs Wharf's registry image, published where the nodes can pull it | npx wharf image publish --to HOST/NAME && pulumi config set --path 'wharf:images.registry' HOST/NAME/wharf-registry:TAG@DIGEST",
    ],
  ],
  "retention with two pods": [
    {
      target: "kubernetes",
      images: { registry: "r.example.com/wharf-registry:1" },
      retention: { keepLast: 3 },
      storage: { kind: "s3", bucket: "b", region: "eu-west-1" },
      kubernetes: { replicas: 2 },
      distribution: { cache: { kind: "redis" } },
    },
    [
      "wharf:kubernetes.replicas: 2 pods cannot delete images by wharf:retention, since none knows what the others' clients push at the moment; use 1, or leave wharf:retention out | pulumi config set --path 'wharf:kubernetes.replicas' 1",
    ],
  ],
  "retention with autoscaling": [
    {
      target: "kubernetes",
      images: { registry: "r.example.com/wharf-registry:1" },
      retention: { keepLast: 3 },
      storage: { kind: "s3", bucket: "b", region: "eu-west-1" },
      kubernetes: { autoscaling: { minReplicas: 1, maxReplicas: 3 } },
      distribution: { cache: { kind: "redis" } },
    },
    [
      "wharf:kubernetes.autoscaling.maxReplicas: 3 pods cannot delete images by wharf:retention, since none knows what the others' clients push at the moment; use 1, or leave wharf:retention out | pulumi config rm --path 'wharf:kubernetes.autoscaling'",
    ],
  ],
  "a group of two patterns on aws": [
    { target: "aws", retention: { groups: [{ tags: ["dev-*", "pr-*"], keepLast: 3 }] } },
    [
      "wharf:retention.groups: ECR counts the images of one pattern, and a group has 2, dev-* and pr-*; write a group for each of them | ",
    ],
  ],
  "groups beside a number for all on aws": [
    { target: "aws", retention: { keepLast: 5, groups: [{ tags: ["dev-*"], keepLast: 3 }] } },
    [
      "wharf:retention.keepLast: ECR counts images of the groups among the newest of keepLast as well; write a group for the other tags, and set keepLast to 0 for this repository where the common block sets it | ",
    ],
  ],
  "groups beside an archive on aws": [
    {
      target: "aws",
      retention: { archiveAfterDays: 30, groups: [{ tags: ["dev-*"], keepLast: 3 }] },
    },
    [
      "wharf:retention.archiveAfterDays: ECR applies one rule to an image, so that groups and archiveAfterDays exclude each other; leave out groups for this repository, or set archiveAfterDays to never | ",
    ],
  ],
  "groups on gcp": [
    { target: "gcp", retention: { groups: [{ tags: ["dev-*"], keepLast: 3 }] } },
    [
      "wharf:retention.groups: Artifact Registry keeps a number of newest versions of a repository, whatever their tags; give each group a repository of its own, with keepLast | ",
    ],
  ],
  "groups on azure, where images without tags stay": [
    {
      target: "azure",
      retention: { untaggedAfterDays: "never", groups: [{ tags: ["dev-*"], keepLast: 3 }] },
    },
    [
      "wharf:retention.untaggedAfterDays: acr purge deletes an expired image's tags first, and without it the image would stay forever; set a number of days | ",
    ],
  ],
  "a schedule on aws": [
    { target: "aws", retention: { schedule: "0 3 * * *" } },
    [
      "wharf:retention.schedule: not on aws: ECR chooses itself when and how it deletes; leave it out | pulumi config rm --path 'wharf:retention.schedule'",
    ],
  ],
  "a grace period on azure": [
    { target: "azure", retention: { graceMinutes: 10 } },
    [
      "wharf:retention.graceMinutes: not on azure: ACR's purge task chooses itself when and how it deletes; leave it out | pulumi config rm --path 'wharf:retention.graceMinutes'",
    ],
  ],
};

test.each(Object.entries(badInputs))("refuses %s", (_, [config, problems, secretKeys]) => {
  expect(problemsOf(config, secretKeys)).toEqual(problems);
});

function problemsOf(values: Record<string, unknown>, secretKeys: string[] = []): string[] {
  try {
    checkDescription({ stack: "dev", values, secretKeys: new Set(secretKeys) });
  } catch (error) {
    if (!(error instanceof DescriptionError)) throw error;
    return error.problems.map(
      ({ key, message, fix = "" }) => `${key}: ${message} | ${String(fix)}`,
    );
  }
  return [];
}
