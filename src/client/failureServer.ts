/**
 * For tests: a server over raw sockets that plays a row of the table of failures, on Deno as on Node.
 *
 * @module
 */
import { Buffer } from "node:buffer"
import { generateKeyPairSync, sign } from "node:crypto"
import { once } from "node:events"
import { type AddressInfo, createServer, type Server, type Socket } from "node:net"
import { Readable } from "node:stream"
import { pipeline } from "node:stream/promises"
import { setImmediate } from "node:timers"
import { createServer as createTlsServer } from "node:tls"
import { createGzip } from "node:zlib"
import type { Failure, Step, Text } from "./failures.ts"

/** A server that plays a row. Disposing of it ends every connection. */
export interface FailureServer extends AsyncDisposable {
  /** What to give the client as its endpoint. */
  readonly endpoint: string
  /** How many requests have come; where the row plays from the connection on, how many connections. */
  readonly requests: () => number
  /** How many connections are open, of those that a request has come on. */
  readonly connections: () => number
  /**
   * Whether nothing will come of any open connection by itself: it stalls, or waits for the clock. Only then may a test
   * move the clock.
   */
  readonly isIdle: () => boolean
  /** Counts whatever happens: a test that sees it stand still knows that the network is quiet. */
  readonly activity: () => number
}

/** How the step `wait` waits: on the clock of the test. */
export type Wait = (millis: number) => Promise<void>

const pieceLength = 65_536

/** The bytes in pieces of some size, and again and again if they are to be sent so. */
function* piecesOf(bytes: Uint8Array, times: number | "endless" = 1): Generator<Uint8Array> {
  const together = Math.max(1, Math.floor(pieceLength / bytes.length))
  const piece = Buffer.concat(
    Array.from({ length: times === "endless" ? together : Math.min(times, together) }, () => bytes)
  )
  for (let left = times === "endless" ? Infinity : times; left > 0; left -= together) {
    yield left >= together ? piece : piece.subarray(0, left * bytes.length)
  }
}

const gzipped = (texts: ReadonlyArray<Text>): AsyncIterable<Uint8Array> => {
  const gzip = createGzip({ level: 1 })
  const pieces = function*() {
    for (const { send, times } of texts) yield* piecesOf(Buffer.from(send), times)
  }
  // Fails when nobody reads on, which is what many rows are about.
  pipeline(Readable.from(pieces()), gzip).catch(() => {})
  return gzip
}

const oneByOne = (bytes: Uint8Array): ReadonlyArray<Uint8Array> => Array.from(bytes, (byte) => Uint8Array.of(byte))

/** What a step sends. */
const sent = (
  step: Exclude<Step, string | { readonly wait: number }>
): Iterable<Uint8Array> | AsyncIterable<Uint8Array> =>
  "send" in step
    ? piecesOf(Buffer.from(step.send), step.times)
    : "base64" in step
    ? piecesOf(Buffer.from(step.base64, "base64"), step.times)
    : "chunk" in step
    ? [Buffer.from(`${Buffer.byteLength(step.chunk).toString(16)}\r\n${step.chunk}\r\n`)]
    : "gzip" in step
    ? gzipped(step.gzip)
    : oneByOne(Buffer.from(step.byteByByte))

const der = (tag: number, ...parts: ReadonlyArray<Uint8Array>): Uint8Array => {
  const content = Buffer.concat(parts)
  const { length } = content
  const size = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff]
  return Buffer.concat([Buffer.of(tag, ...size), content])
}

/** A certificate for 127.0.0.1 that is signed by nobody but itself (X.509, RFC 5280), and its key. */
const selfSigned = (): { readonly cert: string; readonly key: string } => {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" })
  const sequence = (...parts: ReadonlyArray<Uint8Array>) => der(0x30, ...parts)
  const oid = (hex: string) => der(0x06, Buffer.from(hex, "hex"))
  const date = (text: string) => der(0x18, Buffer.from(text))
  const ecdsaWithSha256 = sequence(oid("2a8648ce3d040302"))
  const name = sequence(der(0x31, sequence(oid("550403"), der(0x0c, Buffer.from("nobody")))))
  const address = sequence(oid("551d11"), der(0x04, sequence(der(0x87, Buffer.of(127, 0, 0, 1)))))
  const certificate = sequence(
    der(0xa0, der(0x02, Buffer.of(2))),
    der(0x02, Buffer.of(1)),
    ecdsaWithSha256,
    name,
    sequence(date("20200101000000Z"), date("21200101000000Z")),
    name,
    publicKey.export({ type: "spki", format: "der" }),
    der(0xa3, sequence(address))
  )
  const signature = der(0x03, Buffer.of(0), sign("sha256", certificate, privateKey))
  const base64 = Buffer.from(sequence(certificate, ecdsaWithSha256, signature)).toString("base64")
  return {
    cert: `-----BEGIN CERTIFICATE-----\n${base64.replace(/.{64}/g, "$&\n")}\n-----END CERTIFICATE-----\n`,
    key: privateKey.export({ type: "pkcs8", format: "pem" }).toString()
  }
}

