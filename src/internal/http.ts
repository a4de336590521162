/**
 * The one file that speaks `effect/http`.
 *
 * @module
 */
import * as Cause from "effect/Cause"
import * as Context from "effect/Context"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as FetchHttpClient from "effect/http/FetchHttpClient"
import * as Headers from "effect/http/Headers"
import * as HttpBody from "effect/http/HttpBody"
import * as HttpClient from "effect/http/HttpClient"
import type * as HttpClientError from "effect/http/HttpClientError"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as HttpClientResponse from "effect/http/HttpClientResponse"
import * as HttpTraceContext from "effect/http/HttpTraceContext"
import type * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import type * as Pull from "effect/Pull"
import * as Result from "effect/Result"
import * as Stream from "effect/Stream"

/** An answer whose body has not been read. */
export interface Answer<E> {
  readonly status: number
  /** A header by its name in lower case. */
  readonly header: (name: string) => string | undefined
  /** Gives the body's chunks to the function, until there are no more or it says `false`. */
  readonly read: (onChunk: (chunk: Uint8Array) => boolean) => Effect.Effect<void, E>
  /** The body as a stream. A chunk is good until the next one is asked for. */
  readonly body: Stream.Stream<Uint8Array, E>
}

/** What is to be sent. */
export interface Sending {
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  /** Whether the current span's trace headers go with it. */
  readonly propagateTrace: boolean
}

/** The failure of a connection that could not be made, or broke. `detail` is the runtime's text and may hold secrets. */
export type OnBroken<E> = (detail: string) => E

// The messages of an error and its causes: `fetch` says "fetch failed", and why only in the cause.
const words = (cause: unknown, depth = 4): ReadonlyArray<string> =>
  cause instanceof Error && depth > 0
    ? [cause.message, ...words(cause.cause, depth - 1)]
    : typeof cause === "string"
    ? [cause]
    : []

const detailOf = (cause: unknown, otherwise: string): string => {
  const said = words(cause).filter((text) => text !== "")
  return said.length > 0 ? [...new Set(said)].join(": ") : otherwise
}

const readWeb = async (
  body: ReadableStream<Uint8Array>,
  onChunk: (chunk: Uint8Array) => boolean,
  signal: AbortSignal
): Promise<void> => {
  const reader = body.getReader()
  const letGo = (): void => {
    // Not awaited: what becomes of the rest is nobody's concern.
    reader.cancel().catch(() => {})
    reader.releaseLock()
  }
  signal.addEventListener("abort", letGo, { once: true })
  for (let next = await reader.read(); !next.done; next = await reader.read()) {
    if (!onChunk(next.value)) return letGo()
  }
}

// What runtimes read at a time. With less, Deno keeps copies of what does not fit.
const pieceLength = 65_536

/**
 * A web body as a stream that reads into the same memory again and again, or nothing if the body can't do so. A chunk is
 * good until the next one is asked for. The runtime's own chunks would stay in memory until it collects garbage: the
 * whole of a large body may do so.
 */
const streamInPlace = <E>(
  body: ReadableStream<Uint8Array>,
  fail: (cause: unknown) => E,
  abort: Effect.Effect<unknown>
): Stream.Stream<Uint8Array, E> | undefined => {
  const reader = Result.getOrUndefined(Result.try(() => body.getReader({ mode: "byob" })))
  if (reader === undefined) return undefined
  let memory = new Uint8Array(pieceLength)
  const pull = Effect.flatMap(
    Effect.tryPromise({ try: () => reader.read(memory), catch: fail }),
    ({ done, value }): Pull.Pull<readonly [Uint8Array]> => {
      if (done || value === undefined) return Cause.done()
      memory = new Uint8Array(value.buffer)
      return Effect.succeed([value])
    }
  )
  const letGo = Effect.sync(() => {
    reader.cancel().catch(() => {})
    reader.releaseLock()
  })
  return Stream.ensuring(Stream.fromPull(Effect.succeed(pull)), Effect.andThen(letGo, abort))
}

const noTracing = (): boolean => true

/**
 * Sends a POST request. Interruption ends it, also while the body is read.
 *
 * Redirects are not followed, since the credential would travel with them. The client's own span is off: the operation
 * has one.
 */
export const send = <E>(
  client: HttpClient.HttpClient,
  { body, headers, propagateTrace, url }: Sending,
  onBroken: OnBroken<E>
): Effect.Effect<Answer<E>, E> =>
  Effect.gen(function*() {
    const span = propagateTrace ? yield* Effect.option(Effect.currentSpan) : Option.none()
    const request = HttpClientRequest.post(url, {
      headers: Option.isSome(span) ? { ...headers, ...HttpTraceContext.toHeaders(span.value) } : headers,
      body: HttpBody.text(body, "application/json")
    })
    const fail = ({ reason }: HttpClientError.HttpClientError): E => onBroken(detailOf(reason.cause, reason._tag))
    const response = yield* client.execute(request).pipe(
      // A client that filters by status hands the answer over inside its error.
      Effect.catch((error) => error.response === undefined ? Effect.fail(fail(error)) : Effect.succeed(error.response)),
      Effect.updateContext((context: Context.Context<never>) =>
        context.pipe(
          Context.add(HttpClient.TracerDisabledWhen, noTracing),
          Context.add(FetchHttpClient.RequestInit, {
            ...Context.getOrUndefined(context, FetchHttpClient.RequestInit),
            redirect: "manual"
          })
        )
      )
    )
    const onBodyBroken = (cause: unknown): E => onBroken(detailOf(cause, "the body broke off"))
    // Where the body has been let go, this is how to make the client abort the request too.
    const abort = Effect.suspend(() => Effect.exit(Stream.runDrain(response.stream)))
    const web = (): Response | undefined => Option.getOrUndefined(HttpClientResponse.toWeb(response))
    const stream = Stream.catch(
      Stream.suspend(() => response.stream),
      (error) => error.reason._tag === "EmptyBodyError" ? Stream.empty : Stream.fail(fail(error))
    )
    return {
      status: response.status,
      header: (name) => response.headers[name],
      body: Stream.suspend(() => {
        const body = web()?.body
        return (body && streamInPlace(body, onBodyBroken, abort)) ?? stream
      }),
      read: (onChunk) => {
        const response = web()
        if (response === undefined) return Stream.runForEachWhile(stream, (chunk) => Effect.sync(() => onChunk(chunk)))
        const { body } = response
        if (body === null) return Effect.void
        // A stream takes several times as long, which a short list would feel.
        return Effect.onInterrupt(
          Effect.tryPromise({ try: (signal) => readWeb(body, onChunk, signal), catch: onBodyBroken }),
          () => abort
        )
      }
    }
  })

/** How long `Retry-After` asks to wait; nothing for garbage. */
export const retryAfter = (header: string | undefined, now: number): Duration.Duration | undefined =>
  header === undefined
    ? undefined
    : Result.getOrUndefined(Result.map(Headers.parseRetryAfter(header), (value) => Headers.retryAfterDelay(value, now)))

/** `HttpClient` over `fetch`. */
export const layerFetch: Layer.Layer<HttpClient.HttpClient> = FetchHttpClient.layer
