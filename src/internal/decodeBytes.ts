/**
 * The body of a 200 answer, decoded chunk by chunk.
 *
 * @module
 */
import * as Result from "effect/Result"
import type { ClientSession } from "../ClientSession.ts"
import { makeBodyReader, type Malformed } from "./decode.ts"

/** How a body is read. */
export interface Limits {
  /** Reading ends with this problem. */
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
}

/** Makes a reader. A byte order mark at the start is skipped. */
export const makeBytesReader = ({ bytes, isWhole = false, problems }: Limits): BytesReader => {
  const reader = makeBodyReader(problems)
  const decoder = new TextDecoder("utf-8", { fatal: true })
  let size = 0
  let held: Uint8Array | undefined
  let broken: Malformed | undefined

  const breakOff = (expected: string): void => {
    broken = { problems: [{ path: "", expected }], total: 1 }
  }

  const decode = (chunk: Uint8Array | undefined, stream: boolean): void => {
    const text = Result.try(() => decoder.decode(chunk, { stream }))
    if (Result.isFailure(text)) breakOff("UTF-8 text")
    else reader.read(text.success)
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
      if (broken !== undefined) return false
      if (chunk !== undefined) readNext(chunk)
      else {
        decode(held, false)
        reader.end()
      }
      return broken === undefined && !reader.isDone()
    },
    takeSessions: reader.takeSessions,
    malformed: () => broken ?? reader.malformed()
  }
}
