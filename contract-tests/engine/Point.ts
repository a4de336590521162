/**
 * The points that a contract leaves open, and the readings of each that a target may take.
 *
 * @module
 */
import type * as Effect from "effect/Effect"
import * as Filters from "../operation/Filter.ts"
import type { Operation } from "../operation/Operation.ts"
import * as Operations from "../operation/Operation.ts"
import type { NoAnswer } from "./Probe.ts"
import type { Scene } from "./Scene.ts"

/** One open point. */
export interface Point {
  /** As reports show it. */
  readonly name: string
  /** Its known readings. */
  readonly readings: ReadonlyArray<string>
  /** Finds out how a target reads it: one of the readings, {@link notObserved} or {@link somethingElse}. */
  readonly recognise: (scene: Scene) => Effect.Effect<string, NoAnswer>
}

/** A reading for every point, by its name. */
export type Readings = { readonly [point: string]: string }

/** The target's data gave no chance to tell, or the target changed meanwhile. */
export const notObserved = "not observed"

/** The target does none of the known things. */
export const somethingElse = "something else"

/** The reading of an order that a question has each time. */
export const sameAgain = "the same again"

/** The reading of an empty string that leaves the filter out. */
export const noConstraint = "no constraint"

/** The reading of two filters that contradict each other by which one of them doesn't count. */
export const oneIgnored = "one of them ignored"

/** Two filters that nothing can hold for: a flag for those without a value, and a value. */
export interface Contradiction {
  readonly point: string
  readonly names: readonly [flag: string, other: string]
}

/** The filters that contradict each other. */
export const contradictions = (operation: Operation): ReadonlyArray<Contradiction> => {
  const filters = Operations.selecting(operation)
  return filters.flatMap(([flag, { fields, kind }]) =>
    kind !== "isNull" ?
      [] :
      filters.flatMap(([other, filter]): ReadonlyArray<Contradiction> =>
        filter.takes === "flag" || filter.fields.join() !== fields.join()
          ? []
          : [{ point: `${flag}.beside ${other}`, names: [flag, other] }]
      )
  )
}

/** Whether a reading is one of those known. */
export const isKnown = (reading: string): boolean => reading !== notObserved && reading !== somethingElse

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
