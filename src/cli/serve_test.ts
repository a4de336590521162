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
  const [url = ""] = /http:\/\/[\d.]+:\d+/.exec(said) ?? []
  const keys = [...said.matchAll(/SEAM_API_KEY=(\S+)/g)].map(([, key]) => key)
  const [, token, workspace] = /SEAM_PERSONAL_ACCESS_TOKEN=(\S+) SEAM_WORKSPACE_ID=(\S+)/.exec(said) ?? []
  const stop = async () => {
    child.kill("SIGINT")
    await reader.cancel()
    const [{ code }, stderr] = await Promise.all([child.status, new Response(child.stderr).text()])
    return [code, stderr]
  }
  const memory = (): number => {
    const [, kibibytes] = /^VmHWM:\s+(\d+) kB$/m.exec(Deno.readTextFileSync(`/proc/${child.pid}/status`)) ?? []
    return Number(kibibytes) * 1024
  }
  return { keys, memory, said, stop, token, url: `${url}/client_sessions/list`, workspace }
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

const mebibyte = 1024 * 1024

/** Sends what it is given, and a body of so many bytes after it. Nothing of the answer is read. */
const send = async (url: string, head: string, bytes: number, then: "leave" | "wait" = "wait"): Promise<void> => {
  const { hostname, port } = new URL(url)
  const connection = await Deno.connect({ hostname, port: Number(port) })
  try {
    await connection.write(new TextEncoder().encode(head))
    const chunk = new Uint8Array(mebibyte)
    for (let sent = 0; sent < bytes; sent += chunk.length) await connection.write(chunk)
    if (then === "wait") await connection.read(new Uint8Array(mebibyte))
  } catch {
    // The server has closed the connection.
  }
  connection.close()
}

Deno.test({
  name: "serve takes 26 bodies of 20 MB and clients that leave, in bounded memory, and says nothing of them",
  ignore: Deno.build.os !== "linux",
  fn: async () => {
    const { keys: [key], memory, stop, url } = await started()
    const before = memory()
    const credential = `authorization: Bearer ${key}\r\ncontent-type: application/json\r\n`
    const list = "POST /client_sessions/list HTTP/1.1\r\n"
    for (const head of ["POST /nothing HTTP/1.1\r\n", list, `${list}${credential}`]) {
      const large = `${head}host: x\r\ncontent-length: 20000000\r\n\r\n`
      await Promise.all(Array.from({ length: 26 }, () => send(url, large, 20_000_000)))
    }
    for (const host of ["[", "x", "a b"]) {
      await send(url, `${list}${credential}host: ${host}\r\ncontent-length: 9\r\n\r\n{`, 0, "leave")
    }
    await send(url, `${list}${credential}host: x\r\ncontent-length: 2\r\n\r\n{}`, 0, "leave")
    assert.equal((await idsOf(url, { authorization: `Bearer ${key}` })).length, 20)
    // 520 MB were sent in each of three ways.
    const more = memory() - before
    assert.ok(more < 100 * mebibyte, `${more} bytes more`)
    assert.deepEqual(await stop(), [130, ""])
  }
})

const preflight = {
  method: "OPTIONS",
  headers: {
    origin: "http://localhost:5173",
    "access-control-request-method": "POST",
    "access-control-request-headers": "authorization,content-type"
  }
}

const allowed = (response: Response): Readonly<Record<string, string>> =>
  Object.fromEntries([...response.headers].filter(([name]) => name.startsWith("access-control-")))

Deno.test("serve says nothing of other origins, unless --cors names one", async () => {
  const { keys: [key], stop, url } = await started()
  const { origin } = preflight.headers
  for (const init of [preflight, { headers: { origin } }, { headers: { authorization: `Bearer ${key}`, origin } }]) {
    const response = await fetch(url, init)
    await response.body?.cancel()
    assert.deepEqual(allowed(response), {})
  }
  await stop()
})

Deno.test("serve --cors lets the pages of one origin ask", async () => {
  const { keys: [key], stop, url } = await started("--cors", "http://localhost:5173/")
  const common = {
    "access-control-allow-origin": "http://localhost:5173",
    "access-control-expose-headers": "retry-after, seam-request-id"
  }
  const response = await fetch(url, preflight)
  assert.equal(response.status, 204)
  assert.deepEqual(allowed(response), {
    ...common,
    "access-control-allow-methods": "GET, POST",
    "access-control-allow-headers": "authorization,content-type"
  })
  for (const [headers, status] of [[{ authorization: `Bearer ${key}` }, 200], [{}, 401]] as const) {
    const answer = await fetch(url, { headers })
    await answer.body?.cancel()
    assert.equal(answer.status, status)
    assert.deepEqual(allowed(answer), common)
  }
  const other = await fetch(url, { ...preflight, headers: { ...preflight.headers, origin: "http://localhost:5174" } })
  await other.body?.cancel()
  assert.equal(other.status, 401)
  await stop()
})

Deno.test("serve --cors * exits with 2", async () => {
  const { exitCode, stderr, stdout } = await run(["serve", "--cors", "*"])
  assert.deepEqual([exitCode, stdout], [2, ""])
  assert.equal(stderr, "Expected scheme://host[:port] after --cors.\nSee --help.\n")
})

Deno.test("serve listens at another address only where it is told to and Deno lets it", async () => {
  const { said, stop } = await started("--hostname", "0.0.0.0")
  assert.match(said, /http:\/\/0\.0\.0\.0:\d+.*\nOther machines reach it, too\./)
  await stop()
  assert.deepEqual(await run(["serve", "--hostname", "192.0.2.1"]), {
    exitCode: 2,
    stdout: "",
    stderr: "Deno lets nobody listen at that address: give it leave with --allow-net.\n"
  })
  assert.deepEqual(await run(["serve", "--hostname", "192.0.2.1"], {}, ["--allow-net"]), {
    exitCode: 2,
    stdout: "",
    stderr: "That is no address of this machine: choose another with --hostname.\n"
  })
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
