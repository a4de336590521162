/**
 * The id by which one case of a run is asked again. It names the question, not its place among others, and holds no value of
 * the data.
 *
 * @module
 */

/** What a replay id names. */
export interface Replay {
  /** The name of the check. */
  readonly check: string
  /** Which of its laws. */
  readonly property: string
  /** What the cases were drawn from. */
  readonly seed: number
  /** Which case: see `Property.keyOf`. */
  readonly key: string
  /** The way to it among those that the seed generates, where it was generated. */
  readonly path?: string
  /** The cases of the same law to run before it, by their keys, or all those of the seed. */
  readonly before?: ReadonlyArray<string> | "all"
}

const replayForm =
  /^([a-z_]+)\/([\w.%~!*'()^-]+)\/(-?\d+)\/([0-9a-f]{16})(?:@([\d:]+))?(?:\+(all|[0-9a-f]{16}(?:\.[0-9a-f]{16})*))?$/

/** A replay id. */
export const format = ({ before, check, key, path, property, seed }: Replay): string =>
  [
    `${check}/${property}/${seed}/${key}`,
    path === undefined ? "" : `@${path}`,
    before === undefined || before.length === 0 ? "" : `+${before === "all" ? before : before.join(".")}`
  ].join("")

/** Reads a replay id; `undefined` where a text is none. */
export const parse = (text: string): Replay | undefined => {
  const [, check, property, seed, key, path, before] = replayForm.exec(text) ?? []
  return check === undefined || property === undefined || seed === undefined || key === undefined
    ? undefined
    : {
      check,
      property,
      seed: Number(seed),
      key,
      ...(path !== undefined && { path }),
      ...(before !== undefined && { before: before === "all" ? before : before.split(".") })
    }
}