/** Resolves once a whole request is there. */
const requestOn = (socket: Socket): Promise<void> =>
  new Promise((resolve) => {
    let received = Buffer.alloc(0)
    socket.on("data", (chunk: Uint8Array) => {
      received = Buffer.concat([received, chunk])
      const end = received.indexOf("\r\n\r\n")
      if (end < 0) return
      const length = Number(/^content-length: *(\d+)/im.exec(received.toString("latin1", 0, end))?.[1] ?? 0)
      if (received.length >= end + 4 + length) resolve()
    })
  })

const listen = async (server: Server): Promise<number> => {
  server.listen(0, "127.0.0.1")
  await once(server, "listening")
  const address = server.address()
  const isInternet = (address: AddressInfo | string | null): address is AddressInfo => typeof address === "object"
  if (address === null || !isInternet(address)) throw new Error("The server has no port")
  return address.port
}

const close = async (server: Server): Promise<void> => {
  const closed = once(server, "close")
  server.close()
  await closed
}

/** Starts a server that plays the row. */
export const start = async (row: Failure, wait: Wait): Promise<FailureServer> => {
  let requests = 0
  let activity = 0
  const sockets = new Set<Socket>()
  // Node 20's `fetch` connects once more after a request is aborted, and sends nothing.
  const playing = new Set<Socket>()
  const idle = new Set<Socket>()

  const write = (socket: Socket, bytes: Uint8Array): Promise<void> =>
    new Promise((resolve) => {
      const done = (): void => {
        socket.off("close", done)
        activity++
        resolve()
      }
      socket.once("close", done)
      socket.write(bytes, done)
    })

  /** Does what the step says. Whether the connection is still there for the next one. */
  const play = async (socket: Socket, step: Step): Promise<boolean> => {
    if (step === "stall") {
      idle.add(socket)
      return false
    }
    if (step === "reset") {
      socket.resetAndDestroy()
      return false
    }
    if ("wait" in step) {
      idle.add(socket)
      await wait(step.wait)
      idle.delete(socket)
    } else {
      for await (const bytes of sent(step)) {
        await write(socket, bytes)
        if (socket.destroyed) return false
        // So that each byte is a piece of its own for whoever reads.
        if ("byteByByte" in step) await new Promise((resolve) => setImmediate(resolve))
      }
    }
    return !socket.destroyed
  }

  const answer = async (socket: Socket): Promise<void> => {
    const request = requestOn(socket)
    if (row.playsOn !== "connection") await request
    playing.add(socket)
    const steps = row.answers[Math.min(requests++, row.answers.length - 1)] ?? []
    activity++
    for (const step of steps) {
      if (!await play(socket, step)) return
    }
    socket.end()
  }

  const onConnection = (socket: Socket): void => {
    sockets.add(socket)
    activity++
    // A connection that breaks is closed, too.
    socket.on("error", () => {})
    socket.on("close", () => {
      activity++
      sockets.delete(socket)
      playing.delete(socket)
      idle.delete(socket)
    })
    answer(socket)
  }
  const server = row.endpoint === "self-signed https"
    ? createTlsServer(selfSigned(), onConnection)
    : createServer({ noDelay: true }, onConnection)
  const port = await listen(server)
  if (row.endpoint === "closed port") await close(server)

  const endpoints: Readonly<Record<NonNullable<Failure["endpoint"]>, string>> = {
    http: `http://127.0.0.1:${port}`,
    https: `https://127.0.0.1:${port}`,
    "self-signed https": `https://127.0.0.1:${port}`,
    "closed port": `http://127.0.0.1:${port}`,
    // RFC 6761 section 6.4: no name under `invalid` has an address.
    "unknown host": "https://client-sessions.invalid"
  }
  return {
    endpoint: endpoints[row.endpoint ?? "http"],
    requests: () => requests,
    connections: () => playing.size,
    isIdle: () => idle.size === playing.size,
    activity: () => activity,
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy()
      if (row.endpoint !== "closed port") await close(server)
    }
  }
}
