// The Worker that only lists, in the real workerd, with a server on this machine in Seam's place.
import { type Fault, Simulator } from "@seam-effect/client-sessions/simulator"
import assert from "node:assert/strict"
import { start, workerIn } from "./workerd.ts"

/** What the Worker answers to a path, and whether Seam was asked. */
const ask = async (path: string, { fault, key }: { readonly fault?: Fault; readonly key?: string } = {}) => {
  const simulator = Simulator.make({ workspaces: [Simulator.documented], faults: fault === undefined ? [] : [fault] })
  let isAsked = false
  await using server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, (request) => {
    isAsked = true
    return simulator.fetch(request)
  })
  const vars = {
    SEAM_ENDPOINT: `http://127.0.0.1:${server.addr.port}`,
    ...key === undefined ? {} : { SEAM_API_KEY: key }
  }
  await using running = await start([await workerIn(new URL("../examples/list-worker/", import.meta.url), { vars })])
  const response = await fetch(new URL(path, running.url))
  return { status: response.status, text: await response.text(), isAsked }
}

const jane = "/sessions?user_identifier_key=jane_doe"

Deno.test("the Worker that only lists gives a user's sessions without their tokens", async () => {
  const { status, text } = await ask(jane)
  assert.equal(status, 200)
  const { client_sessions } = JSON.parse(text)
  assert.equal(client_sessions.length, 1)
  assert.equal(client_sessions[0].user_identifier_key, "jane_doe")
  assert.doesNotMatch(text, /token|seam_/)
})

Deno.test("the Worker that only lists never asks for everybody's sessions", async () => {
  for (const path of ["/sessions", "/sessions?user_identifier_key="]) {
    assert.deepEqual(await ask(path), { status: 400, text: `{"error":"SeamInvalidFilter"}`, isAsked: false })
  }
  assert.deepEqual(await ask("/"), { status: 404, text: "", isAsked: false })
})

Deno.test("the Worker that only lists answers a failure with its tag and a status that fits", async () => {
  const failed = async (...args: Parameters<typeof ask>) => {
    const { status, text } = await ask(...args)
    return [status, JSON.parse(text).error]
  }
  assert.deepEqual(await failed(jane, { key: "" }), [500, "SeamConfigurationError"])
  assert.deepEqual(await failed(jane, { key: "seam_another" }), [500, "SeamUnauthorized"])
  assert.deepEqual(await failed(jane, { fault: { _tag: "MalformedJson" } }), [502, "SeamInvalidResponse"])
  const john = "/sessions?user_identifier_key=john_doe"
  assert.deepEqual(await failed(john, { fault: { _tag: "IgnoredFilter" } }), [502, "SeamContractViolation"])
})
