/**
 * A Cloudflare Worker that lists a user's client sessions, without their tokens.
 *
 * `GET /sessions?user_identifier_key=jane_doe` answers with JSON. With `accept: application/x-ndjson` it sends one session a
 * line as they arrive, and then a line with `ok`, which is `false` if a failure cut the list off.
 *
 * Put it behind your own authentication: whoever can call it can ask for any user.
 *
 * @module
 */
// First, since modules load in this order. The empty line keeps the formatter from sorting it in with the others.
import * as StackTraces from "./withoutStackTraces.ts"

import {
  type ClientSession,
  ClientSessions,
  type ClientSessionsService,
  Credentials,
  type ListError,
  type ListFilter
} from "@seam-effect/client-sessions"
import * as Context from "effect/Context"
import * as Deferred from "effect/Deferred"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as FetchHttpClient from "effect/http/FetchHttpClient"
import * as Stream from "effect/Stream"
import * as Failure from "./failure.ts"

/** The Worker's bindings. */
export interface Env {
  /** The API key: a secret, `wrangler secret put SEAM_API_KEY`. */
  readonly SEAM_API_KEY?: string
  /** Where Seam is. Default: the real one. */
  readonly SEAM_ENDPOINT?: string
  /** The time limit of an attempt. Default: 10 s. */
  readonly SEAM_TIMEOUT?: Duration.Input
  /** A Worker that stands in for Seam, as the simulator beside this one does. Default: the network. */
  readonly SEAM?: { readonly fetch: typeof fetch }
}

// Made anew for each request, since no request may use what another has opened.
const clientOf = ({ SEAM = globalThis, SEAM_API_KEY = "", SEAM_ENDPOINT, SEAM_TIMEOUT = 10_000 }: Env) =>
  ClientSessions.make({
    credentials: Credentials.ApiKey(SEAM_API_KEY),
    endpoint: SEAM_ENDPOINT,
    timeout: SEAM_TIMEOUT,
    // Somebody is waiting: better to tell them when to come back than to wait for long on their behalf.
    retry: { attempts: 2, maxDelay: 1000 }
  }).pipe(
    Effect.provide(FetchHttpClient.layer),
    Effect.provideService(FetchHttpClient.Fetch, (input, init) => SEAM.fetch(input, init))
  )

const withoutToken = ({ token: _, ...session }: ClientSession): Omit<ClientSession, "token"> => session

const headers = { "cache-control": "no-store" }

const list = (client: ClientSessionsService, filter: ListFilter) =>
  Effect.map(
    client.list(filter),
    (sessions) => Response.json({ client_sessions: sessions.map(withoutToken) }, { headers })
  )

const line = (value: object): string => `${JSON.stringify(value)}\n`

const stream = (client: ClientSessionsService, filter: ListFilter, signal: AbortSignal) =>
  Effect.gen(function*() {
    const begun = yield* Deferred.make<void, ListError>()
    const lines = client.stream(filter).pipe(
      Stream.mapArray((sessions) => [sessions.map((session) => line(withoutToken(session))).join("")]),
      // Without a last line of its own, a list that was cut off would look like a shorter one.
      Stream.concat(Stream.succeed(line({ ok: true }))),
      Stream.catch((failure) =>
        Deferred.fail(begun, failure).pipe(
          Effect.map((isFirst) => isFirst ? Stream.empty : Stream.succeed(line(Failure.tell(failure)))),
          Stream.unwrap
        )
      ),
      Stream.onFirst(() => Deferred.succeed(begun, undefined)),
      Stream.encodeText
    )
    const body = Stream.toReadableStreamWith(lines, Context.empty(), { signal })
    // A failure before the first line has an answer of its own.
    yield* Deferred.await(begun)
    return new Response(body, { headers: { ...headers, "content-type": "application/x-ndjson" } })
  })

const answer = async (request: Request, env: Env): Promise<Response> => {
  const { pathname, searchParams } = new URL(request.url)
  if (pathname !== "/sessions") return new Response(null, { status: 404 })
  if (request.method !== "GET") return new Response(null, { status: 405, headers: { allow: "GET" } })
  // Without a key Seam would list everybody's sessions. "" stands for none and for several, and is refused as a filter.
  const [key = "", ...more] = searchParams.getAll("user_identifier_key")
  const filter = { user_identifier_key: more.length === 0 ? key : "" }
  const isStream = request.headers.get("accept")?.includes("application/x-ndjson") === true
  return await clientOf(env).pipe(
    Effect.flatMap((client) => isStream ? stream(client, filter, request.signal) : list(client, filter)),
    Effect.catch((failure) => Effect.sync(() => Failure.toResponse(failure))),
    (effect) => Effect.runPromise(effect, { signal: request.signal })
  )
}

StackTraces.restore()

export default { fetch: answer }
