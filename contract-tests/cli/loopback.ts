/**
 * How the command asks a server on this machine: straight, and over a connection for each request.
 *
 * Where `HTTP_PROXY` is set, Deno sends `http` requests through that proxy, to this machine too: the credential would leave
 * it. And many a small server sends the head and the body of an answer one by one; on a connection that is kept the body then
 * waits 40 ms for the acknowledgement of the head (RFC 1122 section 4.2.3.2, RFC 896).
 *
 * @module
 */

// RFC 6761 section 6.3 and RFC 6890: localhost and the loopback blocks. URL has already normalized the host.
const loopback = /^(?:(?:.+\.)?localhost|127\.\d+\.\d+\.\d+|\[::1\])$/

/** Whether the URL's host is this machine. */
export const isLoopback = ({ hostname }: URL): boolean => loopback.test(hostname)

/** Asks a server; `close` lets its connections go. */
export interface Fetch {
  readonly fetch: (request: Request) => Promise<Response>
  readonly close: () => void
}

/** How to ask a server: in a way of its own where it is on this machine, and this is Deno. */
export const fetchFor = (url: URL): Fetch => {
  if (!isLoopback(url) || !("Deno" in globalThis)) return { fetch: (request) => fetch(request), close: () => {} }
  const client = Deno.createHttpClient({
    poolMaxIdlePerHost: 0,
    // A proxy in name only: what stands here goes before HTTP_PROXY, and "tcp" is the plain connection itself.
    ...url.protocol === "http:" &&
      { proxy: { transport: "tcp", hostname: url.hostname, port: Number(url.port === "" ? 80 : url.port) } }
  })
  return { fetch: (request) => fetch(request, { client }), close: () => client.close() }
}
