/**
 * The body of a 200 answer, decoded as it arrives.
 *
 * @module
 */
import * as Arr from "effect/Array"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Pull from "effect/Pull"
import * as Result from "effect/Result"
import * as Stream from "effect/Stream"
import type { ClientSession } from "../ClientSession.ts"
import { makeBodyReader, type Malformed } from "./decode.ts"

/** How a body is read. */
export interface Reading<E> {
  /** Reading ends with this problem. */
  readonly limit: number
  /** The most bytes that are read. */
  readonly maxBytes: number
  /** The failure of a body that is not what the contract says. */
  readonly onMalformed: (malformed: Malformed) => E
}

// A whole body may come as one chunk. It is read in slices, so that its first sessions need not wait for its last.
const sliceLength = 16_384

const slice = (chunk: Uint8Array): ReadonlyArray<Uint8Array> =>
  Array.from(
    { length: Math.ceil(chunk.length / sliceLength) },
    (_, index) => chunk.subarray(index * sliceLength, (index + 1) * sliceLength)
  )

const whole = (expected: string): Malformed => ({ problems: [{ path: "", expected }], total: 1 })

/**
 * The sessions of a body as they arrive, in memory that does not grow with the body. Before any failure, the body's own
 * included, come the sessions that arrived whole.
 *
 * A byte order mark at the start is skipped.
 */
export const decodeStream = <E, E2>(
  body: Stream.Stream<Uint8Array, E>,
  { limit, maxBytes, onMalformed }: Reading<E2>
): Stream.Stream<ClientSession, E | E2> =>
  Stream.transformPull(body, (pull) =>
    Effect.sync(() => {
      type Step = Pull.Pull<Arr.NonEmptyReadonlyArray<ClientSession>, E | E2>
      const reader = makeBodyReader(limit)
      const decoder = new TextDecoder("utf-8", { fatal: true })
      let size = 0
      let slices: ReadonlyArray<Uint8Array> = []
      let taken = 0

      const read = (bytes?: Uint8Array): Malformed | undefined => {
        size += bytes?.length ?? 0
        if (size > maxBytes) return whole(`at most ${maxBytes} bytes`)
        const text = Result.try(() => decoder.decode(bytes, { stream: bytes !== undefined }))
        if (Result.isFailure(text)) return whole("UTF-8 text")
        reader.read(text.success)
        return reader.isDone() ? reader.malformed() : undefined
      }

      const fail = (malformed: Malformed): Step => Effect.fail(onMalformed(malformed))

      // The sessions read by now, if any, and `then` the next time.
      const handOn = (then: Step): Step => {
        const sessions = reader.takeSessions()
        if (!Arr.isReadonlyArrayNonEmpty(sessions)) return then
        next = then
        return Effect.succeed(sessions)
      }

      const readSlice: Step = Effect.suspend(() => {
        const bytes = slices[taken++]
        if (bytes === undefined) return awaitChunks
        const malformed = read(bytes)
        return handOn(malformed === undefined ? readSlice : fail(malformed))
      })

      const awaitChunks: Step = Pull.matchEffect(pull, {
        onSuccess: (chunks) => {
          slices = chunks.flatMap(slice)
          taken = 0
          return readSlice
        },
        onFailure: (cause) => {
          reader.end()
          return handOn(Effect.failCause(cause))
        },
        onDone: () => {
          const malformed = read()
          if (malformed !== undefined) return handOn(fail(malformed))
          reader.end()
          const unfinished = reader.malformed()
          return handOn(unfinished === undefined ? Cause.done() : fail(unfinished))
        }
      })

      let next = readSlice
      return Effect.suspend(() => next)
    }))
