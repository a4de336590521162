/**
 * The points that a contract leaves open, and the readings of each that a target may take.
 *
 * @module
 */
import type * as Effect from "effect/Effect"
import * as Filters from "../operation/Filter.ts"
import type { Operation } from "../operation/Operation.ts"
import * as Operations from "../operation/Operation.ts"
import type { NotAsked } from "./Probe.ts"
import type { Scene } from "./Scene.ts"

/** One open point. */
export interface Point {
  /** As reports show it. */
  readonly name: string
  /** Its known readings. */
  readonly readings: ReadonlyArray<string>
  /** Finds out how a target reads it: one of the readings, {@link notObserved} or {@link somethingElse}. */
  readonly recognise: (scene: Scene) => Effect.Effect<string, NotAsked>
}

/** A reading for every point, by its name. */
export type Readings = { readonly [point: string]: string }

/** The target's data gave no chance to tell, or the target changed meanwhile. */
export const notObserved = "not observed"

/** The target does none of the known things. */
export const somethingElse = "something else"

/** The name in reports of an open point of a filter. What is the same for all filters of an operation is one point. */
export const nameOf = (filter: string, point: string): string =>
  point === Filters.idsCompared ? point : `${filter}.${point}`

/** The meanings of a filter that agree with what was seen of a target: a point that was not seen may go either way. */
export const meaningsOf = (
  operation: Operation,
  readings: Readings
): { readonly [filter: string]: ReadonlyArray<Filters.Meaning> } =>
  Object.fromEntries(
    Operations.selecting(operation).map(([name, { points }]) => [
      name,
      Object.entries(points).reduce<ReadonlyArray<Filters.Meaning>>((meanings, [point, choices]) => {
        const known = choices.filter((choice) => choice === readings[nameOf(name, point)])
        return meanings.flatMap((meaning) =>
          (known.length > 0 ? known : choices).map((reading) => ({ ...meaning, [point]: reading }))
        )
      }, [{}])
    ])
  )
