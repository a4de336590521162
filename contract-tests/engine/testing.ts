/**
 * For tests: a clock on which nobody waits, and how much time there is.
 *
 * @module
 */
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as TestClock from "effect/testing/TestClock"

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
