import * as Effect from "effect/Effect"
import assert from "node:assert/strict"
import { Simulator } from "../simulator/mod.ts"
import * as HttpServer from "./httpServer.ts"

const workspace = Simulator.documented
const [key] = workspace.credentials.apiKeys
const { fetch: handler } = Simulator.make({ workspaces: [workspace] })

/** Gives the test a server. */
const served = (
  use: (port: number) => Promise<void>,
  options: Partial<HttpServer.ServerOptions> = {}
): Promise<void> =>
  HttpServer.listen({ handler, hostname: "127.0.0.1", port: 0, ...options }).pipe(
    Effect.flatMap((port) => Effect.promise(() => use(port))),
    Effect.scoped,
    Effect.runPromise
  )

const textOf = async (readable: ReadableStream<Uint8Array<ArrayBuffer>>): Promise<string> => {
  let text = ""
  try {
    for await (const piece of readable.pipeThrough(new TextDecoderStream())) text += piece
  } catch (error) {
    // A connection that is closed while it sends is reset.
    assert.ok(error instanceof Deno.errors.ConnectionReset)
  }
  return text
}

/** All that comes until the server ends the connection. */
const answerTo = async (port: number, request: string): Promise<string> => {
  using connection = await Deno.connect({ port })
  await connection.write(new TextEncoder().encode(request))
  return await textOf(connection.readable)
}

/** How much of an endless request the server takes, in bytes, and what it says. */
const flood = async (port: number, head: string, piece: string): Promise<readonly [sent: number, answer: string]> => {
  using connection = await Deno.connect({ port })
  const answer = textOf(connection.readable)
  const chunk = new TextEncoder().encode(piece)
  let sent = 0
  await connection.write(new TextEncoder().encode(head))
  try {
    while (sent < 1e9) sent += await connection.write(chunk)
  } catch {
    // The server has closed the connection.
  }
  return [sent, await answer]
}

const list = "POST /client_sessions/list HTTP/1.1\r\n"
const credential = `authorization: Bearer ${key}\r\ncontent-type: application/json\r\n`
const asked = `${credential}connection: close\r\ncontent-length: 2\r\n\r\n{}`

