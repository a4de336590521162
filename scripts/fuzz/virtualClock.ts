/**
 * A clock that stands still until it is told to jump. `TestClock` would do the same, but starts a timer of the real clock for
 * each test, of which there are hundreds of thousands here.
 *
 * @module
 */
import type * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"

/** The clock, and what moves it. */
export interface VirtualClock {
  /** Begins at the epoch. */
  readonly clock: Clock.Clock
  /** Moves to the end of the sleep that ends first. `false` if nobody sleeps. */
  readonly jump: () => boolean
  /** The time in milliseconds since the epoch. */
  readonly now: () => number
  /** How many sleeps have begun. */
  readonly slept: () => number
  /** How many sleeps haven't ended. */
  readonly sleeping: () => number
}

/** Makes a clock of its own. */
export const make = (): VirtualClock => {
  const sleeps = new Set<{ readonly end: number; readonly wake: () => void }>()
  let now = 0
  let slept = 0
  const millis = () => now
  const nanos = () => BigInt(Math.floor(now * 1_000_000))
  return {
    clock: {
      currentTimeMillisUnsafe: millis,
      currentTimeMillis: Effect.sync(millis),
      currentTimeNanosUnsafe: nanos,
      currentTimeNanos: Effect.sync(nanos),
      monotonicTimeNanosUnsafe: nanos,
      monotonicTimeNanos: Effect.sync(nanos),
      sleep: (duration) =>
        Effect.callback((resume) => {
          slept++
          const entry = { end: now + Duration.toMillis(duration), wake: () => resume(Effect.void) }
          sleeps.add(entry)
          return Effect.sync(() => sleeps.delete(entry))
        })
    },
    jump: () => {
      const [first] = [...sleeps].sort((one, other) => one.end - other.end)
      if (first === undefined) return false
      now = Math.max(now, first.end)
      sleeps.delete(first)
      first.wake()
      return true
    },
    now: millis,
    slept: () => slept,
    sleeping: () => sleeps.size
  }
}
