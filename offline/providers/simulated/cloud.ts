import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { JavaScriptValue, Struct } from "google-protobuf/google/protobuf/struct_pb";
import { writeWhole } from "../../whole-file";
import type { Values } from "../values";

/**
 * Directory in which stand-ins for clouds keep what they created. With it another run knows what exists, as a platform would: what a
 * stack has left there cannot be created again, and can be imported. Without it they know what the stack's state shows them.
 */
export const simulatedStateVariable = "WHARF_SIMULATED_STATE";

type Raw = Record<string, JavaScriptValue>;

/** An object that exists on the simulated platform. */
export interface CloudObject {
  /** Token of its type. */
  type: string;
  id: string;
  /** Inputs and all properties as the engine writes them, secrets marked. */
  inputs: Raw;
  state: Raw;
}

/** Objects by where they are: an identifier among those of a type, in a region where the type has one. */
export class SimulatedCloud {
  private readonly objects = new Map<string, CloudObject>();
  private readonly directory: string | undefined;

  constructor(directory = process.env[simulatedStateVariable]) {
    this.directory = directory || undefined;
    if (this.directory === undefined) return;
    mkdirSync(this.directory, { recursive: true });
    for (const file of readdirSync(this.directory)) {
      const { place, ...object } = JSON.parse(
        readFileSync(join(this.directory, file), "utf8"),
      ) as CloudObject & { place: string };
      this.objects.set(place, object);
    }
  }

  /** Whether it knows of everything that exists, and not only of what a state has shown it. */
  get isComplete(): boolean {
    return this.directory !== undefined;
  }

  /** Where an object of these properties is. */
  static placeOf(type: string, id: string, { region }: Values): string {
    return [type, typeof region === "string" ? region : "", id].join(" ");
  }

  get(place: string): CloudObject | undefined {
    return this.objects.get(place);
  }

  /** The object that an import names; of a type with regions the first of the identifier. */
  find(type: string, id: string): CloudObject | undefined {
    return [...this.objects.values()].find((one) => one.type === type && one.id === id);
  }

  /** All objects of a type. */
  ofType(type: string): CloudObject[] {
    return [...this.objects.values()].filter((one) => one.type === type);
  }

  /** An object that a stack's state shows. */
  learn(place: string, object: CloudObject): void {
    if (!this.isComplete) this.objects.set(place, object);
  }

  put(place: string, object: CloudObject): void {
    this.objects.set(place, object);
    if (this.directory === undefined) return;
    // May hold secrets.
    writeWhole(this.fileOf(this.directory, place), JSON.stringify({ place, ...object }), 0o600);
  }

  remove(place: string): void {
    this.objects.delete(place);
    if (this.directory !== undefined) {
      rmSync(this.fileOf(this.directory, place), { force: true });
    }
  }

  private fileOf(directory: string, place: string): string {
    return join(directory, `${createHash("sha256").update(place).digest("hex")}.json`);
  }
}

/** Properties as the engine wrote them, without its notes. */
export function rawOf(struct: Struct | undefined): Raw {
  const all = Object.entries(struct?.toJavaScript() ?? {}) as [string, JavaScriptValue][];
  return Object.fromEntries(all.filter(([name]) => !name.startsWith("__")));
}
