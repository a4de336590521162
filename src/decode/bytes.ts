/**
 * The bytes of a body, as they come, to sessions: UTF-8, and a limit. `sessions.ts` reads the text.
 *
 * @module
 */
import * as Result from "effect/Result"
import type { ClientSession } from "../ClientSession.ts"
import { makeSessionsReader, type Malformed, maxStart } from "./sessions.ts"

/** How a body is read. */
export interface BytesReaderOptions {
  /** Reading ends after this many problems. */
  readonly problems: number
  /** The most bytes that are read. */
  readonly bytes: number
  /** Whether nobody takes sessions before the end: then a body of one chunk is decoded at once. Default: `false`. */
  readonly isWhole?: boolean
}

/** Reads a body in chunks, which may be cut anywhere. */
export interface BytesReader {
  /** Reads the next chunk, or notes that there is none. Whether there is use in reading on. */
  readonly read: (chunk?: Uint8Array) => boolean
  /** The sessions read since the last call, in their order. */
  readonly takeSessions: () => ReadonlyArray<ClientSession>
  /** What is wrong so far. */
  readonly malformed: () => Malformed | undefined
  /** The start of the text; see `SessionsReader`. */
  readonly start: () => string
}

const noBytes = new Uint8Array()

/** The bytes at the end of a text in UTF-8 that begin a character and don't end it: at most three. */
const incomplete = (bytes: Uint8Array): Uint8Array => {
  for (let length = 1; length <= Math.min(3, bytes.length); length++) {
    const byte = bytes[bytes.length - length] ?? 0
    if (byte < 0x80) break
    if (byte >= 0xc0) return (byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2) > length ? bytes.slice(-length) : noBytes
  }
  return noBytes
}

/** The text of bytes that aren't UTF-8, as far as they are. */
const validStart = (bytes: Uint8Array, ignoreBOM: boolean): string => {
  const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM })
  let text = ""
  Result.try(() => {
    for (const byte of bytes) text += decoder.decode(Uint8Array.of(byte), { stream: true })
  })
  return text
}

const lenient = /* @__PURE__ */ new TextDecoder()
const fault = "\ufffd"

/** Makes a reader. A byte order mark at the start is skipped. */
export const makeBytesReader = ({ bytes, isWhole = false, problems }: BytesReaderOptions): BytesReader => {
  const reader = makeSessionsReader(problems)
  let decoder: TextDecoder | undefined
  let size = 0
  let held: Uint8Array | undefined
  let begun: Uint8Array = noBytes
  let broken: Malformed | undefined

  const breakOff = (expected: string): void => {
    broken = { problems: [{ path: "", expected }], total: 1 }
  }

  const decode = (chunk: Uint8Array | undefined, stream: boolean): void => {
    const text = Result.try(() => {
      // Deno takes half as long when it need not be strict. A text without the sign for a fault has none.
      const whole = stream || chunk === undefined ? fault : lenient.decode(chunk)
      if (!whole.includes(fault)) return whole
      decoder ??= new TextDecoder("utf-8", { fatal: true })
      return decoder.decode(chunk, { stream })
    })
    if (Result.isSuccess(text)) {
      if (chunk !== undefined && !isWhole) begun = incomplete(Uint8Array.of(...begun, ...chunk.slice(-3)))
      return reader.read(text.success)
    }
    // Whoever takes sessions as they come gets those before the fault, too. Others get the start of the text.
    const start = Uint8Array.of(...begun, ...chunk?.subarray(0, isWhole ? maxStart : Infinity) ?? [])
    reader.read(validStart(start, size > start.length))
    reader.end()
    breakOff("UTF-8 text")
  }

  const readNext = (chunk: Uint8Array): void => {
    size += chunk.length
    if (size > bytes) breakOff(`at most ${bytes} bytes`)
    // Decoding a text in parts takes several times as long, which a short list would feel.
    else if (isWhole && size === chunk.length) held = chunk
    else {
      if (held !== undefined) decode(held, true)
      held = undefined
      decode(chunk, true)
    }
  }

  return {
    read: (chunk) => {
      // Whatever follows is of no use, a character that is cut here included.
      if (broken !== undefined || reader.isDone()) return false
      if (chunk !== undefined) readNext(chunk)
      else {
        decode(held, false)
        reader.end()
      }
      return broken === undefined && !reader.isDone()
    },
    takeSessions: reader.takeSessions,
    malformed: () => broken ?? reader.malformed(),
    start: reader.start
  }
}
