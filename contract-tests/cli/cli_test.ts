/**
 * The command as its user meets it, over real connections: servers that have a limit, that live, that have a certificate of their
 * own, and that mix up who asks on a connection.
 */
import assert from "node:assert/strict"
import { createServer } from "node:http"
import type { IncomingMessage, ServerResponse } from "node:http"
import { main } from "../cli.ts"
import type { CheckResult } from "../engine/Report.ts"
import { isQuick } from "../engine/testing.ts"

const path = (name: string): string => new URL(name, import.meta.url).pathname

interface Said {
  readonly exitCode: number
  readonly stdout: string
  readonly stderr: string
}

const run = async (args: ReadonlyArray<string>): Promise<Said> => {
  const said = { stdout: "", stderr: "" }
  const exitCode = await main(args, {}, {
    variable: () => undefined,
    print: (text) => void (said.stdout += text),
    printError: (text) => void (said.stderr += text),
    stdoutIsTerminal: false,
    stderrIsTerminal: false,
    onInterrupt: () => () => undefined
  })
  return { exitCode, ...said }
}

const declaration = `
import { Filter, Operation } from ${JSON.stringify(new URL("../mod.ts", import.meta.url).href)}
export const things = Operation.make({
  path: "/things",
  by: "both",
  items: "things",
  id: "id",
  credentials: { variable: "KEY", otherVariable: "OTHER_KEY" },
  filters: { colour: Filter.equals("colour"), sizes: Filter.oneOf("size") }
})
`

const colours = ["red", "Red", "green", "light green", "gr\u00fcn"]

const row = (id: number) => ({ id, colour: colours[id % colours.length], size: ["S", "M", "L"][id % 3] })

type Handler = (request: IncomingMessage, response: ServerResponse, body: string) => void

/** A server with things, whose answers are changed on their way. */
const serving = async (handle: (answer: Handler) => Handler, rows: () => ReadonlyArray<ReturnType<typeof row>>) => {
  const answer: Handler = ({ headers, method, url }, response, body) => {
    const send = (status: number, value: unknown): void =>
      void response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(value))
    if (headers.authorization !== "Bearer one" && headers.authorization !== "Bearer two") return send(401, {})
    if (method === "POST" && !/^application\/json *(;|$)/.test(headers["content-type"] ?? "")) return send(415, {})
    const { searchParams } = new URL(url ?? "", "http://localhost")
    let asked: { readonly [name: string]: unknown }
    try {
      asked = method === "POST" ? JSON.parse(body) : {
        ...(searchParams.has("colour") && { colour: searchParams.get("colour") }),
        ...(searchParams.has("sizes") && { sizes: searchParams.getAll("sizes") })
      }
    } catch {
      return send(400, {})
    }
    const { colour, sizes } = Object(asked)
    const isRight = typeof asked === "object" && asked !== null && !Array.isArray(asked) &&
      (colour === undefined || typeof colour === "string") && (sizes === undefined || Array.isArray(sizes))
    if (!isRight) return send(400, {})
    const own = rows().filter(({ id }) => (id < 1_000) === (headers.authorization === "Bearer one"))
    send(200, {
      things: own.filter((thing) =>
        (colour === undefined || thing.colour === colour) && (sizes === undefined || sizes.includes(thing.size))
      )
    })
  }
  const handler = handle(answer)
  const server = createServer((request, response) => {
    let body = ""
    request.setEncoding("utf8").on("data", (chunk) => body += chunk).on("end", () => handler(request, response, body))
  })
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
  const address = server.address()
  assert(typeof address === "object" && address !== null)
  const file = await Deno.makeTempFile({ suffix: ".ts" })
  await Deno.writeTextFile(file, declaration)
  return {
    args: [
      "--operation",
      file,
      "--url",
      `http://127.0.0.1:${address.port}`,
      "--api-key",
      "one",
      "--other-api-key",
      "two",
      "--seed",
      "1"
    ],
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
      await Deno.remove(file)
    }
  }
}

const fixed = [...Array.from({ length: 30 }, (_, id) => row(id)), ...[1_000, 1_001, 1_002].map(row)]

const failures = ({ stdout }: Said): ReadonlyArray<string> =>
  JSON.parse(stdout).checks.filter(({ outcome }: CheckResult) => outcome === "failed").map(({ name }: CheckResult) =>
    name
  )

Deno.test("contract passes on a server over HTTP, and says how much it has asked", async () => {
  await using server = await serving((answer) => answer, () => fixed)
  const { exitCode, stderr, stdout } = await run(server.args)
  assert.deepEqual([exitCode, stderr], [0, ""], stdout)
  assert.match(
    stdout,
    /\nEvery check held: .*, seed 1; \d+ requests, \d+ of them different; (\d+) of \1 kinds of cases\n$/
  )
})

