const suffixes: Record<string, number> = {
  "": 1,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
};
const bytesPerGib = 2 ** 30;

/** A quantity of the API, `5Gi` for one, in GiB; undefined for none, and for a form that sizes do not come in. */
export function gibibytesOf(quantity: string | undefined): number | undefined {
  const [, number, suffix = ""] = /^(\d+(?:\.\d+)?)([A-Za-z]*)$/.exec(quantity ?? "") ?? [];
  const factor = suffixes[suffix];
  return number === undefined || factor === undefined
    ? undefined
    : (Number(number) * factor) / bytesPerGib;
}