const rows: ReadonlyArray<readonly [what: string, request: string, status: number]> = [
  ["a request", `${list}host: localhost\r\n${asked}`, 200],
  ["a request for a whole URL", `POST http://x/client_sessions/list HTTP/1.1\r\nhost: x\r\n${asked}`, 200],
  ...["[", "a b", "%", "x:99999", "x/y", "x?y", "http://x", "user@x", ""].map((host) =>
    [`the host "${host}"`, `${list}host: ${host}\r\n${asked}`, 400] as const
  ),
  ["no host", `${list}${asked}`, 400],
  ["two hosts", `${list}host: a\r\nhost: b:c\r\n${asked}`, 400],
  ["a path that is no URL", `GET http://[ HTTP/1.1\r\nhost: x\r\n${asked}`, 400],
  ["a path of two slashes", `GET // HTTP/1.1\r\nhost: x\r\n${asked}`, 404],
  ["the whole server", `OPTIONS * HTTP/1.1\r\nhost: x\r\n${asked}`, 400],
  ["a preflight, where nobody asked for CORS", `OPTIONS /client_sessions/list HTTP/1.1\r\nhost: x\r\n${asked}`, 405],
  ["a method that fetch forbids", `TRACE / HTTP/1.1\r\nhost: x\r\n${asked}`, 400],
  ["no HTTP", "SSH-2.0-OpenSSH_9.9\r\n\r\n", 400],
  ["HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 400],
  ["two lengths", `${list}host: x\r\ncontent-length: 5\r\n${asked}`, 400],
  ["a length and chunks", `${list}host: x\r\ntransfer-encoding: chunked\r\n${asked}`, 400],
  ["a chunk without a length", `${list}host: x\r\n${credential}transfer-encoding: chunked\r\n\r\nzz\r\n`, 400],
  ["a large header", `${list}x: ${"x".repeat(20_000)}\r\n${asked}`, 431],
  ["many headers", `${list}host: x\r\n${"x: y\r\n".repeat(4000)}${asked}`, 200],
  ["a body that says it is large", `${list}host: x\r\n${credential}content-length: 20000000\r\n\r\n{`, 413]
]

for (const [what, request, status] of rows) {
  Deno.test(`listen() answers ${status} to ${what}`, () =>
    served(async (port) => {
      assert.match(await answerTo(port, request), new RegExp(`^HTTP/1.1 ${status} `))
    }))
}

const chunk = `10000\r\n${"x".repeat(65_536)}\r\n`
const inChunks = "host: x\r\ntransfer-encoding: chunked\r\n\r\n"

const floods: ReadonlyArray<readonly [what: string, head: string, piece: string, status: number]> = [
  ["body to a path that doesn't exist", `POST /nothing HTTP/1.1\r\n${inChunks}`, chunk, 404],
  ["body without a credential", `${list}${inChunks}`, chunk, 401],
  ["body with a wrong credential", `${list}authorization: Bearer seam_wrong\r\n${inChunks}`, chunk, 401],
  ["body by another method", `PUT /client_sessions/list HTTP/1.1\r\n${credential}${inChunks}`, chunk, 405],
  ["body with a credential", `${list}${credential}${inChunks}`, chunk, 413],
  ["path", "GET /", "x".repeat(65_536), 431],
  ["header", `${list}x: `, "x".repeat(65_536), 431],
  ["row of headers", list, "x: y\r\n".repeat(10_000), 431]
]

for (const [what, head, piece, status] of floods) {
  Deno.test(`listen() takes no endless ${what}`, () =>
    served(async (port) => {
      const [sent, answer] = await flood(port, head, piece)
      // What the buffers of the system hold.
      assert.ok(sent < 50_000_000, `${sent} bytes`)
      // An answer that the client's own sending overtakes is lost to the reset.
      if (answer !== "") assert.match(answer, new RegExp(`^HTTP/1.1 ${status} `))
      assert.match(await answerTo(port, `${list}host: x\r\n${asked}`), /^HTTP\/1.1 200 /)
    }))
}

Deno.test("listen() asks for a body that waits to be asked for only once it is wanted", () =>
  served(async (port) => {
    const waiting = "host: x\r\nexpect: 100-continue\r\nconnection: close\r\ncontent-length: 2\r\n"
    assert.match(await answerTo(port, `${list}${waiting}\r\n`), /^HTTP\/1.1 401 /)
    const taken = await answerTo(port, `${list}${waiting}${credential}\r\n{}`)
    assert.match(taken, /^HTTP\/1.1 100 Continue\r\n\r\nHTTP\/1.1 200 /)
  }))

Deno.test("listen() keeps a connection whose requests were read to their end", () =>
  served(async (port) => {
    const lasting = asked.replace("connection: close\r\n", "")
    const got = `GET /client_sessions/list HTTP/1.1\r\nhost: x\r\n${credential}\r\n`
    const answers = await answerTo(port, `${list}host: x\r\n${lasting}${got}${list}host: x\r\n${asked}`)
    assert.equal(answers.match(/HTTP\/1.1 200 /g)?.length, 3)
  }))

const slow: HttpServer.Limits = { ...HttpServer.defaults, headMillis: 40, requestMillis: 80, idleMillis: 200 }

for (
  const [what, request, status] of [
    ["says nothing", "", 408],
    ["doesn't finish its head", `${list}host: x\r\n`, 408],
    ["doesn't finish its body", `${list}host: x\r\n${asked.slice(0, -1)}`, 408]
  ] as const
) {
  Deno.test(`listen() waits for no client that ${what}`, () =>
    served(async (port) => {
      assert.match(await answerTo(port, request), new RegExp(`^(HTTP/1.1 ${status} |$)`))
    }, { limits: slow }))
}

Deno.test("listen() waits for no client that doesn't read, and makes no more than it reads", async () => {
  let made = 0
  const left = Promise.withResolvers<void>()
  const endless = () => {
    const body = new ReadableStream<Uint8Array<ArrayBuffer>>({
      pull: (controller) => {
        made += 65_536
        controller.enqueue(new Uint8Array(65_536))
      },
      cancel: () => left.resolve()
    })
    return Promise.resolve(new Response(body))
  }
  await served(async (port) => {
    using connection = await Deno.connect({ port })
    await connection.write(new TextEncoder().encode("GET / HTTP/1.1\r\nhost: x\r\n\r\n"))
    await left.promise
    assert.ok(made > 0 && made < 50_000_000, `${made} bytes`)
  }, { handler: endless, limits: slow })
})

Deno.test("listen() closes connections that are too many, and takes others when those have gone", () =>
  served(async (port) => {
    const held = await Promise.all(Array.from({ length: 4 }, () => Deno.connect({ port })))
    assert.equal(await answerTo(port, ""), "")
    for (const connection of held) connection.close()
    let answer = ""
    while (answer === "") answer = await answerTo(port, `${list}host: x\r\n${asked}`).catch(() => "")
    assert.match(answer, /^HTTP\/1.1 200 /)
  }, { limits: { ...HttpServer.defaults, connections: 4 } }))

Deno.test("listen() says nothing of a handler that fails", () =>
  served(async (port) => {
    assert.equal(await answerTo(port, "GET / HTTP/1.1\r\nhost: x\r\n\r\n"), "")
  }, { handler: () => Promise.reject(new Error("hunter2")) }))
