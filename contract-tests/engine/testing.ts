/**
 * For tests: a clock on which nobody waits, how much time there is, and what a report shows.
 *
 * @module
 */
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as TestClock from "effect/testing/TestClock"
import * as NearMisses from "../operation/NearMisses.ts"
import type { Report } from "./Report.ts"
import * as Reports from "./Report.ts"

/** Whether only what is quick is wanted: `deno task test:full` takes all the time that it needs. */
export const isQuick: boolean = Deno.env.get("TEST_FULL") === undefined

// The most that anything takes, in steps.
const maxSteps = 20_000

/** Runs on a clock that goes on by so many milliseconds whenever nothing else is to be done, from a time on. */
export const onTestClock = <A, E>(effect: Effect.Effect<A, E>, step: number = 50, start: number = 0): Promise<A> =>
  Effect.runPromise(
    Effect.gen(function*() {
      yield* TestClock.setTime(start)
      const fiber = yield* Effect.forkChild(effect)
      for (let count = 0; count < maxSteps && fiber.pollUnsafe() === undefined; count++) {
        yield* Effect.promise(() => new Promise((resolve) => setTimeout(resolve)))
        yield* TestClock.adjust(step)
      }
      return yield* Fiber.join(fiber)
    }).pipe(Effect.provide(TestClock.layer()))
  )

const textsIn = (value: unknown): ReadonlyArray<string> =>
  typeof value === "string"
    ? [value]
    : typeof value === "object" && value !== null
    ? Object.values(value).flatMap(textsIn)
    : []

// What is shorter may stand in any text: `propertyI` begins a tag of JUnit.
const minLength = 12

/** The values of some data that a report shows in any of its forms: as they are, in another case, or short of a character. */
export const valuesIn = (report: Report, data: unknown): ReadonlyArray<string> => {
  const told = [JSON.stringify(report), Reports.junit(report), ...Reports.lines(report)].join("\n").toLowerCase()
  const written = (
    text: string
  ): ReadonlyArray<string> => [text, encodeURIComponent(text.toWellFormed()), JSON.stringify(text)]
  return [...new Set(textsIn(data))].filter((text) => text.length > minLength && !words.has(text)).filter((text) =>
    written(text.slice(0, -1).toLowerCase()).some((form) => told.includes(form.replace(/"$/, "")))
  )
}

const words = new Set(NearMisses.words)
