// Which way of decoding runs in the real workerd, where code can't be made from text.
import { Simulator } from "@seam-effect/client-sessions/simulator"
import assert from "node:assert/strict"
import { bundle } from "./bundle.ts"
import { start } from "./workerd.ts"

const decodingWorker = "platform-tests/decoding_worker.ts"

Deno.test("a Worker carries the decoder, no interpreter of schemas, and nothing that makes code from text", async () => {
  for (const path of [decodingWorker, "examples/worker/index.ts"]) {
    const { code, modules } = await bundle(path)
    const names = modules.filter(({ bytes }) => bytes > 0).map(({ path }) => path)
    assert.ok(names.some((name) => name.endsWith("src/decode/clientSession.ts")))
    assert.deepEqual(
      names.filter((name) => /\/effect\/.*(SchemaAST|SchemaParser|SchemaCompiler|interpreter|codegen)/.test(name)),
      []
    )
    // The decoding Worker tries to, in order to show that it can't.
    if (path !== decodingWorker) assert.doesNotMatch(code, /\beval\(|\bnew Function\(/)
  }
})

Deno.test("in workerd, where code can't be made from text, sessions are decoded and every problem is found", async () => {
  const { code } = await bundle(decodingWorker)
  await using running = await start([{ modules: true, script: code, compatibilityDate: "2026-04-01" }])
  const decode = async (client_sessions: ReadonlyArray<object>): Promise<unknown> => {
    const body = JSON.stringify({ client_sessions, ok: true })
    return await (await fetch(running.url, { method: "POST", body })).json()
  }
  const sessions = Simulator.generate({ sessions: 1000 }).flatMap(({ sessions }) => sessions)
  assert.deepEqual(await decode(sessions), { isEvalAllowed: false, decoded: 1000 })
  assert.deepEqual(await decode([...sessions, { ...sessions[0], device_count: "1" }]), {
    isEvalAllowed: false,
    decoded: [{ path: "client_sessions[1000].device_count", expected: "number" }]
  })
})
