import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import assert from "node:assert/strict"
import { ClientSessions, type ListError } from "../../mod.ts"
import { example, failureOf, layerOf, once } from "../internal/testing.ts"

const calls: Readonly<Record<string, Effect.Effect<number, ListError, ClientSessions>>> = {
  list: Effect.map(ClientSessions.list(), (sessions) => sessions.length),
  stream: Stream.runCount(ClientSessions.stream())
}

/** A body of the given chunks, again and again if they are to be endless; `isCancelled` says whether it was let go. */
const bodyOf = (chunks: ReadonlyArray<unknown>, isEndless = false) => {
  let at = 0
  let cancelled = false
  const body = new ReadableStream({
    pull: (controller) => {
      if (at === chunks.length && !isEndless) controller.close()
      else controller.enqueue(chunks[at++ % chunks.length])
    },
    cancel: () => void (cancelled = true)
  })
  return { body, isCancelled: () => cancelled }
}

const bytes = new TextEncoder().encode(JSON.stringify({ client_sessions: [example, example], ok: true }))
const empty = new Uint8Array()

for (const [operation, call] of Object.entries(calls)) {
  Deno.test(`${operation}() takes two thousand empty chunks, with bytes between them`, async () => {
    const chunks = Array.from({ length: 20 }, (_, index) => {
      const part = bytes.slice(Math.floor(index * bytes.length / 20), Math.floor((index + 1) * bytes.length / 20))
      return [...Array<Uint8Array>(100).fill(empty), part]
    })
    const { body } = bodyOf(chunks.flat())
    assert.equal(await Effect.runPromise(Effect.provide(call, layerOf(() => new Response(body)))), 2)
  })

  for (const [name, chunk] of [["empty chunks without end", empty], ["chunks that aren't bytes", 7]] as const) {
    Deno.test(`${operation}() fails at ${name}, and lets the body go`, async () => {
      const { body, isCancelled } = bodyOf([chunk], true)
      // A response over a stream of something else than bytes, as only a middleware makes it.
      const answer = Object.defineProperties(new Response(), { body: { value: body }, bodyUsed: { value: false } })
      const failure = failureOf(await Effect.runPromiseExit(Effect.provide(call, layerOf(() => answer, once))))
      assert.equal(failure._tag, "SeamConnectionFailed")
      assert.ok(isCancelled())
    })
  }
}

Deno.test("list() tells what is wrong with a body, wherever a character of it is cut", async () => {
  const bytes = new TextEncoder().encode(`{"client_sessions":[}"é"]}`)
  for (let first = 1; first < bytes.length; first++) {
    for (let second = first + 1; second < bytes.length; second++) {
      const { body } = bodyOf([bytes.slice(0, first), bytes.slice(first, second), bytes.slice(second)])
      const call = Effect.provide(ClientSessions.list(), layerOf(() => new Response(body), once))
      const failure = failureOf(await Effect.runPromiseExit(call))
      assert.ok(failure._tag === "SeamInvalidResponse")
      assert.deepEqual(failure.problems, [{ path: "", expected: "JSON" }], `${first}, ${second}`)
    }
  }
})
