/**
 * Values that look like an existing one and are another: what a careless comparison takes for the same.
 *
 * @module
 */
import { isUuid } from "./Filter.ts"
import type { Scalar, Value } from "./Item.ts"
import * as Items from "./Item.ts"

/** A near miss, and the careless comparison that it would deceive. */
export interface NearMiss {
  readonly kind: string
  readonly value: Value
}

/** How a value was nearly missed: what was done to it, and what kind of value it is. */
export interface NearMissOf {
  readonly kind: string
  readonly of: string
}

const variants: ReadonlyArray<readonly [kind: string, make: (value: string) => string]> = [
  ["prefix", (value) => Array.from(value).slice(0, -1).join("")],
  ["suffix", (value) => Array.from(value).slice(1).join("")],
  ["extension", (value) => `${value}x`],
  ["first half", (value) => Array.from(value).slice(0, Math.ceil(Array.from(value).length / 2)).join("")],
  ["upper case", (value) => value.toUpperCase()],
  ["lower case", (value) => value.toLowerCase()],
  ["trailing space", (value) => `${value} `],
  ["leading space", (value) => ` ${value}`],
  ["trailing newline", (value) => `${value}\n`],
  ["wildcard %", (value) => `${Array.from(value).slice(0, -1).join("")}%`],
  ["wildcard _", (value) => `${Array.from(value).slice(0, -1).join("")}_`],
  ["wildcard *", (value) => `${Array.from(value).slice(0, -1).join("")}*`],
  ["regular expression", (value) => `${Array.from(value).slice(0, -1).join("")}.`],
  ["cut at NUL", (value) => `${value}\u0000x`],
  ["NUL left out", (value) => `${value.slice(0, 1)}\u0000${value.slice(1)}`],
  ["zero-width space", (value) => `${value.slice(0, 1)}\u200b${value.slice(1)}`],
  ["composed", (value) => value.normalize("NFC")],
  ["decomposed", (value) => value.normalize("NFD")],
  ["compatibility form", (value) => value.normalize("NFKC")],
  [
    "full width",
    (value) => value.replace(/[a-z]/i, (letter) => String.fromCodePoint(0xfee0 + (letter.codePointAt(0) ?? 0)))
  ],
  ["accent", (value) => value.replace(/[aeiou]/i, (letter) => `${letter}\u0301`.normalize("NFC"))],
  ["look-alike letter", (value) => value.replace("a", "\u0430").replace("e", "\u0435").replace("o", "\u043e")],
  [
    "another beyond the BMP",
    (value) => value.replace(/[\u{10000}-\u{10ffff}]/u, (char) => char === "\u{1f642}" ? "\u{1f643}" : "\u{1f642}")
  ],
  ["leading zero", (value) => /^\d+$/.test(value) ? `0${value}` : value],
  ["number", (value) => /^\d+$/.test(value) ? `${value}.0` : value],
  ["several", (value) => `${value},${value}`],
  ["quoted", (value) => `"${value}"`],
  ["always true", (value) => `${value}' OR '1'='1`],
  ["last digit", (value) => value.replace(/[0-9a-f]$/i, (digit) => digit === "0" ? "1" : "0")],
  // A padded text
  ["trimmed", (value) => value.trim()],
  ["white space collapsed", (value) => value.replace(/\s+/g, " ").replace(/(\S) (\S)/, "$1  $2")],
  ["no white space", (value) => value.replace(/\s/g, "")],
  ["tab for a space", (value) => value.replace(" ", "\t")],
  // A name with accents
  ["accents dropped", (value) => value.normalize("NFD").replace(/\p{M}/gu, "")],
  [
    "letters spelled out",
    (value) => value.replaceAll("\u00df", "ss").replaceAll("\u00fc", "ue").replaceAll("\u00e6", "ae")
  ],
  // Patterns
  ["wildcard inside", (value) => value.replace(/(?<=.)[^%_*.](?=.)/su, "_")],
  ["escaped", (value) => value.replace(/[%_*\\.]/, "\\$&")],
  // A mail address
  ["address without its tag", (value) => value.replace(/\+[^@]*(?=@)/, "")],
  ["address with a tag", (value) => isMail(value) ? value.replace("@", "+x@") : value],
  ["address with a dot", (value) => isMail(value) ? value.replace(/^(.)/, "$1.") : value],
  ["address of a subdomain", (value) => isMail(value) ? value.replace("@", "@mail.") : value],
  ["local part", (value) => isMail(value) ? value.replace(/@.*$/, "") : value],
  ["domain", (value) => isMail(value) ? value.replace(/^.*@/, "@") : value],
  // A number beyond 2^53
  ["next number", (value) => isLarge(value) ? `${BigInt(value) + 1n}` : value],
  ["rounded", (value) => isLarge(value) ? BigInt(Number(value)).toString() : value],
  ["exponent", (value) => isLarge(value) ? `${Number(value)}` : value],
  // A UUID
  ["first group", (value) => isUuid(value) ? value.slice(0, 8) : value],
  [
    "another version",
    (value) =>
      isUuid(value)
        ? value.replace(/^(.{14})(.)/, (_, before, digit) => `${before}${digit === "4" ? "7" : "4"}`)
        : value
  ],
  ["nil", (value) => isUuid(value) ? "00000000-0000-0000-0000-000000000000" : value],
  // A path
  ["slash doubled", (value) => value.replace(/(?<=[^/])\/(?=[^/])/, "//")],
  ["slash at the end", (value) => value.includes("/") ? value.replace(/\/?$/, (end) => end === "" ? "/" : "") : value],
  ["directory", (value) => value.includes("/") ? value.replace(/\/[^/]*$/, "") : value],
  ["dot segment", (value) => value.replace("/", "/./")],
  ["percent-encoded", (value) => value.replace("/", "%2F")],
  ["encoded twice", (value) => /%[0-9a-f]{2}/i.test(value) ? value.replaceAll("%", "%25") : value],
  ["decoded", (value) => value.replace(/%[0-9a-f]{2}/gi, (code) => String.fromCharCode(parseInt(code.slice(1), 16)))],
  ["plus for a space", (value) => value.replace(" ", "+")]
]

