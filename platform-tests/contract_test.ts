// The contract checks, over HTTP, against the simulator in the real workerd.
import * as Effect from "effect/Effect"
import assert from "node:assert/strict"
import * as Contract from "../contract-tests/mod.ts"
import { workspaces } from "../examples/worker/simulator/index.ts"
import { start, workerIn } from "./workerd.ts"

Deno.test("the simulator in workerd keeps the contract", async () => {
  await using running = await start([await workerIn(new URL("../examples/worker/simulator/", import.meta.url))])
  const [workspace] = workspaces
  assert.ok(workspace !== undefined)
  const [apiKey = ""] = workspace.credentials.apiKeys
  const report = await Effect.runPromise(Contract.run(
    { url: running.url.href, credential: { apiKey }, sessions: workspace.sessions },
    { seed: 1, runs: 20 }
  ))
  assert.ok(Contract.isHeld(report), Contract.lines(report).join("\n"))
  assert.ok(report.checks.some(({ kind, outcome }) => kind === "meaning" && outcome === "passed"))
})
