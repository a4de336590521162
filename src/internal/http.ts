/**
 * The one file that speaks `effect/http`.
 *
 * @module
 */
import * as Context from "effect/Context"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as FetchHttpClient from "effect/http/FetchHttpClient"
import * as Headers from "effect/http/Headers"
import * as HttpClient from "effect/http/HttpClient"
import type * as HttpClientError from "effect/http/HttpClientError"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as HttpTraceContext from "effect/http/HttpTraceContext"
import type * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Result from "effect/Result"
import type * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"

/** An answer whose body has not been read. */
export interface Answer<E> {
  readonly status: number
  /** A header by its name in lower case. */
  readonly header: (name: string) => string | undefined
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

const detailOf = ({ reason }: HttpClientError.HttpClientError): string => {
  const said = words(reason.cause).filter((text) => text !== "")
  return said.length > 0 ? [...new Set(said)].join(": ") : reason._tag
}

/**
 * Sends a POST request. Closing the scope ends it, whether or not the body was read.
 *
 * Redirects are not followed, since the credential would travel with them. The client's own span is off: the operation
 * has one.
 */
export const send = <E>(
  client: HttpClient.HttpClient,
  { body, headers, propagateTrace, url }: Sending,
  onBroken: OnBroken<E>
): Effect.Effect<Answer<E>, E, Scope.Scope> =>
  Effect.gen(function*() {
    const span = propagateTrace ? yield* Effect.option(Effect.currentSpan) : Option.none()
    const request = HttpClientRequest.post(url).pipe(
      HttpClientRequest.setHeaders(headers),
      HttpClientRequest.bodyText(body, "application/json"),
      HttpClientRequest.setHeaders(Option.isSome(span) ? HttpTraceContext.toHeaders(span.value) : {})
    )
    const init = Context.getOrUndefined(yield* Effect.context<never>(), FetchHttpClient.RequestInit)
    const response = yield* HttpClient.withScope(client).execute(request).pipe(
      // A client that filters by status hands the answer over inside its error.
      Effect.catch((error) =>
        error.response === undefined ? Effect.fail(onBroken(detailOf(error))) : Effect.succeed(error.response)
      ),
      Effect.provideService(FetchHttpClient.RequestInit, { ...init, redirect: "manual" }),
      Effect.provideService(HttpClient.TracerDisabledWhen, () => true)
    )
    return {
      status: response.status,
      header: (name) => response.headers[name],
      body: Stream.catch(
        response.stream,
        (error) => error.reason._tag === "EmptyBodyError" ? Stream.empty : Stream.fail(onBroken(detailOf(error)))
      )
    }
  })

/** How long `Retry-After` asks to wait; nothing for garbage. */
export const retryAfter = (header: string | undefined, now: number): Duration.Duration | undefined =>
  header === undefined
    ? undefined
    : Result.getOrUndefined(Result.map(Headers.parseRetryAfter(header), (value) => Headers.retryAfterDelay(value, now)))

/** `HttpClient` over `fetch`. */
export const layerFetch: Layer.Layer<HttpClient.HttpClient> = FetchHttpClient.layer
