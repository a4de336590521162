/**
 * The body of an answer, whatever `HttpClient` it came through.
 *
 * A web body is read as such: several times as fast as a stream, and in memory that is used again. A middleware may have
 * read it before: then the response keeps it, as `arrayBuffer`. Where it read `stream` there is nothing left, and the
 * body counts as empty.
 *
 * @module
 */
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as HttpClientResponse from "effect/http/HttpClientResponse"
import * as Option from "effect/Option"
import type * as Pull from "effect/Pull"
import * as Result from "effect/Result"
import * as Stream from "effect/Stream"

type Answer = HttpClientResponse.HttpClientResponse

/** Takes the next chunk of a body. Whether there is use in reading on. */
export type OnChunk = (chunk: Uint8Array) => boolean

/**
 * Takes the chunks of one body, and throws at what no network sends: something else than bytes, or empty chunks again and
 * again, which no time limit would end.
 */
const checked = (): (chunk: unknown) => Uint8Array => {
  let empty = 0
  return (chunk) => {
    if (!(chunk instanceof Uint8Array) || (empty = chunk.length === 0 ? empty + 1 : 0) > 1000) {
      throw new TypeError("no bytes")
    }
    return chunk
  }
}

type Reader = ReadableStreamDefaultReader<Uint8Array> | ReadableStreamBYOBReader

/** Lets go of a body. Not awaited: what becomes of the rest is nobody's concern. */
const cancel = (reader: Reader): void => {
  // A lock that is released already makes it fail at once.
  Result.try(() => {
    reader.cancel().catch(() => {})
    reader.releaseLock()
  })
}

/** Lets go of a body and its request. */
const letGo = (answer: Answer, reader: Reader): Effect.Effect<unknown> =>
  Effect.exit(Effect.suspend(() => {
    cancel(reader)
    // After the web body is cancelled, running `response.stream` makes the client abort its request.
    return Stream.runDrain(answer.stream)
  }))

// What runtimes read at a time. With less, Deno keeps copies of what does not fit.
const pieceLength = 65_536

/** Bodies read to their end, and still locked: runtimes make an error to release a lock, which a short list would feel. */
const ended = new WeakSet<ReadableStream>()

const readWeb = async (
  body: ReadableStream<Uint8Array>,
  reader: ReadableStreamDefaultReader<Uint8Array>,
  onChunk: OnChunk
): Promise<void> => {
  const check = checked()
  for (let next = await reader.read(); !next.done; next = await reader.read()) {
    if (!onChunk(check(next.value))) return cancel(reader)
  }
  ended.add(body)
}

/**
 * Reads a web body into the same memory again and again, if it can: a chunk is good until the next one is asked for. The
 * runtime's own chunks would stay in memory until it collects garbage: the whole of a large body may do so.
 */
const readingInPlace = (
  body: ReadableStream<Uint8Array>
): readonly [Reader, () => Promise<{ readonly done: boolean; readonly value?: Uint8Array | undefined }>] => {
  const byob = Result.getOrUndefined(Result.try(() => body.getReader({ mode: "byob" })))
  if (byob === undefined) {
    const reader = body.getReader()
    return [reader, () => reader.read()]
  }
  let memory = new Uint8Array(pieceLength)
  return [byob, async () => {
    const next = await byob.read(memory)
    if (next.value !== undefined) memory = new Uint8Array(next.value.buffer)
    return next
  }]
}

const streamWeb = (
  body: ReadableStream<Uint8Array>,
  answer: Answer
): Stream.Stream<Uint8Array, unknown> => {
  const [reader, read] = readingInPlace(body)
  const check = checked()
  const pull = Effect.flatMap(
    Effect.tryPromise({
      try: async () => {
        const { done, value } = await read()
        return done ? reader.releaseLock() : check(value)
      },
      catch: (cause) => cause
    }),
    (chunk): Pull.Pull<readonly [Uint8Array], unknown> => chunk ? Effect.succeed([chunk]) : Cause.done()
  )
  return Stream.ensuring(Stream.fromPull(Effect.succeed(pull)), letGo(answer, reader))
}

/** What the response keeps of a body that has been read, or else another stream. */
const keptOr = (
  answer: Answer,
  otherwise: (error: unknown) => Stream.Stream<Uint8Array, unknown>
): Stream.Stream<Uint8Array, unknown> =>
  Stream.catch(
    Stream.fromEffect(Effect.map(Effect.suspend(() => answer.arrayBuffer), (bytes) => new Uint8Array(bytes))),
    otherwise
  )

/** The body of an answer that isn't the Web's, which says nothing of whether it has been read. */
const foreign = (answer: Answer): Stream.Stream<Uint8Array, unknown> =>
  Stream.suspend(() => {
    let hasBegun = false
    const check = checked()
    const end = (then: Stream.Stream<Uint8Array, unknown>) => hasBegun ? then : keptOr(answer, () => then)
    return Stream.suspend(() => answer.stream).pipe(
      Stream.map((chunk) => {
        hasBegun = true
        return check(chunk)
      }),
      Stream.concat(Stream.suspend(() => end(Stream.empty))),
      Stream.catch((error) => end(Stream.fail(error)))
    )
  })

/** The body's web stream, or else a stream of what there is. */
const open = (answer: Answer): ReadableStream<Uint8Array> | Stream.Stream<Uint8Array, unknown> => {
  const web = Option.getOrUndefined(HttpClientResponse.toWeb(answer))
  if (web === undefined) return foreign(answer)
  const { body, bodyUsed } = web
  if (!bodyUsed && !body?.locked) return body ?? Stream.empty
  // Who reads a body as a whole leaves it locked. If that failed, it broke off; if it wasn't that, there is nothing left.
  const isLocked = body?.locked && !ended.has(body)
  return keptOr(answer, (error) => isLocked ? Stream.fail(error) : Stream.empty)
}

/** Lets go of a body that nobody has begun to read, if it is the Web's: any other isn't open until it is read. */
export const release = (answer: Answer): Effect.Effect<unknown> =>
  Effect.exit(Effect.suspend(() => {
    const body = open(answer)
    return Stream.isStream(body) ? Effect.void : letGo(answer, body.getReader())
  }))

/** The body as a stream. A chunk is good until the next one is asked for. */
export const stream = (answer: Answer): Stream.Stream<Uint8Array, unknown> =>
  Stream.suspend(() => {
    const body = open(answer)
    return Stream.isStream(body) ? body : streamWeb(body, answer)
  })

/** Gives the body's chunks to the function, until there are no more or it says `false`. Interruption ends the request. */
export const read = (answer: Answer, onChunk: OnChunk): Effect.Effect<void, unknown> =>
  Effect.suspend(() => {
    const body = open(answer)
    if (Stream.isStream(body)) return Stream.runForEachWhile(body, (chunk) => Effect.sync(() => onChunk(chunk)))
    // A stream takes several times as long, which a short list would feel.
    return Effect.callback((resume) => {
      const reader = body.getReader()
      const end = letGo(answer, reader)
      readWeb(body, reader, onChunk).then(
        () => resume(Effect.void),
        (cause) => resume(Effect.andThen(end, Effect.fail(cause)))
      )
      return end
    })
  })
