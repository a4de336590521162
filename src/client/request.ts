/**
 * One request, until its status is known.
 *
 * @module
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as FetchHttpClient from "effect/http/FetchHttpClient"
import * as HttpClient from "effect/http/HttpClient"
import * as HttpClientError from "effect/http/HttpClientError"
import type * as HttpClientRequest from "effect/http/HttpClientRequest"
import type * as HttpClientResponse from "effect/http/HttpClientResponse"

/** What is needed of an `HttpClient`: any middleware over one fits, whatever errors it adds. */
export interface Executor {
  /** Sends a request, and succeeds with its answer as soon as the status is known. */
  readonly execute: (
    request: HttpClientRequest.HttpClientRequest
  ) => Effect.Effect<HttpClientResponse.HttpClientResponse, unknown>
}

const noTracing = (): boolean => true

// A client that filters by status, or decodes, hands the answer over inside its error.
const answerIn = (error: unknown): HttpClientResponse.HttpClientResponse | undefined =>
  HttpClientError.isHttpClientError(error) ? error.response : undefined

/**
 * Sends a request, with the `RequestInit` that the client was built with. Interruption ends it. Fails with whatever the
 * client fails with, and dies of whatever a middleware throws.
 *
 * Redirects are not followed, since the credential would travel with them. The client's own span is off: the operation
 * has one.
 */
export const send = (
  client: Executor,
  request: HttpClientRequest.HttpClientRequest,
  init: RequestInit | undefined
): Effect.Effect<HttpClientResponse.HttpClientResponse, unknown> =>
  client.execute(request).pipe(
    Effect.catch((error) => {
      const answer = answerIn(error)
      return answer === undefined ? Effect.fail(error) : Effect.succeed(answer)
    }),
    Effect.updateContext((context: Context.Context<never>) =>
      context.pipe(
        Context.add(HttpClient.TracerDisabledWhen, noTracing),
        Context.add(FetchHttpClient.RequestInit, {
          ...init,
          ...Context.getOrUndefined(context, FetchHttpClient.RequestInit),
          redirect: "manual"
        })
      )
    )
  )
