/**
 * Secrets taken out of texts that a server or a runtime wrote.
 *
 * @module
 */

const mark = "<redacted>"

// Every kind of Seam token, JWTs, and whatever stands after "Bearer".
const tokens = /\bseam_[\w-]+|\bey[\w-]{6,}(?:\.[\w-]*)+|\bbearer\s+[^\s"',;<>]+/gi

// A server may write a value back in JSON (within JSON), in HTML or in a URL.
const escapes =
  /\\+u([0-9a-f]{4})|\\+[bfnrt]?|&#(\d{1,7});|&#x([0-9a-f]{1,6});|&(amp|lt|gt|quot|apos);|(?:%[0-9a-f]{2})+|\p{Cc}/giu

const entities: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: "\"", apos: "'" }

const character = (code: number): string => code > 0x10ffff ? "" : String.fromCodePoint(code)

const octets = (text: string): string =>
  new TextDecoder().decode(Uint8Array.from(text.slice(1).split("%"), (octet) => Number.parseInt(octet, 16)))

// What may or may not be an escape itself counts on neither side.
const ignored = /[\p{Cc}\\]/gu

/** A text without its escapes, and where in it each unit of the rest came from. */
interface Plain {
  readonly text: string
  readonly starts: ReadonlyArray<number>
  readonly ends: ReadonlyArray<number>
}

const unescape = (text: string): Plain => {
  const starts: Array<number> = []
  const ends: Array<number> = []
  let plain = ""
  let from = 0
  const add = (piece: string, start: number, end: number | undefined): void => {
    plain += piece
    for (let i = 0; i < piece.length; i++) {
      starts.push(end === undefined ? start + i : start)
      ends.push(end ?? start + i + 1)
    }
  }
  for (const match of text.matchAll(escapes)) {
    const [whole, unit, decimal, hex, entity] = match
    add(text.slice(from, match.index), from, undefined)
    from = match.index + whole.length
    const piece = unit !== undefined
      ? character(Number.parseInt(unit, 16))
      : decimal !== undefined
      ? character(Number(decimal))
      : hex !== undefined
      ? character(Number.parseInt(hex, 16))
      : entity !== undefined
      ? entities[entity.toLowerCase()] ?? ""
      : whole.startsWith("%")
      ? octets(whole)
      : ""
    add(piece.replace(ignored, ""), match.index, from)
  }
  add(text.slice(from), from, undefined)
  return { text: plain, starts, ends }
}

type Range = readonly [start: number, end: number]

const occurrences = ({ ends, starts, text }: Plain, secret: string): ReadonlyArray<Range> => {
  const found: Array<Range> = []
  if (secret === "") return found
  for (let at = text.indexOf(secret); at >= 0; at = text.indexOf(secret, at + secret.length)) {
    found.push([starts[at] ?? 0, ends[at + secret.length - 1] ?? 0])
  }
  return found
}

/**
 * The text without the given secrets, however they are escaped, and without anything that looks like a token; at most
 * `limit` UTF-16 units of it.
 */
export const redact = (text: string, limit: number, secrets: ReadonlyArray<string>): string => {
  const plain = unescape(text)
  const ranges = [
    ...secrets.flatMap((secret) => occurrences(plain, unescape(secret).text)),
    ...Array.from(text.matchAll(tokens), (match): Range => [match.index, match.index + match[0].length])
  ].sort(([a], [b]) => a - b)
  let shown = ""
  let from = 0
  for (const [start, end] of ranges) {
    // Where two secrets overlap, the part after the first one belongs to the same mark.
    if (start >= from) shown += text.slice(from, start) + mark
    from = Math.max(from, end)
  }
  shown += text.slice(from)
  return (shown.length > limit ? `${shown.slice(0, limit - 1)}…` : shown).toWellFormed()
}