const isMail = (value: string): boolean => /^[^@\s]+@[^@\s]+\.[^@\s]+$/.test(value)

const isLarge = (value: string): boolean => /^[1-9]\d{15,30}$/.test(value) && !Number.isSafeInteger(Number(value))

/** The near misses of a text: never the text itself, never empty. */
export const ofText = (value: string): ReadonlyArray<NearMiss> =>
  variants.flatMap(([kind, make]) => {
    const variant = make(value)
    return variant === value || variant === "" ? [] : [{ kind, value: variant }]
  })

const ofNumber = (value: number): ReadonlyArray<NearMiss> =>
  ([
    ["one more", value + 1],
    ["one less", value - 1],
    ["another sign", -value],
    ["ten times", value * 10],
    ["a fraction more", value + 0.5]
  ] as const).flatMap(([kind, variant]) => variant === value ? [] : [{ kind, value: variant }])

const ofScalar = (value: Scalar): ReadonlyArray<NearMiss> =>
  typeof value === "string" ? ofText(value) : typeof value === "number" ? ofNumber(value) : []

/** The near misses of a value; those of a list are lists of one. */
export const of = (value: Value): ReadonlyArray<NearMiss> => {
  if (!Array.isArray(value)) return Items.isScalar(value) ? ofScalar(value) : []
  const [only] = value
  return value.length !== 1 || !Items.isScalar(only)
    ? []
    : ofScalar(only).map(({ kind, value }) => ({ kind, value: Items.isScalar(value) ? [value] : value }))
}

/** How one of two values nearly is the other; `undefined` where it isn't. */
export const between = (one: Value, other: Value): NearMissOf | undefined => {
  const way = (from: Value, to: Value): NearMissOf | undefined => {
    const found = of(from).find(({ value }) => `${value}` === `${to}`)
    return found && { kind: found.kind, of: kindOf(from) }
  }
  return way(one, other) ?? way(other, one)
}

/** What software writes for no value, and what its patterns write for any. */
export const words: ReadonlyArray<string> = [
  "null",
  "undefined",
  "None",
  "true",
  "0",
  "*",
  "%",
  "_",
  ".*",
  "__proto__",
  "constructor"
]

/**
 * The rarest thing about a value that software stumbles over. Values are drawn by this kind, so that the one key with
 * a NUL among a thousand plain ones is tried too.
 */
export const kindOf = (value: Value): string =>
  typeof value === "string"
    ? kindOfText(value)
    : Array.isArray(value)
    ? `list of ${value.length === 1 ? kindOf(value[0] ?? null) : value.length}`
    : typeof value !== "number"
    ? `${value}`
    : value === 0
    ? "zero"
    : Number.isInteger(value)
    ? value < 0 ? "negative" : "whole"
    : "fraction"

const kindOfText = (value: string): string =>
  value.includes("\u0000")
    ? "NUL"
    : /\p{Cc}/u.test(value)
    ? "control character"
    : /[\u{10000}-\u{10ffff}]/u.test(value)
    ? "beyond the BMP"
    : value.normalize("NFC") !== value || value.normalize("NFKC") !== value
    ? "not normalized"
    : /[^\u0020-\u007e]/.test(value)
    ? "beyond ASCII"
    : value.length > 255
    ? "long"
    : /^\s|\s$/.test(value)
    ? "space around"
    : isUuid(value)
    ? "UUID"
    : isMail(value)
    ? "mail address"
    : isLarge(value)
    ? "large number"
    : /^[\d.]+$/.test(value)
    ? "digits"
    : words.includes(value)
    ? "word"
    : /[%_*]/.test(value)
    ? "pattern"
    : /^[^\s?&=]*\/[^\s?&=]*$/.test(value)
    ? "path"
    : /["'\\%*?&=+#<>/]/.test(value)
    ? "syntax"
    : /[A-Z]/.test(value) && value !== value.toLowerCase()
    ? "upper case"
    : "plain"
