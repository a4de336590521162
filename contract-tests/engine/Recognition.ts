/**
 * Finds out which reading of each open point a target takes, by asking it something that only one of them would answer
 * so. Where its data gives no chance to tell, or it could change between two requests, the point is "not observed".
 *
 * @module
 */
import * as Effect from "effect/Effect"
import type { Item } from "../operation/Item.ts"
import type { Ask } from "./Ask.ts"
import type { Point, Readings } from "./Point.ts"
import { notObserved, somethingElse } from "./Point.ts"
import type { Answer, NoAnswer } from "./Probe.ts"
import type { Scene } from "./Scene.ts"
import { ids } from "./Scene.ts"

/** The reading that all agree on; what wasn't observed agrees with anything. */
export const agreed = (readings: Iterable<string>): string => {
  const seen = new Set(readings)
  seen.delete(notObserved)
  const [only = notObserved] = seen
  return seen.size > 1 ? somethingElse : only
}

/** The reading that the answers to some questions agree on. */
export const agree = (
  { probe }: Scene,
  questions: ReadonlyArray<Ask>,
  read: (answer: Answer, index: number) => string
): Effect.Effect<string, NoAnswer> =>
  Effect.map(Effect.forEach(questions, probe.ask), (answers) => agreed(answers.map(read)))

/** Whether an answer holds these items and no others. */
export const finds = (scene: Scene, { items }: Answer, expected: Iterable<Item>): boolean => {
  const due = new Set(ids(scene, expected))
  const found = new Set(ids(scene, items ?? []))
  return items !== undefined && found.size === due.size && [...found].every((id) => due.has(id))
}

/** How an answer says that there is nothing. */
export const finding = (answer: Answer): string =>
  answer.status === 400
    ? "400"
    : answer.status === 404
    ? "404"
    : answer.items?.length === 0
    ? "an empty list"
    : somethingElse

/** Finds out how a target reads every open point; what can't be asked any more is not observed. */
export const recognise = (
  scene: Scene,
  points: ReadonlyArray<Point>,
  concurrency: number = 1
): Effect.Effect<Readings> =>
  Effect.map(
    Effect.forEach(points, ({ name, recognise }) =>
      recognise(scene).pipe(
        Effect.catchTag("NoAnswer", () => Effect.succeed(notObserved)),
        Effect.map((reading) => [name, reading] as const)
      ), { concurrency }),
    (readings) => Object.fromEntries(readings)
  )
