import { takeOverVariable } from "../components/docker/preflight-owners";

/** Options of a command that brings a stack up, or shows what that would do. */
export interface TakingOptions {
  /** Name of the volume that an earlier stack of the name kept, to be taken over with the images in it. */
  takeOver?: string;
}

/** Tells the program, which finds the volume on the Docker host, what is to be taken over; it holds for this process alone. */
export function takeOver({ takeOver: volume }: TakingOptions): void {
  if (volume !== undefined) process.env[takeOverVariable] = volume;
}
