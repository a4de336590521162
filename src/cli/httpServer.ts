/**
 * A handler as an HTTP server that takes hostile clients: everything that a connection can hold is bounded, in size and in
 * time.
 *
 * It is Node's server, which Deno has too: `Deno.serve` sets no time limit to a client.
 *
 * @module
 */
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http"
import { pipeline } from "node:stream/promises"

/** What one client may take. Sizes in bytes, times in milliseconds. */
export interface Limits {
  /** How long the head of a request may take. */
  readonly headMillis: number
  /** How long a whole request may take. */
  readonly requestMillis: number
  /** How long a connection may do nothing, as that of a client who doesn't read the answer. */
  readonly idleMillis: number
  /** How large the head of a request may be. */
  readonly headBytes: number
  /** How many connections there may be; any further one is closed at once. */
  readonly connections: number
}

/** The limits of `serve`. */
export const defaults: Limits = {
  headMillis: 10_000,
  requestMillis: 30_000,
  idleMillis: 30_000,
  headBytes: 16_384,
  connections: 256
}

/** What answers a request. */
export type Handler = (request: Request) => Promise<Response>

/** Where to listen, and what to answer. */
export interface ServerOptions {
  readonly handler: Handler
  readonly hostname: string
  /** 0 picks a free one. */
  readonly port: number
  /** Default: {@link defaults}. */
  readonly limits?: Limits
}

// RFC 9112 section 3.2: the target is a path, or a whole URL, and who asks for a host that there can't be is refused.
const urlOf = ({ headersDistinct: { host = [] }, url = "" }: IncomingMessage): URL => {
  const origin = new URL(`http://${host.join()}`)
  if (host.length !== 1 || origin.href !== `${origin.origin}/`) throw new TypeError("not one host")
  return new URL(url.startsWith("/") ? origin.origin + url : url)
}

/** Asks a client that waits for it to send its body, once that is wanted. */
async function* bodyOf(incoming: IncomingMessage, outgoing: ServerResponse): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  if (incoming.headers.expect !== undefined) outgoing.writeContinue()
  yield* incoming
}

/** Nothing if the host, the path or the method is one that no request can have. */
const toRequest = (incoming: IncomingMessage, outgoing: ServerResponse): Request | undefined => {
  const { headers, method = "" } = incoming
  try {
    return new Request(urlOf(incoming), {
      method,
      headers: Object.entries(headers).flatMap(([name, value]): Array<[string, string]> =>
        value === undefined ? [] : [[name, String(value)]]
      ),
      ...(method !== "GET" && method !== "HEAD" && { body: ReadableStream.from(bodyOf(incoming, outgoing)) })
    })
  } catch {
    return undefined
  }
}

const badRequest = (): Response =>
  new Response("Bad request\n", { status: 400, headers: { "content-type": "text/plain" } })

const answer = async (handler: Handler, incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> => {
  const request = toRequest(incoming, outgoing)
  const { body, headers, status } = request === undefined ? badRequest() : await handler(request)
  outgoing.statusCode = status
  for (const [name, value] of headers) outgoing.setHeader(name, value)
  // Else the server would read, and throw away, all that the client still sends.
  if (!incoming.complete) outgoing.setHeader("connection", "close")
  if (body === null) outgoing.end()
  else await pipeline(body, outgoing)
}

const make = ({ handler, limits = defaults }: ServerOptions): Server => {
  const onRequest = (incoming: IncomingMessage, outgoing: ServerResponse): void => {
    // A client that leaves, or is too slow, ends its own connection, and nothing else.
    answer(handler, incoming, outgoing).catch(() => outgoing.destroy())
  }
  const server = createServer({
    headersTimeout: limits.headMillis,
    requestTimeout: limits.requestMillis,
    connectionsCheckingInterval: Math.min(1000, limits.headMillis / 2),
    maxHeaderSize: limits.headBytes
  }, onRequest)
  server.on("checkContinue", onRequest)
  // The size of all is limited. A limit to their number would drop those that are too many, unsaid.
  server.maxHeadersCount = 0
  server.maxConnections = limits.connections
  server.timeout = limits.idleMillis
  return server
}

/** Listens until the scope closes. Fails with what the system says; succeeds with the port. */
export const listen = (options: ServerOptions): Effect.Effect<number, unknown, Scope.Scope> =>
  Effect.acquireRelease(
    Effect.callback<Server, unknown>((resume) => {
      const server = make(options)
      // Later ones are about a connection that couldn't be accepted.
      server.on("error", (error) => resume(Effect.fail(error)))
      server.listen(options.port, options.hostname, () => resume(Effect.succeed(server)))
    }),
    (server) =>
      Effect.callback<void>((resume) => {
        server.close(() => resume(Effect.void))
        server.closeAllConnections()
      })
  ).pipe(Effect.map((server) => {
    const address = server.address()
    return typeof address === "object" && address !== null ? address.port : options.port
  }))
