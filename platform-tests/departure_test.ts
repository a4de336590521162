// What the Worker does while Seam takes its time, and when its caller goes away meanwhile.
import assert from "node:assert/strict"
import { once } from "node:events"
import { createServer } from "node:http"
import { connect } from "node:net"
import worker from "../examples/worker/index.ts"
import { workspaces } from "../examples/worker/simulator/index.ts"
import { json, ndjson, pathOf, startBefore } from "./exampleWorker.ts"
import type { Running } from "./workerd.ts"

const jane = workspaces.flatMap(({ sessions }) => sessions)
  .find(({ user_identifier_key }) => user_identifier_key === "jane_doe")

/** The start of an answer: one session, and the promise of another. */
const begun = `{"client_sessions":[${JSON.stringify(jane)},`

/** A Seam that sends a text and nothing after it. Tells when it is asked, and when whoever asked has gone. */
const startHanging = async (text: string): Promise<
  AsyncDisposable & { readonly port: number; readonly asked: Promise<void>; readonly left: Promise<void> }
> => {
  const asked = Promise.withResolvers<void>()
  const left = Promise.withResolvers<void>()
  const server = createServer((_request, response) => {
    response.on("close", left.resolve)
    if (text !== "") response.write(text)
    asked.resolve()
  })
  await once(server.listen(0, "127.0.0.1"), "listening")
  const address = server.address()
  assert.ok(typeof address === "object" && address !== null)
  return {
    port: address.port,
    asked: asked.promise,
    left: left.promise,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections()
      await once(server.close(), "close")
    }
  }
}

/**
 * A caller who can go away as a broken connection does, by a reset. An aborted `fetch` only ends its own side of the
 * connection, after which HTTP/1.1 lets the server answer still.
 */
const call = async ({ url }: Running, accept: string) => {
  const socket = connect(Number(url.port), url.hostname)
  await once(socket, "connect")
  const answered = once(socket, "data")
  socket.write(`GET ${pathOf("jane_doe")} HTTP/1.1\r\nhost: ${url.host}\r\naccept: ${accept}\r\n\r\n`)
  return { answered, leave: () => socket.resetAndDestroy() }
}

for (const { accept } of [json, ndjson]) {
  Deno.test(`the Worker gives up asking Seam when the caller of ${accept} has gone before the answer`, async () => {
    await using seam = await startHanging("")
    await using running = await startBefore(seam.port)
    const caller = await call(running, accept)
    await seam.asked
    caller.leave()
    await seam.left
  })

  Deno.test(`the Worker gives up Seam's answer when the caller of ${accept} has gone in the middle of it`, async () => {
    await using seam = await startHanging(begun)
    await using running = await startBefore(seam.port)
    const caller = await call(running, accept)
    await (accept === ndjson.accept ? caller.answered : seam.asked)
    caller.leave()
    await seam.left
  })
}

// workerd ends what a request has begun by itself. Elsewhere it takes the request's signal.
for (const headers of [json, ndjson]) {
  Deno.test(`the Worker passes the signal of a request for ${headers.accept} on`, async () => {
    const caller = new AbortController()
    const passed = Promise.withResolvers<AbortSignal>()
    const SEAM = {
      fetch: (_: unknown, { signal }: RequestInit = {}) => {
        if (signal) passed.resolve(signal)
        return new Promise<never>((_, reject) => signal?.addEventListener("abort", () => reject(signal.reason)))
      }
    }
    const request = new Request(new URL(pathOf("jane_doe"), "https://worker.example"), {
      headers,
      signal: caller.signal
    })
    const answer = worker.fetch(request, { SEAM, SEAM_API_KEY: "seam_simulated" })
    const signal = await passed.promise
    assert.equal(signal.aborted, false)
    caller.abort()
    await assert.rejects(answer)
    assert.equal(signal.aborted, true)
  })
}

Deno.test("the Worker streams a session before Seam has sent the next", async () => {
  await using seam = await startHanging(begun)
  await using running = await startBefore(seam.port)
  const response = await fetch(new URL(pathOf("jane_doe"), running.url), { headers: ndjson })
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader()
  const { value = "" } = await reader?.read() ?? {}
  assert.equal(JSON.parse(value).client_session_id, jane?.client_session_id)
  await reader?.cancel()
})
