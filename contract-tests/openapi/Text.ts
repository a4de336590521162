/**
 * From bytes to a document: UTF-8 or UTF-16, JSON or YAML, alone or in a fenced block of a page.
 *
 * @module
 */
import * as Predicate from "effect/Predicate"
import * as Result from "effect/Result"
import * as Yaml from "yaml"
import type { Reading } from "./Part.ts"
import { list, maxDepth, maxLength, member, show, unusable } from "./Part.ts"

/** How many aliases a document may have. */
export const maxAliases = 10_000

/** How many blocks of a page are tried. */
export const maxBlocks = 1000

/** How many keys a document may merge. */
export const maxMerged = 200_000

/** The encoding that the first bytes tell: by their mark, or by the zero beside a character of ASCII. */
const encodingOf = ([first, second]: Uint8Array): "utf-8" | "utf-16le" | "utf-16be" => {
  if ((first === 0xff && second === 0xfe) || (first !== 0 && second === 0)) return "utf-16le"
  if ((first === 0xfe && second === 0xff) || (first === 0 && second !== 0)) return "utf-16be"
  return "utf-8"
}

/** The text that some bytes are. */
export const decode = (bytes: Uint8Array): Reading<string> => {
  if (bytes.length > 4 * maxLength) {
    return unusable("too large", `The document has ${bytes.length} bytes: at most ${maxLength} characters are read.`)
  }
  const encoding = encodingOf(bytes)
  return Result.try(() => new TextDecoder(encoding, { fatal: true }).decode(bytes)).pipe(
    Result.orElse(() =>
      unusable("unreadable", `The document isn't text in ${encoding.toUpperCase()}: save it as UTF-8.`)
    )
  )
}

/** A text without the mark at its start, and the fenced blocks in it that may hold a document, as Markdown spells them. */
export const sources = function*(text: string): Generator<string> {
  const plain = text.replace(/^\uFEFF/, "").replaceAll("\r\n", "\n")
  yield plain
  let fence: { readonly mark: string; readonly indent: number; readonly isOurs: boolean } | undefined
  let block: Array<string> = []
  for (const line of plain.split("\n")) {
    const [, indent = "", mark = "", info = ""] = /^( {0,3})(`{3,}(?=[^`]*$)|~{3,})(.*)$/.exec(line) ?? []
    if (fence === undefined) {
      if (mark === "") continue
      fence = { mark, indent: indent.length, isOurs: info.trim() === "" || /\b(ya?ml|json)\b/i.test(info) }
      block = []
    } else if (mark.startsWith(fence.mark) && info.trim() === "") {
      if (fence.isOurs) yield block.join("\n")
      fence = undefined
    } else if (fence.isOurs) {
      let spaces = 0
      while (spaces < fence.indent && line[spaces] === " ") spaces++
      block.push(line.slice(spaces))
    }
  }
  if (fence?.isOurs === true) yield block.join("\n")
}

const parseJson = (text: string): Reading<unknown> =>
  Result.try((): unknown => JSON.parse(text)).pipe(
    Result.orElse(() => unusable("unreadable", "The document starts like JSON, but isn't."))
  )

/** Visits every object of a document once, what is inside of it first, without recursion. */
const visit = (document: unknown, leave: (value: object) => Reading<void>): Reading<void> =>
  Result.gen(function*() {
    const entered = new Set<object>()
    const left = new Set<object>()
    const open: Array<unknown> = [document]
    while (open.length > 0) {
      const value = open.at(-1)
      if (!Predicate.isObjectOrArray(value) || left.has(value)) open.pop()
      else if (entered.has(value)) {
        yield* leave(value)
        left.add(value)
        open.pop()
      } else {
        entered.add(value)
        for (const child of Object.values(value)) {
          if (!Predicate.isObjectOrArray(child) || left.has(child)) continue
          // What is entered and not left is around this value.
          if (entered.has(child)) {
            return yield* unusable("too large", "The document contains itself: it has no end of levels.")
          }
          open.push(child)
        }
      }
    }
  })

/** Fails for a document that is too deep, or too long when every alias in it is written out. */
export const checkSize = (document: unknown): Reading<void> => {
  const sizes = new Map<unknown, { readonly levels: number; readonly length: number }>()
  return visit(document, (value) => {
    let levels = 0
    let length = 1
    for (const [key, child] of Object.entries(value)) {
      const inside = sizes.get(child)
      levels = Math.max(levels, inside?.levels ?? 0)
      length += (Array.isArray(value) ? 0 : key.length) +
        (inside?.length ?? (Predicate.isString(child) ? child.length : 0)) + 1
    }
    if (levels >= maxDepth) return unusable("too large", `The document is nested more than ${maxDepth} levels deep.`)
    if (length > maxLength) {
      return unusable("too large", `With every alias written out, the document has more than ${maxLength} characters.`)
    }
    sizes.set(value, { levels: levels + 1, length })
    return Result.succeed(undefined)
  })
}

/** Puts what a document merges by `<<` where it belongs. A key of the object itself wins, then the first that is merged. */
const mergeKeys = (document: unknown): Reading<void> => {
  let copied = 0
  return visit(document, (value) => {
    const merged = member(value, "<<")
    const sources = Array.isArray(merged) ? list(merged) : [merged]
    // Anything else is a field that has that name.
    if (!sources.every(Predicate.isObject)) return Result.succeed(undefined)
    Reflect.deleteProperty(value, "<<")
    for (const source of sources) {
      for (const [key, content] of Object.entries(source)) {
        if (++copied > maxMerged) {
          return unusable("too large", `The document merges more than ${maxMerged} keys by \`<<\`.`)
        }
        if (Object.hasOwn(value, key)) continue
        Object.defineProperty(value, key, { value: content, configurable: true, enumerable: true, writable: true })
      }
    }
    return Result.succeed(undefined)
  })
}

const parseYaml = (text: string): Reading<unknown> =>
  Result.gen(function*() {
    const document = yield* readYaml(() => {
      const document = Yaml.parseDocument(text, { logLevel: "error" })
      const [error] = document.errors
      if (error !== undefined) throw error
      return document
    })
    let aliases = 0
    Yaml.visit(document, { Alias: () => ++aliases > maxAliases ? Yaml.visit.BREAK : undefined })
    if (aliases > maxAliases) return yield* unusable("too large", `The document has more than ${maxAliases} aliases.`)
    // An alias is the same object again, so that many cost nothing: what they would fill is counted with the document.
    const value = yield* readYaml((): unknown => document.toJS({ maxAliasCount: -1 }))
    yield* mergeKeys(value)
    return value
  })

const readYaml = <A>(read: () => A): Reading<A> =>
  Result.try({
    try: read,
    // The first line says what and where; the others quote the document.
    catch: (error) => (error instanceof Error ? error.message.split("\n")[0] ?? "" : "")
  }).pipe(Result.orElse((message) =>
    /call stack/.test(message)
      ? unusable("too large", `The document is nested more than ${maxDepth} levels deep.`)
      : unusable("unreadable", `The document isn't YAML: ${show(message, 200)}`)
  ))

/** What a text says, as JSON or YAML. */
export const parse = (source: string): Reading<unknown> =>
  /^\s*[[{]/.test(source) ? parseJson(source) : parseYaml(source)
