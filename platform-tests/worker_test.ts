// The Worker, and the simulator beside it, in the real workerd.
import { Simulator } from "@seam-effect/client-sessions/simulator"
import assert from "node:assert/strict"
import type { Failure } from "../examples/worker/failure.ts"
import { workspaces } from "../examples/worker/simulator/index.ts"
import { json, ndjson, pathOf, startBefore, startBoth } from "./exampleWorker.ts"

const sessions = workspaces.flatMap(({ sessions }) => sessions)
const users = [...new Set(sessions.flatMap(({ user_identifier_key }) => user_identifier_key ?? []))]
const jane = sessions.find(({ user_identifier_key }) => user_identifier_key === "jane_doe")

const idsOf = (user: string): ReadonlyArray<string> =>
  sessions.filter(({ user_identifier_key }) => user_identifier_key === user).map((session) => session.client_session_id)
    .sort()

/** The ids in an answer of either kind. */
const idsIn = (text: string): ReadonlyArray<string> =>
  Array.from(text.matchAll(/"client_session_id":"([^"]+)"/g), ([, id = ""]) => id).sort()

const linesOf = (text: string): ReadonlyArray<unknown> => text.trimEnd().split("\n").map((line) => JSON.parse(line))

Deno.test("the Worker lists a user's sessions without their tokens, at once or a line each", async () => {
  await using running = await startBoth()
  assert.ok(jane !== undefined)
  const { token: _, ...expected } = { ...jane, created_at: `${jane.created_at.slice(0, 23)}Z` }
  for (const headers of [json, ndjson]) {
    const response = await fetch(new URL(pathOf("jane_doe"), running.url), { headers })
    assert.equal(response.status, 200)
    assert.equal(response.headers.get("content-type"), headers.accept)
    assert.equal(response.headers.get("cache-control"), "no-store")
    const text = await response.text()
    const found = headers === json ? JSON.parse(text).client_sessions : linesOf(text).slice(0, -1)
    assert.deepEqual(
      found.find((session: typeof jane) => session.client_session_id === jane.client_session_id),
      expected
    )
    assert.deepEqual(idsIn(text), idsOf("jane_doe"))
    assert.doesNotMatch(text, /token|seam_/)
    if (headers === ndjson) assert.deepEqual(linesOf(text).at(-1), { ok: true })
  }
})

Deno.test("the Worker answers each of the client's failures with a status that fits", async (t) => {
  type Expected = {
    readonly status: number
    readonly path?: string
    readonly vars?: Record<string, string | undefined>
    readonly hasId?: boolean
    readonly retryAfter?: string
  }
  const expected: Record<Failure["_tag"], Expected> = {
    SeamInvalidFilter: { status: 400, path: "/sessions" },
    SeamConfigurationError: { status: 500, vars: { SEAM_API_KEY: undefined } },
    SeamBadRequest: { status: 502, hasId: true },
    SeamUnauthorized: { status: 500, hasId: true },
    SeamRateLimited: { status: 503, hasId: true, retryAfter: "7" },
    SeamServerError: { status: 502, hasId: true },
    SeamUnexpectedStatus: { status: 502, hasId: true },
    SeamInvalidResponse: { status: 502, hasId: true },
    SeamContractViolation: { status: 502, hasId: true },
    SeamConnectionFailed: { status: 502 },
    SeamTimedOut: { status: 504, vars: { SEAM_TIMEOUT: "100 millis" } }
  }
  await using healthy = await startBoth()
  for (const [tag, { hasId, path, retryAfter, status, vars }] of Object.entries(expected)) {
    await t.step(`${tag}: ${status}`, async () => {
      await using own = vars === undefined ? undefined : await startBoth({ vars })
      const { logged, url } = own ?? healthy
      for (const headers of [json, ndjson]) {
        const response = await fetch(new URL(path ?? pathOf(`fault:${tag}`), url), { headers })
        assert.equal(response.status, status)
        assert.equal(response.headers.get("content-type"), "application/json")
        assert.equal(response.headers.get("cache-control"), "no-store")
        assert.equal(response.headers.get("retry-after"), retryAfter ?? null)
        assert.match(response.headers.get("seam-request-id") ?? "", hasId === true ? /^[\da-f-]{36}$/ : /^$/)
        const { message, ...rest } = await response.json()
        assert.deepEqual(rest, { ok: false, error: tag })
        // None of the simulator's own words.
        assert.doesNotMatch(message, /received|too many|bad gateway|redacted/i)
      }
      assert.doesNotMatch(await logged(tag), /seam_simulated/)
    })
  }
})

Deno.test("the Worker lists for one user, never for nobody or for two", async () => {
  await using running = await startBoth()
  const paths = ["/sessions", "/sessions?user_identifier_key=", "/sessions?user_identifer_key=jane_doe"]
  for (const path of [...paths, `${pathOf("jane_doe")}&user_identifier_key=omar_haddad`]) {
    for (const headers of [json, ndjson]) {
      const response = await fetch(new URL(path, running.url), { headers })
      assert.equal(response.status, 400)
      assert.deepEqual(idsIn(await response.text()), [])
    }
  }
})

Deno.test("the Worker has one path and one method", async () => {
  await using running = await startBoth()
  const elsewhere = await fetch(running.url)
  const posted = await fetch(new URL(pathOf("jane_doe"), running.url), { method: "POST" })
  assert.deepEqual([elsewhere.status, posted.status, posted.headers.get("allow")], [404, 405, "GET"])
  await Promise.all([elsewhere.body?.cancel(), posted.body?.cancel()])
})

Deno.test("the Worker gives each of many requests at once its own answer", async () => {
  assert.ok(users.length > 40)
  const asked = [...users, ...users].map((user, index) => ({ user, headers: index % 2 === 0 ? json : ndjson }))
  const simulator = Simulator.make({ workspaces })
  // No request is answered before all of them are there. Then the last comes first.
  const waiting: Array<() => void> = []
  await using server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, async (request) => {
    const { promise, resolve } = Promise.withResolvers<void>()
    if (waiting.push(resolve) === asked.length) waiting.reverse().forEach((resolve) => resolve())
    await promise
    return await simulator.fetch(request)
  })
  await using running = await startBefore(server.addr.port)
  await Promise.all(asked.map(async ({ headers, user }) => {
    const response = await fetch(new URL(pathOf(user), running.url), { headers })
    assert.deepEqual(idsIn(await response.text()), idsOf(user))
  }))
})

Deno.test("the Worker ends a stream with a failure where Seam's answer stops being what the contract says", async () => {
  const text = `{"client_sessions":[${JSON.stringify(jane)},{"client_session_id":"another"}]}`
  await using server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, () => new Response(text))
  await using running = await startBefore(server.addr.port)
  const response = await fetch(new URL(pathOf("jane_doe"), running.url), { headers: ndjson })
  assert.equal(response.status, 200)
  const body = await response.text()
  assert.deepEqual(idsIn(body), [jane?.client_session_id])
  assert.deepEqual(linesOf(body).at(-1), {
    ok: false,
    error: "SeamInvalidResponse",
    message: "Seam gave no good answer: try again later."
  })
})
