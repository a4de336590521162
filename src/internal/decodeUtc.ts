/**
 * `DateTime.Utc` values by the ten thousand.
 *
 * @module
 */
import * as DateTime from "effect/DateTime"

const epoch: DateTime.Utc = DateTime.makeUnsafe(0)
const prototype: object = Object.getPrototypeOf(epoch)

// Every constructor of `DateTime` spends nearly all of its time in one `Object.defineProperty`, which makes the slot where
// the parts of a date are kept once somebody asks for them: two of those a session take half as long as parsing its JSON.
// Without it a `Utc` has the same prototype, the same keys, text and equality, and `partsUtc` is as undefined as before.
const withoutSlot = (epochMilliseconds: number): DateTime.Utc => {
  const utc = Object.create(prototype)
  utc.epochMilliseconds = epochMilliseconds
  return utc
}

/** The `DateTime.Utc` of a time in milliseconds since the epoch. */
export const fromMillis: (epochMilliseconds: number) => DateTime.Utc =
  // A version of Effect that builds its dates in another way gets to build them itself.
  Object.getOwnPropertyNames(epoch).join() === "epochMilliseconds,partsUtc"
    ? withoutSlot
    : (epochMilliseconds) => DateTime.mapEpochMillis(epoch, () => epochMilliseconds)
