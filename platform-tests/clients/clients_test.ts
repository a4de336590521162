// `list` and `stream` over the clients of `@effect/platform-node`, whose responses aren't the Web's, over real HTTP.
import * as NodeHttpClient from "@effect/platform-node/NodeHttpClient"
import { ClientSessions, Credentials, type ListError, type SeamConfigurationError } from "@seam-effect/client-sessions"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as HttpClient from "effect/http/HttpClient"
import type * as HttpClientResponse from "effect/http/HttpClientResponse"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as Stream from "effect/Stream"
import assert from "node:assert/strict"
import { createServer } from "node:http"

const session = {
  client_session_id: "cst1",
  workspace_id: "w1",
  created_at: "2026-01-02T03:04:05.678Z",
  expires_at: "2026-02-02T03:04:05.678Z",
  token: "seam_cst1_token",
  user_identifier_key: "jane_doe",
  device_count: 1,
  connected_account_ids: [],
  connect_webview_ids: []
}
const refusal = JSON.stringify({ ok: false, error: { type: "unauthorized", message: "No." } })

/** What the server answers, and what comes of it: a number of sessions, or a failure. */
const answers: Readonly<Record<string, readonly [status: number, body: string, comes: number | ListError["_tag"]]>> = {
  sessions: [200, JSON.stringify({ client_sessions: [session, session], ok: true }), 2],
  "many sessions": [200, JSON.stringify({ client_sessions: Array<object>(2000).fill(session), ok: true }), 2000],
  "a 401": [401, refusal, "SeamUnauthorized"],
  "a 503": [503, refusal, "SeamServerError"],
  "a body that is empty": [200, "", "SeamInvalidResponse"],
  "a 503 without a body": [503, "", "SeamServerError"],
  "a 204": [204, "", "SeamUnexpectedStatus"]
}

interface Served extends AsyncDisposable {
  readonly endpoint: string
  readonly requests: () => number
}

const serve = async (status: number, body: string): Promise<Served> => {
  let requests = 0
  const server = createServer((request, response) => {
    requests++
    request.resume()
    response.writeHead(status, { connection: "close" }).end(body)
  })
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
  const address = server.address()
  assert.ok(typeof address === "object" && address !== null)
  return {
    endpoint: `http://127.0.0.1:${address.port}`,
    requests: () => requests,
    [Symbol.asyncDispose]: () => new Promise((resolve) => server.close(() => resolve()))
  }
}

type Tap = (response: HttpClientResponse.HttpClientResponse) => Effect.Effect<unknown, unknown>

const taps: Readonly<Record<string, Tap>> = {
  "as it is": () => Effect.void,
  "after its text has been read": (response) => response.text,
  "after its JSON has been read": (response) => response.json,
  "after its bytes have been read": (response) => response.arrayBuffer,
  "after its stream has been drained": (response) => Effect.exit(Stream.runDrain(response.stream))
}

const clients: Readonly<Record<string, Layer.Layer<HttpClient.HttpClient>>> = {
  undici: NodeHttpClient.layerUndici,
  "node:http": NodeHttpClient.layerNodeHttp
}

/** How many sessions come. */
const operations: Readonly<Record<string, Effect.Effect<number, ListError, ClientSessions>>> = {
  list: Effect.map(ClientSessions.list(), ({ length }) => length),
  stream: Stream.runCount(ClientSessions.stream())
}

const credentials = Credentials.ApiKey("seam_testkey_9f8e7d6c5b4a")

/** What comes: sessions, or a failure. Anything else fails the test. */
const cameOf = (exit: Exit.Exit<number, ListError | SeamConfigurationError>): number | ListError => {
  if (Exit.isSuccess(exit)) return exit.value
  const [reason, ...others] = exit.cause.reasons
  assert.ok(reason !== undefined && Cause.isFailReason(reason) && others.length === 0, Cause.pretty(exit.cause))
  assert.ok(reason.error._tag !== "SeamConfigurationError")
  return reason.error
}

for (const [name, http] of Object.entries(clients)) {
  for (const [operation, call] of Object.entries(operations)) {
    for (const [when, tap] of Object.entries(taps)) {
      Deno.test(`${operation}() over ${name} takes an answer ${when}`, async () => {
        for (const [answer, [status, body, comes]] of Object.entries(answers)) {
          await using server = await serve(status, body)
          const client = ClientSessions.layer({
            credentials,
            endpoint: server.endpoint,
            retry: { attempts: 1 },
            transformClient: HttpClient.tap(tap)
          }).pipe(Layer.provide(http))
          const came = cameOf(await Effect.runPromiseExit(Effect.provide(call, client)))
          const isDrained = when.includes("drained")
          assert.equal(
            typeof came === "number" ? came : came._tag,
            typeof comes === "number" && isDrained ? "SeamInvalidResponse" : comes,
            answer
          )
          if (typeof came !== "number" && came._tag === "SeamInvalidResponse") {
            assert.match(came.message, /had been read/, answer)
          }
          if (typeof came !== "number" && "serverMessage" in came && body !== "" && !isDrained) {
            assert.equal(came.serverMessage && Redacted.value(came.serverMessage), "No.", answer)
          }
          assert.equal(server.requests(), 1, answer)
        }
      })
    }
  }
}
