/**
 * The id by which one case of a run is asked again.
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
  /** The way to the case among them. */
  readonly path: string
}

const replayForm = /^([a-z_]+)\/([\w.%~!*'()-]+)\/(-?\d+)\/([\d:]+)$/

/** A replay id. */
export const format = ({ check, path, property, seed }: Replay): string => `${check}/${property}/${seed}/${path}`

/** Reads a replay id; `undefined` where a text is none. */
export const parse = (text: string): Replay | undefined => {
  const [, check, property, seed, path] = replayForm.exec(text) ?? []
  return check === undefined || property === undefined || seed === undefined || path === undefined
    ? undefined
    : { check, property, seed: Number(seed), path }
}
