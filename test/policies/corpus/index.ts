import { charts } from "./charts";
import { clouds } from "./clouds";
import { programs } from "./programs";
import type { Shape } from "./shape";

/** Programs as others write them, with what the pack finds in each. */
export const corpus: Shape[] = [...programs, ...charts, ...clouds];
