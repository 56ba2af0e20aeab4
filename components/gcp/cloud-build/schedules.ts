import type { GcpDescription } from "../settings";
import type * as pulumi from "@pulumi/pulumi";
import { Trigger, type TriggerArgs } from "@pulumi/gcp/cloudbuild/trigger";
import { Job } from "@pulumi/gcp/cloudscheduler/job";
import { Topic } from "@pulumi/gcp/pubsub/topic";
import type { Build } from "../../model/builds";

import { headOf, type LinkedSources } from "./sources";
import { stackLabels } from "../labels";
import type { Place } from "../place";
import { after, type Services } from "../services";

/** What starts a build on a schedule. */
export interface BuildSchedule {
  topic: Topic;
  job: Job;
  trigger: Trigger;
}

/**
 * Starts a build on a schedule: Cloud Scheduler sends a message to a topic, and a second trigger listens there. This needs no role;
 * a job that calls Cloud Build itself needs a role that may start any build of the project.
 * @param shared what the build's own trigger has as well
 * @param triggerName name of that trigger
 */
export function createBuildSchedule(
  name: string,
  build: Build,
  args: GcpDescription,
  { project, location }: Place,
  inputs: {
    services: Services;
    linked: LinkedSources;
    shared: TriggerArgs;
    triggerName: string;
  },
  opts: pulumi.CustomResourceOptions,
): BuildSchedule | undefined {
  const { services, linked, shared, triggerName } = inputs;
  if (build.schedule === undefined) return undefined;
  const topic = new Topic(
    `${name}-build-topic-${build.name}`,
    { project, name: triggerName, labels: stackLabels(args) },
    after(opts, services.pubsub),
  );
  const trigger = new Trigger(
    `${name}-scheduled-build-${build.name}`,
    {
      ...shared,
      name: `scheduled-${triggerName}`,
      description: `Builds ${build.repository} on a schedule`,
      pubsubConfig: { topic: topic.id },
      ...headOf(build, linked),
    },
    opts,
  );
  const job = new Job(
    `${name}-build-schedule-${build.name}`,
    {
      project,
      region: location,
      name: triggerName,
      description: `Starts the build of ${build.repository}`,
      schedule: build.schedule,
      timeZone: "Etc/UTC",
      // A message must not be empty; nobody reads it.
      pubsubTarget: { topicName: topic.id, data: Buffer.from(build.name).toString("base64") },
    },
    after(opts, services.scheduler, trigger),
  );
  return { topic, job, trigger };
}
