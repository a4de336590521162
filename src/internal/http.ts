/**
 * The one file that speaks `effect/http`.
 *
 * @module
 */
import type * as Cause from "effect/Cause"
import * as Context from "effect/Context"
import * as Data from "effect/Data"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as FetchHttpClient from "effect/http/FetchHttpClient"
import * as Headers from "effect/http/Headers"
import * as HttpClient from "effect/http/HttpClient"
import type * as HttpClientError from "effect/http/HttpClientError"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import type * as HttpClientResponse from "effect/http/HttpClientResponse"
import * as HttpTraceContext from "effect/http/HttpTraceContext"
import type * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Result from "effect/Result"
import type * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"

const BrokenBase: new(
  args: { readonly detail: string }
) => Cause.YieldableError & { readonly _tag: "Broken"; readonly detail: string } = Data.TaggedError("Broken")

/** The connection could not be made, or broke. `detail` is the runtime's text and may hold secrets. */
export class Broken extends BrokenBase {}

/** An answer whose body has not been read. */
export interface Answer {
  readonly status: number
  /** A header by its name in lower case. */
  readonly header: (name: string) => string | undefined
  readonly body: Stream.Stream<Uint8Array, Broken>
}

/** What is to be sent. */
export interface Sending {
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  /** Whether the current span's trace headers go with it. */
  readonly propagateTrace: boolean
}

// The messages of an error and its causes: `fetch` says "fetch failed", and why only in the cause.
const words = (cause: unknown, depth = 4): ReadonlyArray<string> =>
  cause instanceof Error && depth > 0
    ? [cause.message, ...words(cause.cause, depth - 1)]
    : typeof cause === "string"
    ? [cause]
    : []

const broken = (error: HttpClientError.HttpClientError): Broken => {
  const { reason } = error
  const said = words(reason.cause)
  const detail = said.length > 0 ? said : [("description" in reason ? reason.description : undefined) ?? reason._tag]
  return new Broken({ detail: [...new Set(detail)].filter((text) => text !== "").join(": ") })
}

const fromResponse = (response: HttpClientResponse.HttpClientResponse): Answer => ({
  status: response.status,
  header: (name) => response.headers[name],
  body: Stream.catch(
    response.stream,
    (error) => error.reason._tag === "EmptyBodyError" ? Stream.empty : Stream.fail(broken(error))
  )
})

/**
 * Sends a POST request. Closing the scope ends it, whether or not the body was read.
 *
 * Redirects are not followed, since the credential would travel with them. The client's own span is off: the operation
 * has one.
 */
export const send = (
  client: HttpClient.HttpClient,
  { body, headers, propagateTrace, url }: Sending
): Effect.Effect<Answer, Broken, Scope.Scope> =>
  Effect.gen(function*() {
    const span = propagateTrace ? yield* Effect.option(Effect.currentSpan) : Option.none()
    const request = HttpClientRequest.post(url).pipe(
      HttpClientRequest.setHeaders(headers),
      HttpClientRequest.bodyText(body, "application/json"),
      HttpClientRequest.setHeaders(Option.isSome(span) ? HttpTraceContext.toHeaders(span.value) : {})
    )
    const init = Context.getOrUndefined(yield* Effect.context<never>(), FetchHttpClient.RequestInit)
    return yield* HttpClient.withScope(client).execute(request).pipe(
      // A client that filters by status hands the answer over inside its error.
      Effect.catch((error) =>
        error.response === undefined ? Effect.fail(broken(error)) : Effect.succeed(error.response)
      ),
      Effect.map(fromResponse),
      Effect.provideService(FetchHttpClient.RequestInit, { ...init, redirect: "manual" }),
      Effect.provideService(HttpClient.TracerDisabledWhen, () => true)
    )
  })

/** How long `Retry-After` asks to wait; nothing for garbage. */
export const retryAfter = (header: string | undefined, now: number): Duration.Duration | undefined =>
  header === undefined
    ? undefined
    : Result.getOrUndefined(Result.map(Headers.parseRetryAfter(header), (value) => Headers.retryAfterDelay(value, now)))

/** `HttpClient` over `fetch`. */
export const layerFetch: Layer.Layer<HttpClient.HttpClient> = FetchHttpClient.layer