Deno.test("contract sees that who asks first on a connection is taken for who asks next", async () => {
  const first = new WeakMap<object, string | undefined>()
  await using server = await serving((answer) => (request, response, body) => {
    const known = first.get(request.socket)
    if (known === undefined) first.set(request.socket, request.headers.authorization)
    else request.headers.authorization = known
    answer(request, response, body)
  }, () => fixed)
  const said = await run([...server.args, "--json"])
  assert.equal(said.exitCode, 1)
  assert.deepEqual(failures(said), ["ignored_auth", "no_cross_tenant_leak"])
})

Deno.test("contract sees that a body without a length is taken for none", async () => {
  await using server = await serving(
    (answer) => (request, response, body) =>
      answer(
        request,
        response,
        request.headers["content-length"] === undefined && request.method === "POST" ? "{}" : body
      ),
    () => fixed
  )
  const said = await run([...server.args, "--json"])
  assert.equal(said.exitCode, 1)
  assert.deepEqual(failures(said), ["request_equivalence"])
  assert.match(said.stdout, /transfer-encoding: chunked/)
})

/** Lets so many requests in within a second, and tells the others to come again. */
const limited = (rate: number) => (answer: Handler): Handler => {
  let [tokens, since] = [rate, Date.now()]
  return (request, response, body) => {
    const now = Date.now()
    tokens = Math.min(rate, tokens + (now - since) / 1000 * rate)
    since = now
    if (tokens < 1) return void response.writeHead(429, { "retry-after": "1" }).end()
    tokens--
    answer(request, response, body)
  }
}

// What takes time on the clock, and not on the processor.
const slow = { ignore: isQuick }

Deno.test({
  ...slow,
  name: "contract gets by with a server that takes 20 requests a second",
  fn: async () => {
    await using server = await serving(limited(20), () => fixed)
    const said = await run([...server.args, "--check", "filter_soundness"])
    assert.equal(said.exitCode, 0, said.stdout)
    assert.match(said.stdout, /^passed +filter_soundness/)
  }
})

Deno.test({
  ...slow,
  name: "contract finds nothing wrong with a server that makes a thing every 50 ms",
  fn: async () => {
    const rows = [...fixed]
    const timer = setInterval(() => rows.unshift(row(100 + rows.length % 800)), 50)
    try {
      await using server = await serving((answer) => answer, () => rows)
      const said = await run([...server.args, "--rate", "150"])
      assert.equal(said.exitCode, 0, said.stdout)
      assert(rows.length > fixed.length + 20)
    } finally {
      clearInterval(timer)
    }
  }
})

Deno.test("contract says that it doesn't trust a certificate, and how it would; then it asks", async () => {
  const server = Deno.serve(
    {
      hostname: "127.0.0.1",
      port: 0,
      cert: Deno.readTextFileSync(path("testing/leaf.pem")),
      key: Deno.readTextFileSync(path("testing/leaf.key")),
      onListen: () => {}
    },
    ({ url }) => {
      const done = new URL(url).searchParams.get("done")
      return Response.json(
        [{ id: 1, done: true }, { id: 2, done: false }].filter((todo) => done === null || `${todo.done}` === done)
      )
    }
  )
  const file = await Deno.makeTempFile({ suffix: ".ts" })
  await Deno.writeTextFile(
    file,
    `
import { Filter, Operation } from ${JSON.stringify(new URL("../mod.ts", import.meta.url).href)}
export const todos = Operation.make({ path: "/", by: "query", items: "", id: "id", filters: { done: Filter.equals("done") } })
`
  )
  const asking = async (env: { readonly [name: string]: string }) => {
    const { code, stderr } = await new Deno.Command(Deno.execPath(), {
      args: [
        "run",
        "--quiet",
        "--allow-all",
        path("../cli.ts"),
        "--operation",
        file,
        "--url",
        `https://127.0.0.1:${server.addr.port}`
      ],
      env: { NO_COLOR: "1", ...env }
    }).output()
    return { code, stderr: new TextDecoder().decode(stderr) }
  }
  const strange = await asking({})
  assert.equal(strange.code, 2)
  assert.match(strange.stderr, /^https:\/\/127\.0\.0\.1:\d+ can't be judged: no answer: TLS: .*DENO_CERT=FILE.*\.\n$/)
  assert.deepEqual(await asking({ DENO_CERT: path("testing/ca.pem") }), { code: 0, stderr: "" })
  await server.shutdown()
  await Deno.remove(file)
})
