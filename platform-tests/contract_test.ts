// The contract checks, over HTTP, against the simulator in the real workerd.
import * as Effect from "effect/Effect"
import assert from "node:assert/strict"
import { Contract, Report } from "../contract-tests/mod.ts"
import { clientSessions, conventions } from "../contract-tests/seam/mod.ts"
import { workspaces } from "../examples/worker/simulator/index.ts"
import { start, workerIn } from "./workerd.ts"

Deno.test("the simulator in workerd keeps the contract", async () => {
  await using running = await start([await workerIn(new URL("../examples/worker/simulator/", import.meta.url))])
  const [workspace] = workspaces
  assert.ok(workspace !== undefined)
  const [apiKey = ""] = workspace.credentials.apiKeys
  const report = await Effect.runPromise(Contract.run(
    clientSessions,
    { url: running.url.href, credential: apiKey, items: workspace.sessions.map((session) => ({ ...session })) },
    { seed: 1, runs: 20, conventions: [conventions.page, conventions.wire] }
  ))
  assert.ok(Report.isHeld(report), Report.lines(report).join("\n"))
  assert.ok(report.checks.some(({ kind, outcome }) => kind === "meaning" && outcome === "passed"))
})
