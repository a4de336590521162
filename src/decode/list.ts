/**
 * Reads a list in a JSON object, element by element, as the text arrives: `{"ok": true, "things": [...]}`.
 *
 * @module
 */
import * as Result from "effect/Result"

/** What to read, and who is told of it. */
export interface ListOptions {
  /** The name of the member that is the list. */
  readonly name: string
  /**
   * The most text that an element, or all that is beside the list, may take, in UTF-16 code units. It bounds what is held
   * in memory, and how deep JSON may nest. Counted by the piece: up to 128 Ki more may pass.
   */
  readonly maxLength: number
  /** Is given each element of the list, as `JSON.parse` makes it, and its index. */
  readonly onElement: (element: unknown, index: number) => void
  /** Is given each other member. */
  readonly onMember: (name: string, value: unknown) => void
  /** Is told what is wrong with the text: where, and what was expected there. */
  readonly onProblem: (path: string, expected: string) => void
  /** Whether there is no use in reading on. Asked after each element and each problem. */
  readonly isEnough: () => boolean
}

/** Reads a text in pieces, which may be cut anywhere. */
export interface ListReader {
  /** Reads the next piece. */
  readonly read: (text: string) => void
  /** Takes note that the text has ended, or has broken off. */
  readonly end: () => void
  /** Whether there is no use in reading on: it was enough, or what follows can't be right any more. */
  readonly isDone: () => boolean
}

// What V8 parses of a text of more than 100 KiB it puts where it keeps what stays. Of smaller ones it copies what stays, which
// takes longer. A stream, of which nothing stays, reads smaller pieces anyway.
const pieceLength = 131_072

// The engine's own message quotes the text, secrets included: it is dropped.
const parse = <A>(json: string, read: (json: string) => A): A | undefined =>
  Result.getOrUndefined(Result.try(() => read(json)))

// What parses between brackets is an array, and between braces an object.
const readArray = (json: string): ReadonlyArray<unknown> => JSON.parse(json)
const readObject = (json: string): object => JSON.parse(json)

const parseElements = (text: string): ReadonlyArray<unknown> | undefined => parse(`[${text}]`, readArray)

const parseMembers = (text: string): ReadonlyArray<readonly [string, unknown]> | undefined => {
  const json = parse(`{${text}}`, readObject)
  return json && Object.entries(json)
}

const find = (text: string, what: string, from: number): number => {
  const at = text.indexOf(what, from)
  return at === -1 ? text.length : at
}

/** Finds where values end, by counting the brackets outside strings. */
interface Scanner {
  /** Goes on in the next piece of the text. */
  readonly feed: (text: string) => void
  /** Goes to a place in the piece that is in no value. */
  readonly jump: (to: number) => void
  /** The place of the next `,`, `]` or `}` that ends a value, or of the next bracket that opens one; or the piece's length. */
  readonly next: () => number
}

const makeScanner = (): Scanner => {
  let piece = ""
  let at = 0
  let depth = 0
  let isQuoted = false
  // The next ones in the piece, which many strings may have in common.
  let quote = -1
  let backslash = -1

  return {
    feed: (text) => {
      // What a backslash at the end of a piece takes from the next one.
      at -= piece.length
      piece = text
      quote = backslash = -1
    },
    jump: (to) => {
      at = to
      depth = 0
      isQuoted = false
    },
    next: () => {
      while (at < piece.length) {
        if (isQuoted) {
          if (quote < at) quote = find(piece, "\"", at)
          if (backslash < at) backslash = find(piece, "\\", at)
          isQuoted = quote === piece.length || backslash < quote
          at = backslash < quote ? backslash + 2 : Math.min(quote + 1, piece.length)
          continue
        }
        const char = piece[at++]
        if (char === "\"") isQuoted = true
        else if (char === "[" || char === "{") {
          if (depth++ === 0) return at - 1
        } else if (char === "]" || char === "}") {
          if (depth === 0) return at - 1
          depth--
        } else if (char === "," && depth === 0) return at - 1
      }
      return piece.length
    }
  }
}

/**
 * Makes a reader.
 *
 * It finds where the members of the object and the elements of the list end, and hands the text between to `JSON.parse`.
 * If the text is JSON, those are its members and elements; and if each of them parses, the text is JSON. So it takes and
 * refuses what `JSON.parse` would, but that a second list is a problem, that members and elements have a longest length,
 * and that no more than one of them, or one piece, is in memory as JSON at a time, however little text it takes to make a
 * value.
 */
