/**
 * For this project's own tests: a client over a function that answers.
 *
 * @module
 */
import * as Cause from "effect/Cause"
import * as Context from "effect/Context"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as FetchHttpClient from "effect/http/FetchHttpClient"
import * as Layer from "effect/Layer"
import * as TestClock from "effect/testing/TestClock"
import * as Tracer from "effect/Tracer"
import assert from "node:assert/strict"
import { ClientSessions, type ClientSessionsOptions } from "../ClientSessions.ts"
import type { SeamConfigurationError } from "../ConfigurationError.ts"
import { Credentials } from "../Credentials.ts"

/** The key that the client of {@link layerOf} uses. */
export const apiKey = "seam_testkey_9f8e7d6c5b4a"

/** The seed document's example session: no `user_identity_ids`, an undeclared `customer_id`. */
export { example } from "../simulator/Workspace.ts"

/** Options that turn retries off. */
export const once: Partial<ClientSessionsOptions> = { retry: { attempts: 1 } }

/** A 200 answer with the given elements of `client_sessions`. */
export const ok = (...client_sessions: ReadonlyArray<unknown>): Response => Response.json({ client_sessions, ok: true })

/** A body that arrives in the given pieces, and then ends, breaks off or stays open; `isCancelled` says whether it was let go. */
export const bodyOf = (
  pieces: ReadonlyArray<string>,
  then: "end" | "break" | "stay" = "end"
): { readonly body: ReadableStream<Uint8Array<ArrayBuffer>>; readonly isCancelled: () => boolean } => {
  const left = [...pieces]
  let cancelled = false
  const body = new ReadableStream<Uint8Array<ArrayBuffer>>({
    pull: (controller) => {
      const piece = left.shift()
      if (piece !== undefined) return controller.enqueue(new TextEncoder().encode(piece))
      if (then === "end") return controller.close()
      if (then === "break") return controller.error(new TypeError("connection reset"))
      return new Promise(() => {})
    },
    cancel: () => void (cancelled = true)
  })
  return { body, isCancelled: () => cancelled }
}

/** What answers a request. */
export type Respond = (request: Request) => Response | Promise<Response>

/** `HttpClient` over the function. */
export const httpOf = (respond: Respond): Layer.Layer<Layer.Success<typeof FetchHttpClient.layer>> =>
  Layer.provide(
    FetchHttpClient.layer,
    Layer.succeedContext(
      Context.make(FetchHttpClient.Fetch, async (input, init) => await respond(new Request(input, init)))
    )
  )

/** The client over the function, with an API key unless the options say otherwise. */
export const layerOf = (
  respond: Respond,
  options: Partial<ClientSessionsOptions> = {}
): Layer.Layer<ClientSessions, SeamConfigurationError> =>
  ClientSessions.layer({ credentials: Credentials.ApiKey(apiKey), ...options }).pipe(Layer.provide(httpOf(respond)))

/** Runs the effect with the client over the function. */
export const exitOf = <A, E>(
  effect: Effect.Effect<A, E, ClientSessions>,
  respond: Respond,
  options: Partial<ClientSessionsOptions> = {}
): Promise<Exit.Exit<A, E | SeamConfigurationError>> =>
  Effect.runPromiseExit(Effect.provide(effect, layerOf(respond, options)))

/** The one error of an exit; a success, a defect or an interruption fails the test. */
export const failureOf = <E>(exit: Exit.Exit<unknown, E>): E => {
  assert.ok(Exit.isFailure(exit), "a success")
  const [reason, ...others] = exit.cause.reasons
  assert.ok(reason !== undefined && Cause.isFailReason(reason) && others.length === 0, Cause.pretty(exit.cause))
  return reason.error
}

/** A tracer, and the spans that it has made. */
export const recordingTracer = (): { readonly tracer: Tracer.Tracer; readonly spans: Array<Tracer.NativeSpan> } => {
  const spans: Array<Tracer.NativeSpan> = []
  const tracer = Tracer.make({
    span: (options) => {
      const span = new Tracer.NativeSpan(options)
      spans.push(span)
      return span
    }
  })
  return { tracer, spans }
}

/** A turn of the event loop. */
export const turn: Effect.Effect<void> = Effect.promise(() => new Promise<void>((resolve) => setTimeout(resolve, 0)))

/** Lets promises that no clock knows go on: some turns of the event loop, and more until the condition holds. */
export const settle = (isSettled: () => boolean = () => true): Effect.Effect<void> =>
  Effect.gen(function*() {
    for (let turns = 0; turns < 5 || (turns < 1000 && !isSettled()); turns++) yield* turn
  })

/** Moves the test clock, and lets everything settle before and after. */
export const adjust = (duration: Duration.Input): Effect.Effect<void> =>
  Effect.andThen(Effect.andThen(settle(), TestClock.adjust(duration)), settle())

/** Whether only what is quick is wanted: `deno task test:full` takes all the time that it needs. */
export const quick: boolean = Deno.env.get("TEST_FULL") === undefined

/** So many where there is time, else a fifth of them. */
export const some = (count: number): number => quick ? Math.ceil(count / 5) : count
