import * as Effect from "effect/Effect"
import assert from "node:assert/strict"
import { Simulator } from "../simulator/mod.ts"
import { makeFetch } from "./loopback.ts"
import { run, serving } from "./testing.ts"
import * as World from "./world.ts"

Deno.test("makeFetch() follows no redirect away from this machine, and closes its connections in the end", async () => {
  await using server = serving({ fetch: () => Response.redirect("http://example.com/", 307) })
  const kept = await Effect.runPromise(Effect.scoped(Effect.gen(function*() {
    const fetch = yield* makeFetch()
    for (const input of [server.url, new URL(server.url), new Request(server.url)]) {
      const response = yield* Effect.promise(() => fetch(input))
      assert.equal(response.status, 307)
      yield* Effect.promise(async () => await response.body?.cancel())
    }
    return fetch
  })))
  await assert.rejects(async () => await kept(server.url))
})

const workspaces = World.make(World.defaults)
const [apiKey = ""] = workspaces[0].credentials.apiKeys

/** A simulator that stands where the proxy is, and keeps what it was asked for. */
const recording = () => {
  const asked: Array<string> = []
  const { fetch } = Simulator.make({ workspaces })
  const proxy = serving({
    fetch: (request) => {
      asked.push(request.url)
      return fetch(request)
    }
  })
  const env = { HTTP_PROXY: proxy.url, http_proxy: proxy.url, NO_PROXY: "", no_proxy: "", SEAM_API_KEY: apiKey }
  return { asked, env, ...proxy }
}

const oneCheck = ["--check", "positive_data_acceptance", "--runs", "1"]

for (const host of ["127.0.0.1", "localhost"]) {
  Deno.test(`list and contract ask ${host} without the proxy that HTTP_PROXY names`, async () => {
    await using proxy = recording()
    const simulator = Simulator.make({ workspaces })
    await using server = serving(simulator)
    const url = server.url.replace("127.0.0.1", host)
    const commands = [
      [["list", "--endpoint", url], {}],
      [["list"], { SEAM_ENDPOINT: url }],
      [["contract", "--url", url, ...oneCheck], {}]
    ] as const
    for (const [args, env] of commands) {
      const before = simulator.requests.length
      const { exitCode, stderr } = await run(args, { ...proxy.env, ...env })
      assert.deepEqual([exitCode, stderr, proxy.asked], [0, "", []], args.join(" "))
      assert.ok(simulator.requests.length > before)
    }
  })
}

Deno.test("contract asks another machine through the proxy that HTTP_PROXY names", async () => {
  await using proxy = recording()
  const { exitCode, stderr } = await run(
    ["contract", "--url", "http://seam.example", "--rate", "1000", ...oneCheck],
    proxy.env
  )
  assert.deepEqual([exitCode, stderr], [0, ""])
  assert.ok(proxy.asked.length > 0)
  assert.ok(proxy.asked.every((url) => url.startsWith("http://seam.example/")))
})
