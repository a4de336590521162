import assert from "node:assert/strict"
import { run, spawn } from "./testing.ts"

/** Starts `serve` and waits for what it prints. */
const started = async (...args: ReadonlyArray<string>) => {
  const child = spawn(["serve", "--port", "0", ...args])
  let said = ""
  const reader = child.stdout.pipeThrough(new TextDecoderStream()).getReader()
  while (!said.includes("--json")) {
    const { done, value } = await reader.read()
    assert.ok(!done, `serve ended: ${said}`)
    said += value
  }
  const [url = ""] = /http:\/\/127\.0\.0\.1:\d+/.exec(said) ?? []
  const keys = [...said.matchAll(/SEAM_API_KEY=(\S+)/g)].map(([, key]) => key)
  const [, token, workspace] = /SEAM_PERSONAL_ACCESS_TOKEN=(\S+) SEAM_WORKSPACE_ID=(\S+)/.exec(said) ?? []
  const stop = async () => {
    child.kill("SIGINT")
    await reader.cancel()
    const [{ code }, stderr] = await Promise.all([child.status, new Response(child.stderr).text()])
    return [code, stderr]
  }
  return { keys, said, stop, token, url: `${url}/client_sessions/list`, workspace }
}

const idsOf = async (url: string, headers: Record<string, string>, body = {}): Promise<ReadonlyArray<string>> => {
  const response = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify(body)
  })
  const { client_sessions } = await response.json()
  return client_sessions.map(({ client_session_id }: { readonly client_session_id: string }) => client_session_id)
}

Deno.test("serve answers for the credentials it prints, the documentation's example among the rest, until Ctrl-C", async () => {
  const { keys: [key, otherKey], stop, token, url, workspace } = await started("--sessions", "5", "--seed", "9")
  const id = "a083ce0f-8b03-4081-ac9a-1ad2ce6aaabc"
  assert.deepEqual(await idsOf(url, { authorization: `Bearer ${key}` }, { client_session_id: id }), [id])
  const all = await idsOf(url, { authorization: `Bearer ${key}` })
  assert.equal(all.length, 5)
  const withToken = { authorization: `Bearer ${token}`, "seam-workspace": workspace ?? "" }
  assert.deepEqual(await idsOf(url, withToken), all)
  const others = await idsOf(url, { authorization: `Bearer ${otherKey}` })
  assert.ok(others.length > 0 && others.every((id) => !all.includes(id)))
  assert.deepEqual(await stop(), [130, ""])
})

Deno.test("serve makes the same sessions from the same seed", async () => {
  const list = async (seed: string) => {
    const { keys: [key], stop, url } = await started("--seed", seed)
    const ids = await idsOf(url, { authorization: `Bearer ${key}` })
    await stop()
    return ids
  }
  const [once, again, other] = [await list("3"), await list("3"), await list("4")]
  assert.equal(once.length, 20)
  assert.deepEqual(again, once)
  assert.notDeepEqual(other, once)
})

Deno.test("serve says when its port is taken, and exits with 2", async () => {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 })
  const { port } = listener.addr
  const { exitCode, stderr, stdout } = await run(["serve", "--port", String(port)])
  assert.deepEqual([exitCode, stdout], [2, ""])
  assert.equal(stderr, `Port ${port} is in use: choose another with --port, or any free one with --port 0.\n`)
})

for (
  const args of [["--port", "65536"], ["--port", "-1"], ["--port", "x"], ["--sessions", "-1"], ["--seed", "1.5"], ["x"]]
) {
  Deno.test(`serve ${args.join(" ")} exits with 2`, async () => {
    const { exitCode, stderr, stdout } = await run(["serve", ...args])
    assert.deepEqual([exitCode, stdout], [2, ""])
    assert.match(stderr, /^.+\nSee --help\.\n$/)
  })
}
