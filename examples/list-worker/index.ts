/**
 * The smallest Cloudflare Worker that lists a user's client sessions, without their tokens.
 *
 * `GET /sessions?user_identifier_key=jane_doe` answers with JSON. Put it behind your own authentication: whoever can call it
 * can ask for any user. The Worker in `../worker` streams, too, and tells its callers more about a failure. Of its files this
 * one needs `withoutStackTraces.ts`.
 *
 * @module
 */
// First, since modules load in this order. The empty line keeps the formatter from sorting it in with the others.
import * as StackTraces from "../worker/withoutStackTraces.ts"

import { ClientSessions, Credentials, type ListError, type SeamConfigurationError } from "@seam-effect/client-sessions"
import * as Effect from "effect/Effect"
import * as FetchHttpClient from "effect/http/FetchHttpClient"

/** The Worker's bindings. */
export interface Env {
  /** The API key: a secret, `wrangler secret put SEAM_API_KEY`. */
  readonly SEAM_API_KEY?: string
  /** Where Seam is. Default: the real one. */
  readonly SEAM_ENDPOINT?: string
}

type Failure = ListError | SeamConfigurationError

// Whatever isn't here is between this Worker and Seam: a bad gateway, 502.
const statuses: { readonly [Tag in Failure["_tag"]]?: number } = {
  SeamInvalidFilter: 400,
  SeamConfigurationError: 500,
  SeamUnauthorized: 500,
  SeamRateLimited: 503,
  SeamTimedOut: 504
}

const headers = { "cache-control": "no-store" }

const toResponse = ({ _tag, message }: Failure): Response => {
  console.error(_tag, message)
  return Response.json({ error: _tag }, { status: statuses[_tag] ?? 502, headers })
}

const answer = async (request: Request, { SEAM_API_KEY = "", SEAM_ENDPOINT }: Env): Promise<Response> => {
  const { pathname, searchParams } = new URL(request.url)
  if (pathname !== "/sessions") return new Response(null, { status: 404 })
  if (request.method !== "GET") return new Response(null, { status: 405, headers: { allow: "GET" } })
  // Without a key Seam would list everybody's sessions. "" is refused as a filter.
  const user_identifier_key = searchParams.get("user_identifier_key") ?? ""
  return await ClientSessions.make({
    credentials: Credentials.ApiKey(SEAM_API_KEY),
    endpoint: SEAM_ENDPOINT,
    // Somebody is waiting.
    timeout: 10_000,
    retry: { attempts: 2, maxDelay: 1000 }
  }).pipe(
    Effect.flatMap((client) => client.list({ user_identifier_key })),
    Effect.map((sessions) =>
      Response.json({ client_sessions: sessions.map(({ token: _, ...session }) => session) }, { headers })
    ),
    Effect.catch((failure) => Effect.sync(() => toResponse(failure))),
    Effect.provide(FetchHttpClient.layer),
    (effect) => Effect.runPromise(effect, { signal: request.signal })
  )
}

StackTraces.restore()

export default { fetch: answer }
