/**
 * A stream of bytes to a stream of sessions. `bytes.ts` reads the bytes.
 *
 * @module
 */
import * as Arr from "effect/Array"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Pull from "effect/Pull"
import * as Stream from "effect/Stream"
import type { ClientSession } from "../ClientSession.ts"
import { makeBytesReader } from "./bytes.ts"
import type { Malformed } from "./sessions.ts"

// A whole body may come as one chunk. It is read in slices, so that its first sessions need not wait for its last.
const sliceLength = 16_384

const slice = (chunk: Uint8Array): ReadonlyArray<Uint8Array> =>
  Array.from(
    { length: Math.ceil(chunk.length / sliceLength) },
    (_, index) => chunk.subarray(index * sliceLength, (index + 1) * sliceLength)
  )

/**
 * The sessions of a body as they arrive, in memory that does not grow with the body. Before any failure, the body's own
 * included, come the sessions that arrived whole.
 *
 * Reading stops at the first problem.
 */
export const decodeStream = <E, E2>(
  body: Stream.Stream<Uint8Array, E>,
  onMalformed: (malformed: Malformed, start: string) => E2
): Stream.Stream<ClientSession, E | E2> =>
  Stream.transformPull(body, (pull) =>
    Effect.sync(() => {
      type Step = Pull.Pull<Arr.NonEmptyReadonlyArray<ClientSession>, E | E2>
      const reader = makeBytesReader({ problems: 1, bytes: Infinity })
      let slices: ReadonlyArray<Uint8Array> = []
      let taken = 0

      // The sessions read by now, if any, and `then` the next time.
      const handOn = (then: Step): Step => {
        const sessions = reader.takeSessions()
        if (!Arr.isReadonlyArrayNonEmpty(sessions)) return then
        next = then
        return Effect.succeed(sessions)
      }

      const handOnOrFail = (then: Step): Step => {
        const malformed = reader.malformed()
        return handOn(malformed === undefined ? then : Effect.fail(onMalformed(malformed, reader.start())))
      }

      const readSlice: Step = Effect.suspend(() => {
        const bytes = slices[taken++]
        if (bytes === undefined) return awaitChunks
        reader.read(bytes)
        return handOnOrFail(readSlice)
      })

      const awaitChunks: Step = Pull.matchEffect(pull, {
        onSuccess: (chunks) => {
          slices = chunks.flatMap(slice)
          taken = 0
          return readSlice
        },
        onFailure: (cause) => {
          reader.read()
          return handOn(Effect.failCause(cause))
        },
        onDone: () => {
          reader.read()
          return handOnOrFail(Cause.done())
        }
      })

      let next = readSlice
      return Effect.suspend(() => next)
    }))
