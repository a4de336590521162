/**
 * The body of a request, read within bounds, and that of a list, made while it is read, so that a large one never exists as a
 * whole.
 *
 * @module
 */
import * as Result from "effect/Result"
import * as Protocol from "./protocol.ts"

/** The text of a body, of which no more than the limit is read: one that says it is larger isn't begun. */
export const read = async (request: Request): Promise<Result.Result<string, Protocol.Reply>> => {
  if (request.body === null || request.method === "GET") return Result.succeed("")
  if (Number(request.headers.get("content-length")) > Protocol.maxBodyBytes) return Result.fail(Protocol.tooLarge)
  const decoder = new TextDecoder()
  let text = ""
  let left = Protocol.maxBodyBytes
  try {
    for await (const chunk of request.body) {
      left -= chunk.length
      if (left < 0) return Result.fail(Protocol.tooLarge)
      text += decoder.decode(chunk, { stream: true })
    }
  } catch {
    return Result.fail(Protocol.brokenOff)
  }
  return Result.succeed(text + decoder.decode())
}

const chunkSize = 64 * 1024

/** The JSON text of a list, in chunks of about 64 KiB. */
export function* render(sessions: Iterable<unknown>): Generator<string> {
  let text = "{\"client_sessions\":["
  let separator = ""
  for (const session of sessions) {
    text += separator + JSON.stringify(session)
    separator = ","
    if (text.length < chunkSize) continue
    yield text
    text = ""
  }
  yield `${text}],"ok":true}`
}

/** Rejects when the request is aborted. The signal is not touched before: `Deno.serve` warns whoever does. */
export const aborted = ({ signal }: Request): Promise<never> =>
  new Promise((_, reject) => {
    if (signal.aborted) return reject(signal.reason)
    signal.addEventListener("abort", () => reject(signal.reason), { once: true })
  })

/** Where a body ends too early, and how. */
export interface Cut {
  /** How many bytes arrive. A body that is shorter arrives whole. */
  readonly after: number
  /** Whether it then seems complete, breaks off, or never goes on. */
  readonly then: "end" | "break" | "hang"
}

/** A stream of the chunks. One that hangs breaks when the request is aborted, as that of `fetch` does. */
export const stream = (
  chunks: Iterator<string>,
  request: Request,
  cut: Cut = { after: Infinity, then: "end" }
): ReadableStream<Uint8Array<ArrayBuffer>> => {
  const encoder = new TextEncoder()
  let left = cut.after
  return new ReadableStream({
    pull: (controller) => {
      if (left <= 0) {
        if (cut.then === "hang") return aborted(request)
        return cut.then === "break" ? controller.error(new TypeError("the connection broke")) : controller.close()
      }
      const next = chunks.next()
      if (next.done === true) return controller.close()
      const chunk = encoder.encode(next.value).subarray(0, left)
      left -= chunk.byteLength
      controller.enqueue(chunk)
    },
    cancel: () => {
      chunks.return?.()
    }
  })
}
