import * as Effect from "effect/Effect"
import * as Tracer from "effect/Tracer"
import assert from "node:assert/strict"
import config from "../deno.json" with { type: "json" }
import { ClientSessions, type ListFilter, type Options } from "../mod.ts"
import { example, layerOf, ok, type Respond } from "./internal/testing.ts"

/** The spans that listing makes inside a program's own span, and the headers that were sent. */
const traced = async (respond: Respond, filter: ListFilter = {}, options: Partial<Options> = {}) => {
  const spans: Array<Tracer.NativeSpan> = []
  let headers = new Headers()
  const tracer = Tracer.make({
    span: (options) => {
      const span = new Tracer.NativeSpan(options)
      spans.push(span)
      return span
    }
  })
  await ClientSessions.list(filter).pipe(
    Effect.withSpan("program"),
    Effect.provide(layerOf((request) => {
      headers = request.headers
      return respond(request)
    }, { retry: { attempts: 1 }, ...options })),
    Effect.provideService(Tracer.Tracer, tracer),
    Effect.exit,
    Effect.runPromise
  )
  return { headers, spans }
}

Deno.test("list() makes one span, with what the answer was", async () => {
  const { spans } = await traced(
    () => Response.json({ client_sessions: [example] }, { headers: { "seam-request-id": "req-1" } }),
    { user_identifier_key: "jane_doe", without_user_identifier_key: false }
  )
  assert.deepEqual(spans.map(({ name }) => name), ["program", "ClientSessions.list"])
  const span = spans[1]
  assert.equal(span?.kind, "client")
  assert.deepEqual(Object.fromEntries(span?.attributes ?? []), {
    "seam.filters": ["user_identifier_key", "without_user_identifier_key"],
    "http.response.status_code": 200,
    "seam.request_id": "req-1",
    "seam.client_sessions.count": 1
  })
})

Deno.test("list() makes one span for a refusal too", async () => {
  const { spans } = await traced(() => new Response(null, { status: 401 }))
  assert.deepEqual(spans.map(({ name }) => name), ["program", "ClientSessions.list"])
  assert.deepEqual(Object.fromEntries(spans[1]?.attributes ?? []), {
    "seam.filters": [],
    "http.response.status_code": 401
  })
  assert.equal(spans[1]?.status._tag, "Ended")
})

Deno.test("list() sends no trace headers unless asked to", async () => {
  const names = async (options: Partial<Options>) => [...(await traced(() => ok(), {}, options)).headers.keys()]
  const plain = ["accept", "authorization", "content-type", "seam-sdk-name", "seam-sdk-version"]
  assert.deepEqual(await names({}), plain)
  assert.deepEqual(await names({ propagateTrace: true }), [...plain, "b3", "traceparent"].sort())
  const { headers, spans } = await traced(() => ok(), {}, { propagateTrace: true })
  assert.ok(headers.get("traceparent")?.includes(spans[1]?.spanId ?? "no span"))
})

Deno.test("list() names the library and the version that is published", async () => {
  const { headers } = await traced(() => ok())
  assert.equal(headers.get("seam-sdk-name"), "seam-effect-client-sessions")
  assert.equal(headers.get("seam-sdk-version"), config.version)
})
