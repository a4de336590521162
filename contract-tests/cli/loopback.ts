/**
 * How the command asks a server on this machine: straight, and over a connection for each request, but for those that are to
 * share one.
 *
 * Where `HTTP_PROXY` is set, a runtime's `fetch` may send requests through that proxy, to this machine too: the credential would
 * leave it. And many a small server sends the head and the body of an answer one by one; on a connection that is kept the body
 * then waits 40 ms for the acknowledgement of the head (RFC 1122 section 4.2.3.2, RFC 896).
 *
 * @module
 */
import { Agent, type IncomingMessage, request as httpRequest } from "node:http"
import { pipeline, type Transform } from "node:stream"
import { createBrotliDecompress, createGunzip, createInflate } from "node:zlib"
import { transportOf } from "../engine/Ask.ts"

// RFC 6761 section 6.3 and RFC 6890: localhost and the loopback blocks. URL has already normalized the host.
const loopback = /^(?:(?:.+\.)?localhost|127\.\d+\.\d+\.\d+|\[::1\])$/

/** Whether the URL's host is this machine. */
export const isLoopback = ({ hostname }: URL): boolean => loopback.test(hostname)

const apart = new Agent({ keepAlive: false })
const together = new Agent({ keepAlive: true, maxSockets: 1 })

const bodyless = new Set([101, 204, 205, 304])

// As `fetch` does, since some servers compress whatever they are asked for (RFC 9110 section 8.4.1).
const decoders: Readonly<Record<string, () => Transform>> = {
  gzip: createGunzip,
  "x-gzip": createGunzip,
  deflate: createInflate,
  br: createBrotliDecompress
}

/** The content of a message, no more of it read than is asked for. */
const contentOf = (message: IncomingMessage): ReadableStream<Uint8Array> => {
  const decoder = decoders[message.headers["content-encoding"]?.trim().toLowerCase() ?? ""]?.()
  // An error of either is that of the iteration.
  const content = decoder === undefined ? message : pipeline(message, decoder, () => undefined)
  const chunks: AsyncIterator<Uint8Array> = content[Symbol.asyncIterator]()
  return new ReadableStream({
    pull: async (controller) => {
      const next = await chunks.next()
      if (next.done === true) controller.close()
      else controller.enqueue(new Uint8Array(next.value))
    },
    cancel: () => {
      content.destroy()
      message.destroy()
    }
  })
}

const toResponse = (message: IncomingMessage): Response => {
  const headers = new Headers()
  for (let at = 0; at < message.rawHeaders.length; at += 2) {
    headers.append(message.rawHeaders[at] ?? "", message.rawHeaders[at + 1] ?? "")
  }
  const status = message.statusCode ?? 500
  if (bodyless.has(status)) message.resume()
  return new Response(bodyless.has(status) ? null : contentOf(message), { status, headers })
}

// A server may say that it is about to answer, but not for ever (RFC 9110 section 15.2).
const maxInterim = 20

const direct = async (request: Request): Promise<Response> => {
  const { chunked, keepAlive } = transportOf(request)
  const body = request.body === null ? undefined : new Uint8Array(await request.arrayBuffer())
  return await new Promise((resolve, reject) => {
    const url = new URL(request.url)
    const outgoing = httpRequest({
      agent: keepAlive ? together : apart,
      host: url.hostname.replace(/^\[|\]$/g, ""),
      port: url.port === "" ? 80 : url.port,
      path: `${url.pathname}${url.search}`,
      method: request.method,
      signal: request.signal,
      headers: {
        ...Object.fromEntries(request.headers),
        host: url.host,
        ...(body !== undefined &&
          (chunked ? { "transfer-encoding": "chunked" } : { "content-length": `${body.length}` }))
      }
    }, (message) => {
      try {
        resolve(toResponse(message))
      } catch (cause) {
        // A status that no Response can have.
        message.destroy()
        reject(cause)
      }
    })
    let interim = 0
    outgoing.on("information", () => {
      if (++interim > maxInterim) outgoing.destroy(new Error("interim answers without end"))
    })
    outgoing.on("error", reject)
    outgoing.end(body)
  })
}

/** How to ask a server: in a way of its own where it is on this machine. */
export const fetchFor = (url: URL): (request: Request) => Promise<Response> =>
  isLoopback(url) && url.protocol === "http:" ? direct : (request) => fetch(request)