export const makeListReader = (options: ListOptions): ListReader => {
  const { isEnough, maxLength, name, onElement, onMember, onProblem } = options
  const scanner = makeScanner()
  let isBroken = false
  let place: "before" | "members" | "list" | "after" = "before"
  let members = 0
  let lists = 0
  let elements = 0
  // How much text there was beside the list.
  let outside = 0
  // The text of the member or element that has begun and not ended.
  let pending = ""
  // The member has no bracket yet, one in it, or was the list.
  let member: "plain" | "nested" | "list" = "plain"

  const isDone = (): boolean => isBroken || isEnough()

  const breakOff = (expected: string, path = ""): void => {
    if (!isDone()) onProblem(path, expected)
    isBroken = true
  }

  // Members and white space can go on for ever, too.
  const countOutside = (length: number): void => {
    outside += length
    if (outside > maxLength) breakOff(`at most ${maxLength} characters beside ${name}`)
  }

  const countList = (): void => {
    if (lists++ > 0) breakOff("one list (there is a second)", name)
  }

  const addElements = (found: ReadonlyArray<unknown>): void => {
    for (let index = 0; index < found.length && !isDone(); index++) onElement(found[index], elements++)
  }

  const endElement = (text: string, isLast: boolean): void => {
    const found = parseElements(pending + text)
    pending = ""
    if (found === undefined || (found.length === 0 && !(isLast && elements === 0))) return breakOff("JSON")
    addElements(found)
  }

  const endMember = (text: string, isLast: boolean): void => {
    // Of the list only its end is left, and of that only white space may follow.
    const found = parseMembers(member === "list" ? `"":[]${pending}${text}` : pending + text)
    const isList = member === "list"
    countOutside(pending.length + text.length + 1)
    pending = ""
    member = "plain"
    if (found === undefined || (found.length === 0 && !(isLast && members === 0))) return breakOff("JSON")
    for (const [key, value] of found) {
      members++
      if (isList) continue
      if (key !== name) onMember(key, value)
      else {
        countList()
        if (!isBroken) onProblem(name, "array")
      }
    }
    if (isLast && lists === 0) onProblem(name, "a value (it is missing)")
  }

  const endList = (): void => {
    place = "members"
    member = "list"
  }

  /**
   * Adds the elements up to where the list seems to end, or else the last of them in this piece, and says where to scan
   * on. A scan takes longer than `JSON.parse` does; this leaves it with the edges of the piece. What parses as elements
   * ends where an element does, so a wrong guess costs time and nothing else.
   */
  const leap = (piece: string, from: number): number => {
    // Once a piece at most for what is pending: the text before a long element would be parsed again with each piece.
    if (pending.length > piece.length) return from
    let comma = piece.lastIndexOf("},")
    // What precedes a key is no element.
    while (comma > from && piece[comma + 2] === "\"") comma = piece.lastIndexOf("},", comma - 1)
    for (const brace of [piece.indexOf("}]", Math.max(comma, from)), comma]) {
      const found = brace < from ? undefined : parseElements(pending + piece.slice(from, brace + 1))
      if (found === undefined) continue
      addElements(found)
      pending = ""
      scanner.jump(brace + 2)
      if (piece[brace + 1] === "]") endList()
      return brace + 2
    }
    return from
  }

  const readPiece = (piece: string): void => {
    scanner.feed(piece)
    let from = place === "list" ? leap(piece, 0) : 0
    while (from < piece.length && !isDone()) {
      if (place === "before" || place === "after") {
        // White space before the object, or after it.
        const char = piece.charAt(from++)
        if (" \n\r\t".includes(char)) countOutside(1)
        else if (place === "after") breakOff("JSON")
        else if (char === "{") {
          place = "members"
          scanner.jump(from)
        } else breakOff("a JSON object")
        continue
      }
      const at = scanner.next()
      if (at === piece.length) break
      const char = piece[at]
      const text = piece.slice(from, at)
      if (char === "[" || char === "{") {
        // The first bracket of a member may open the list; looking at each would take time that grows with their square.
        const opensList = place === "members" && member === "plain" && char === "[" &&
          parseMembers(`${pending}${text}null`)?.[0]?.[0] === name
        if (place === "members" && member === "plain") member = "nested"
        if (!opensList) continue
        countList()
        place = "list"
        pending = ""
        from = at + 1
        scanner.jump(from)
        from = leap(piece, from)
        continue
      }
      from = at + 1
      if (place === "list") {
        endElement(text, char !== ",")
        if (char === "}") breakOff("JSON")
        if (char === "]") endList()
      } else {
        endMember(text, char !== ",")
        if (char === "]") breakOff("JSON")
        if (char === "}") place = "after"
      }
    }
    pending += piece.slice(from)
    if (pending.length > maxLength) {
      breakOff(`at most ${maxLength} characters`, place === "list" ? `${name}[${elements}]` : "")
    }
  }

  return {
    read: (text) => {
      for (let at = 0; at < text.length && !isDone(); at += pieceLength) readPiece(text.slice(at, at + pieceLength))
    },
    end: () => {
      if (isDone() || place === "after") return
      if (place === "before") return breakOff("a JSON object")
      // The last element may be whole, and only the comma after it missing.
      if (place === "list") addElements(parseElements(pending) ?? [])
      breakOff("JSON that ends")
    },
    isDone
  }
}
